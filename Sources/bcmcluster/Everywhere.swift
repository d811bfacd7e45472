import Provisioning

/// One command for several places, such as members or a unit's instances.
enum Everywhere {
    /// How many work at a time.
    private static let atOnce = 64

    /// Runs it in all of them at once; tells of each as soon as it has ended, and returns them in the order of the places.
    static func outcomes<Place: Sendable>(
        in places: [Place], telling tell: (ExecOutcome) -> Void = { _ in },
        _ run: @escaping @Sendable (Place) async throws -> ExecOutcome
    ) async throws -> [ExecOutcome] {
        try await withThrowingTaskGroup(of: (Int, ExecOutcome).self) { group in
            var waiting = places.indices
            func begin() {
                guard let index = waiting.popFirst() else { return }
                group.addTask { (index, try await run(places[index])) }
            }
            for _ in 0..<atOnce { begin() }
            var outcomes: [Int: ExecOutcome] = [:]
            while let (index, outcome) = try await group.next() {
                outcomes[index] = outcome
                tell(outcome)
                begin()
            }
            return places.indices.compactMap { outcomes[$0] }
        }
    }
}

extension World {
    /// Gives the command our own terminal or pipes, and no cap on what it prints.
    func passThrough(_ command: Command, _ runner: any CommandRunner) async throws -> Int32 {
        var direct = command
        direct.output = terminal.isInteractive ? .terminal : .passed
        return try await runner.run(direct).shellStatus
    }
}
