extension Engine {
    /// How many members may join a cluster of that version at the same time.
    ///
    /// Incus 6.0 and LXD 5.0 let several in, or hang for good. LXD 5.21 and 6.9 nearly always let several in, but there a
    /// fresh machine cannot join under the name of one whose join failed, so that no failure could be made good.
    package func concurrentJoins(version: String) -> Int {
        let major = version.prefix { $0.isNumber }
        return joinsAtOnce.last { $0.from <= Int(major) ?? 0 }?.joins ?? 1
    }
}
