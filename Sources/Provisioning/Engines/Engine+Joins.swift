extension Engine {
    /// How many members may join a cluster of that version at the same time.
    ///
    /// By trials with clusters of eight. Incus 7.0: of 350 joins three at a time five failed, each with "server ID already in
    /// use", and each succeeded when it was repeated alone on a fresh machine. LXD 5.0 and Incus 6.0 let several in, or hang for
    /// good. LXD 5.21 and 6.9 nearly always let several in, but a fresh machine does not get in under the name of one whose
    /// join failed.
    package func concurrentJoins(version: String) -> Int {
        let major = Int(version.prefix { $0.isNumber }) ?? 0
        return Self.joinsAtOnce[name]?.last { $0.from <= major }?.joins ?? 1
    }

    /// How many from which major version on, in ascending order; before, one.
    private static let joinsAtOnce: [String: [(from: Int, joins: Int)]] = [Engine.incus.name: [(from: 7, joins: 3)]]
}
