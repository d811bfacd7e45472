/// Which engine is taken, and why: said to the user.
package struct EngineChoice: Sendable, Equatable {
    package var engine: Engine
    /// Why, to stand in brackets after the engine's title.
    package var reason: String

    package init(engine: Engine, reason: String) {
        self.engine = engine
        self.reason = reason
    }

    /// The first engine that all of those hosts have, which are named in words; else the first of all.
    package static func automatic(over hosts: [String], _ isInstalled: (String, Engine) -> Bool) -> EngineChoice {
        let names = hosts.joined(separator: ", ")
        guard !hosts.isEmpty, let engine = Engine.all.first(where: { one in hosts.allSatisfy { isInstalled($0, one) } })
        else {
            let reason =
                hosts.isEmpty
                ? "the default" : "the default; none is installed on \(hosts.count > 1 ? "all of " : "")\(names)"
            return EngineChoice(engine: .standard, reason: reason)
        }
        let absent = Engine.all.prefix { $0 != engine }.map { other in
            "\(other.title) is not on \(hosts.filter { !isInstalled($0, other) }.joined(separator: ", "))"
        }
        return EngineChoice(
            engine: engine, reason: (["installed on \(names)"] + absent).joined(separator: ", and "))
    }

    /// The first engine whose daemon is installed where the machines share the host's programs; else the first of all.
    ///
    /// `isInstalled` says whether the host has that program; it is `nil` where each machine gets its own.
    package static func automatic(_ isInstalled: ((String) -> Bool)?) -> EngineChoice {
        let standard = Engine.standard
        guard let isInstalled else { return EngineChoice(engine: standard, reason: "the default") }
        guard let engine = Engine.all.first(where: { isInstalled($0.daemon) }) else {
            return EngineChoice(engine: standard, reason: "the default; none is installed")
        }
        let absent = Engine.all.prefix { $0 != engine }.map { "\($0.title) is not" }
        return EngineChoice(
            engine: engine, reason: (["installed here"] + absent).joined(separator: ", and "))
    }
}
