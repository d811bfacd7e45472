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
        if hosts.isEmpty { return EngineChoice(engine: .standard, reason: "the default") }
        let names = hosts.joined(separator: ", ")
        return first(
            where: { engine in hosts.allSatisfy { isInstalled($0, engine) } }, place: "on \(names)",
            everywhere: " on \(hosts.count > 1 ? "all of " : "")\(names)"
        ) { other in " on \(hosts.filter { !isInstalled($0, other) }.joined(separator: ", "))" }
    }

    /// The first engine whose daemon is installed where the machines share the host's programs; else the first of all.
    ///
    /// `isInstalled` says whether the host has that program; it is `nil` where each machine gets its own.
    package static func automatic(_ isInstalled: ((String) -> Bool)?) -> EngineChoice {
        guard let isInstalled else { return EngineChoice(engine: .standard, reason: "the default") }
        return first(where: { isInstalled($0.daemon) }, place: "here", everywhere: "") { _ in "" }
    }

    /// The first engine that is installed, with the place where it is and those where the ones before it are not.
    private static func first(
        where isInstalled: (Engine) -> Bool, place: String, everywhere: String, absence: (Engine) -> String
    ) -> EngineChoice {
        guard let engine = Engine.all.first(where: isInstalled) else {
            return EngineChoice(engine: .standard, reason: "the default; none is installed\(everywhere)")
        }
        let absent = Engine.all.prefix { $0 != engine }.map { "\($0.title) is not\(absence($0))" }
        return EngineChoice(engine: engine, reason: (["installed \(place)"] + absent).joined(separator: ", and "))
    }
}
