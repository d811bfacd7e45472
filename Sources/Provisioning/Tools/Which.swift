/// Which programs a machine has, by `which`.
struct Which: Sendable {
    private let runner: any CommandRunner

    /// The programs that the runner reaches.
    init(_ runner: any CommandRunner) { self.runner = runner }

    /// Those of the programs that are not in PATH.
    func missing(of programs: [String]) async throws -> [String] {
        // Its status tells only whether it has found all of them.
        let found = try await runner.run(Command("which", programs)).output.split(separator: "\n")
        return programs.filter { program in !found.contains { $0.hasSuffix("/\(program)") } }
    }
}
