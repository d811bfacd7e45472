/// What one daemon has made in the kernel, by the names that it gives: another on the host has such things too.
struct EngineTraces: Sendable, Equatable {
    let engine: Engine
    var networks: Set<String> = []
    /// Its instances; outside the default project the engine puts `PROJECT_` before the name.
    var instances: Set<String> = []

    /// Whether a chain of the engine's table is its own: `fwd.lxdbr0` is a network's, `out.web.eth0` that of an instance's
    /// device (LXD 5.0.2, Incus 6.0.4).
    func own(chain: String) -> Bool {
        let parts = chain.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return false }
        return networks.contains(parts[1]) || instances.contains { parts[1].hasPrefix("\($0).") }
    }

    /// Whether a rule with that comment is its own: `generated for LXD network lxdbr0`, `generated for LXD
    /// network-forward lxdbr0`, `generated for LXD container web (eth0)`.
    func own(comment: String) -> Bool {
        let words = comment.split(separator: " ").map(String.init)
        guard words.count > 4, Array(words[0...2]) == engine.ruleWords else { return false }
        return (words[3].hasPrefix("network") ? networks : instances).contains(words[4])
    }
}
