/// Which programs a machine has, by what stands in the usual folders: not every machine has `which`.
struct Which: Sendable {
    private let runner: any CommandRunner

    /// The programs that the runner reaches.
    init(_ runner: any CommandRunner) { self.runner = runner }

    /// Those of the programs that are in none of the folders.
    func missing(of programs: [String]) async throws -> [String] {
        let output: String
        // Its status tells only whether it has found all of them.
        do { output = try await runner.run(Self.question(programs)).output } catch let failure as Failure
            where failure.code == .missing && failure.command != nil
        {
            // This machine, which had no program to start: of another one the connection says so.
            return programs.filter { SystemCalls.pathOfProgram($0) == nil }
        }
        let found = output.split(separator: "\n").filter { $0.hasPrefix("-") && $0.prefix(10).contains("x") }
        return programs.filter { program in
            !found.contains { $0.hasSuffix(program.hasPrefix("/") ? " \(program)" : "/\(program)") }
        }
    }

    /// The folders are those of this program's own PATH, which has the usual ones in it.
    static func question(_ programs: [String]) -> Command {
        let places = programs.flatMap { program in
            program.hasPrefix("/") ? [program] : SystemCalls.foldersOfPrograms.map { "\($0)/\(program)" }
        }
        return Command("stat", ["--dereference", "--format=%A %n"] + places)
    }
}
