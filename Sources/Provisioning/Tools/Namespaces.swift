/// Typed commands of util-linux: processes in namespaces of their own, as root.
public struct Namespaces: Sendable {
    private let runner: any CommandRunner

    /// The processes of the machine that the runner reaches.
    public init(_ runner: any CommandRunner) { self.runner = runner }

    /// Starts a program as the first process of namespaces of its own, in a network namespace that exists, and returns
    /// at once; the program outlives this command.
    public func start(_ program: [String], network: String, touches: Set<Subject>) async throws {
        try await runner.output(
            of: Command(
                "setsid",
                ["--fork", "nsenter", "--net=/run/netns/\(network)"]
                    + ["unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"] + program,
                effect: .changes, output: .discarded, touches: touches))
    }

    /// The processes that were started with exactly that command line, or with one that ends so.
    public func processes(running program: [String], about: Set<Subject> = []) async throws -> Set<String> {
        let line = program.joined(separator: " ").replacing(".", with: "[.]")
        let command = Command("pgrep", ["-f", "\(line)$"], about: about, assumed: "")
        return Set(try await runner.run(command).output.split(separator: "\n").map(\.trimmed))
    }

    /// Ends processes at once; those that are gone already are fine.
    public func kill(_ processes: [String], touches: Set<Subject> = []) async throws {
        if processes.isEmpty { return }
        let command = Command("kill", ["-KILL"] + processes, effect: .changes, touches: touches)
        let result = try await runner.run(command)
        guard result.succeeded || result.errors.contains("No such process") else { throw Failure(command, result) }
    }

    /// The arguments of `nsenter` that lead into all namespaces of a process.
    public static func door(to process: String) -> [String] {
        ["--target", process, "--mount", "--uts", "--ipc", "--net", "--pid", "--"]
    }
}
