/// The marks on what belongs to a unit: the cluster itself is the record.
enum UnitMark {
    /// What all of them begin with.
    static let prefix = "user.bcm."
    /// The unit's name; nothing without it is changed.
    static let unit = "user.bcm.unit"
    /// Where the image came from.
    static let image = "user.bcm.image"
    /// What a person says of the unit.
    static let description = "user.bcm.description"
    /// The volume's name within the unit.
    static let volume = "user.bcm.volume"
    /// The instance that was lost, and in whose place this one was made.
    static let replaces = "user.bcm.replaces"
}

extension ClusterInstance {
    /// The unit that it belongs to; `nil` where somebody else made it.
    public var unit: String? { isOfDefaultProject ? config?[UnitMark.unit] : nil }
    /// Units are in the default project.
    var isOfDefaultProject: Bool { (project ?? "default") == "default" }
}

extension ClusterVolume {
    /// The unit that it belongs to; `nil` where somebody else made it.
    public var unit: String? { config[UnitMark.unit] }
}

extension ListedNetwork {
    /// The unit that it belongs to; `nil` where somebody else made it.
    public var unit: String? { config?[UnitMark.unit] }
}

extension ByteSize {
    /// An amount as LXD takes it, exactly.
    static func forLXD(_ bytes: Int) -> String {
        if bytes % (1 << 30) == 0 { return "\(bytes >> 30)GiB" }
        return bytes % (1 << 20) == 0 ? "\(bytes >> 20)MiB" : "\(bytes)B"
    }
}
