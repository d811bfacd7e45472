/// Typed commands of procps, as root: processes of the machine that the runner reaches, and none of its containers.
public struct HostProcesses: Sendable {
    /// A container has a PID namespace of its own, and the machine's first process has the machine's.
    private static let ofTheHostItself = ["--ns", "1", "--nslist", "pid"]

    private let runner: any CommandRunner

    /// The processes that the runner reaches.
    public init(_ runner: any CommandRunner) { self.runner = runner }

    /// The numbers of the processes whose command line matches, which is an extended regular expression.
    ///
    /// A pattern that is not bound to the beginning of the line finds whatever runs this command, such as sudo, too.
    public func matching(_ pattern: String, about: Set<Subject> = []) async throws -> [String] {
        let command = Command("pgrep", Self.ofTheHostItself + ["-f", pattern], about: about, assumed: "")
        return try await runner.run(command).output.split(separator: "\n").map(\.trimmed)
    }

    /// Sends a signal to those processes; none there is fine.
    public func send(_ signal: String, toMatching pattern: String, touches: Set<Subject> = []) async throws {
        let command = Command(
            "pkill", ["-\(signal)"] + Self.ofTheHostItself + ["-f", pattern], effect: .changes, touches: touches)
        let result = try await runner.run(command)
        guard result.succeeded || result.ending == .exited(1) else { throw Failure(command, result) }
    }
}
