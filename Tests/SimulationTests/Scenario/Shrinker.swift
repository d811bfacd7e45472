/// Makes a scenario that breaks a promise as short as it can be while it still breaks one.
enum Shrinker {
    /// What a scenario broke, with its trace; `nil` where it broke nothing.
    static func broken(_ scenario: Scenario) throws -> (violations: [String], trace: [String])? {
        let story = try Story(scenario, isTraced: true)
        story.play()
        return story.world.violations.isEmpty ? nil : (story.world.violations, story.world.trace)
    }

    /// The shortest scenario that breaks the same promise first.
    static func shortest(_ scenario: Scenario) throws -> Scenario {
        var best = scenario
        let promise = try promise(scenario)
        var isShorter = true
        while isShorter {
            isShorter = false
            for candidate in shorter(than: best) where try self.promise(candidate) == promise {
                best = candidate
                isShorter = true
                break
            }
        }
        return best
    }

    /// The first words of the first complaint: which promise it is about.
    private static func promise(_ scenario: Scenario) throws -> [Substring]? {
        try broken(scenario)?.violations.first?.split(separator: " ").prefix(3).map { $0 }
    }

    private static func shorter(than scenario: Scenario) -> [Scenario] {
        var candidates: [Scenario] = []
        func add(_ change: (inout Scenario) -> Void) {
            var copy = scenario
            change(&copy)
            candidates.append(copy)
        }
        for index in scenario.actions.indices { add { $0.actions.remove(at: index) } }
        for (index, action) in scenario.actions.enumerated() {
            for fault in action.faults.indices { add { $0.actions[index].faults.remove(at: fault) } }
            if case .up(let further?) = action.kind, further > 0 {
                add { $0.actions[index].kind = .up(further: further - 1) }
            }
        }
        if scenario.isFinished { add { $0.isFinished = false } }
        if !scenario.traits.personsMachines.isEmpty { add { $0.traits.personsMachines.removeLast() } }
        for name in scenario.traits.personsRemotes.keys.sorted() where name != scenario.traits.defaultRemote {
            add { $0.traits.personsRemotes[name] = nil }
        }
        if scenario.traits.defaultRemote != "local" { add { $0.traits.defaultRemote = "local" } }
        if !scenario.traits.failingLaunches.isEmpty { add { $0.traits.failingLaunches = [] } }
        if !scenario.traits.slowLaunches.isEmpty { add { $0.traits.slowLaunches = [] } }
        if !scenario.traits.stuckLaunches.isEmpty { add { $0.traits.stuckLaunches = [] } }
        if !scenario.traits.hungMachines.isEmpty { add { $0.traits.hungMachines = [] } }
        if scenario.traits.dropsConnections { add { $0.traits.dropsConnections = false } }
        if scenario.traits.addressesMove { add { $0.traits.addressesMove = false } }
        if scenario.traits.restarts { add { $0.traits.restarts = false } }
        return candidates
    }
}
