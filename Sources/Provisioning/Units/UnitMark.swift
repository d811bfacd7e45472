/// The marks on what belongs to a unit: the cluster itself is the state.
enum UnitMark {
    /// What all of them begin with.
    static let prefix = InstanceProperties.ownPrefix
    /// The unit's name, or on a network those of its units with a comma between them; nothing without it is changed.
    static let unit = "user.bcm.unit"
    /// The ports of a network's instances to which packets come from outside, with a comma between them.
    static let openPorts = "user.bcm.ports"
    /// The object's own name: a copy has its original's, and is nothing that a run may touch.
    static let name = "user.bcm.name"
    /// The engine's own identifier of the instance, which it keeps when it is renamed or moved, and which no copy has.
    static let identifier = "user.bcm.uuid"
    /// The key in which the engine keeps that identifier.
    static let engineIdentifier = "volatile.uuid"
    /// Stands on an instance of an earlier version until it has been started for the first time.
    static let unfinished = "user.bcm.unfinished"
    /// The key in which the engine keeps what is to be written into an instance at its next start: `create` where that is its
    /// first.
    ///
    /// The engine sets it once an instance is made from its image, and takes it off in the start. Renaming one that has run
    /// sets another word, moving one none.
    static let engineTemplate = "volatile.apply_template"
    /// The key in which the engine keeps how an instance was last; none has it before its first start.
    static let enginePower = "volatile.last_state.power"
    /// The key in which the engine keeps how the users of a container are mapped, from its first start on.
    static let engineUserMap = "volatile.idmap.current"
    /// The variables of an image that the engine has pulled, which those of the unit take the place of.
    static let variables = "user.bcm.variables"
    /// Where the image came from.
    static let image = "user.bcm.image"
    /// What the user says of the unit.
    static let description = "user.bcm.description"
    /// The volume's name within the unit.
    static let volume = "user.bcm.volume"
    /// The keys of the instance's configuration that its file decides about beside those of every unit, with blanks between them.
    static let keys = "user.bcm.keys"
    /// What that mark says where the file decides about the engine's profiles.
    static let profiles = "profiles"
    /// The units that it needs, with commas.
    static let needs = "user.bcm.needs"
    /// How it is asked whether it is healthy, as JSON.
    static let health = "user.bcm.health"
    /// The instance that was lost, and in whose place this one was made.
    static let replaces = "user.bcm.replaces"

    /// What an image is called, for a sentence: a sum by its beginning.
    static func short(_ image: String) -> String { image.hasPrefix("sha256:") ? String(image.prefix(19)) : image }

    /// Whether an object of that name has its own mark, and not the one that it was copied with.
    static func isOwn(_ mark: String?, _ name: String) -> Bool { mark == nil || mark == name }
}

extension ClusterInstance {
    /// The unit that it belongs to; `nil` where somebody else made it.
    package var unit: String? {
        guard isOfDefaultProject, UnitMark.isOwn(config?[UnitMark.name], name) || isRenamed else { return nil }
        return config?[UnitMark.unit]
    }
    /// Whether it is the unit's instance under a name that the user gave it, and not a copy.
    var isRenamed: Bool {
        guard !isTwin, let name = config?[UnitMark.name], name != self.name,
            let identifier = config?[UnitMark.identifier]
        else { return false }
        return config?[UnitMark.engineIdentifier] == identifier
    }
    /// What the unit calls it, also where the user has renamed it.
    package var unitName: String { isRenamed ? config?[UnitMark.name] ?? name : name }
    /// Where it is, and what it was called, for a line about it.
    var shownPlace: String { "on \(location)" + (isRenamed ? ", renamed from \(unitName)" : "") }
    /// Whose it is, for a sentence: `web-2 of the unit web`.
    var shownOwner: String { name + (unit.map { " of the unit \($0)" } ?? "") }
    /// Where its image came from, as the unit's file said.
    var image: String? { config?[UnitMark.image] }
    /// Whether a run was cut off before it had started it: nothing is on it but its image, or a part of that.
    var isUnfinished: Bool {
        let isNew = config?[UnitMark.unfinished] != nil || config?[UnitMark.engineTemplate] == "create"
        return isNew && !hasRun && !isRunning || isHalfMade
    }
    /// Whether it is a container that the engine is making still, or whose making ended with a daemon that died.
    ///
    /// The first start leaves the map of its users there, which stays when it is moved; a copy has an identifier of its own.
    private var isHalfMade: Bool {
        guard isPerhapsBeingMade, type ?? Unit.Kind.container.type == Unit.Kind.container.type,
            let identifier = config?[UnitMark.identifier], config?[UnitMark.engineIdentifier] == identifier
        else { return false }
        return config?[UnitMark.engineUserMap] == nil
    }
    /// Whether the engine may be making it still: it has never run, as far as is known, and is not ready for a first start.
    var isPerhapsBeingMade: Bool {
        guard let config, !hasRun, !isRunning else { return false }
        return config[UnitMark.engineTemplate] == nil && config[UnitMark.enginePower] == nil
    }
}

extension ClusterVolume {
    /// The unit that it belongs to; `nil` where somebody else made it.
    package var unit: String? { UnitMark.isOwn(config[UnitMark.name], name) ? config[UnitMark.unit] : nil }
}

extension ListedNetwork {
    /// The units that it belongs to; none where somebody else made it.
    package var units: Set<String> {
        Set((config?[UnitMark.unit] ?? "").split(separator: ",").map(String.init))
    }
}

extension ByteSize {
    /// An amount as LXD takes it, exactly.
    static func forLXD(_ bytes: Int) -> String {
        if bytes % (1 << 30) == 0 { return "\(bytes >> 30)GiB" }
        return bytes % (1 << 20) == 0 ? "\(bytes >> 20)MiB" : "\(bytes)B"
    }
}
