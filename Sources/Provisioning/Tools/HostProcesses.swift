/// Typed commands of procps, as root: processes of the machine that the runner reaches, and none of its containers.
package struct HostProcesses: Sendable {
    /// Whose processes are meant.
    package enum Owner: Sendable {
        /// Root's alone: a command line can be anything that whoever runs it wants.
        case root
        case anyone

        /// Both the effective and the real user: a program that is set-user-ID has another one's command line.
        fileprivate var options: [String] { self == .root ? ["-u", "0", "-U", "0"] : [] }
    }

    /// In which PID namespaces processes are looked for.
    package enum Reach: Sendable {
        /// In that of the machine's first process: a container has one of its own.
        case firstProcess
        /// In all that there are. Where the machine is a container itself, its root may lack the right to look at the
        /// namespace of the first process, and `pgrep` then finds nothing at all.
        case everywhere

        fileprivate var options: [String] { self == .firstProcess ? ["--ns", "1", "--nslist", "pid"] : [] }
    }

    private let runner: any CommandRunner

    /// The processes that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// The numbers of the processes whose command line matches, which is an extended regular expression.
    ///
    /// A pattern that is not bound to the beginning of the line finds whatever runs this command, such as sudo, too.
    package func matching(
        _ pattern: String, of owner: Owner = .root, in reach: Reach = .firstProcess, effect: Command.Effect = .reads,
        about: Set<Subject> = []
    ) async throws -> [String] {
        let command = Command("pgrep", Self.options(pattern, owner, reach), effect: effect, about: about)
        let result = try await runner.run(command)
        guard result.succeeded || result.ending == .exited(1) else { throw Failure(command, result) }
        return result.output.split(separator: "\n").map(\.trimmed)
    }

    /// The program that a process runs.
    struct RunningProgram: Sendable, Equatable {
        var path: String
        /// Whether another file has its place by now, or none.
        var isReplaced: Bool

        /// By the link in /proc.
        init(_ link: String) {
            let mark = " (deleted)"
            isReplaced = link.hasSuffix(mark)
            path = isReplaced ? String(link.dropLast(mark.count)) : link
        }
    }

    /// The programs of root's processes whose command line matches.
    func programs(matching pattern: String, about: Set<Subject>) async throws -> [RunningProgram] {
        let links = try await matching(pattern, about: about).map { "/proc/\($0)/exe" }
        if links.isEmpty { return [] }
        let found = try await RootFiles(runner).links(at: links, about: about)
        return links.compactMap { found[$0].map(RunningProgram.init) }
    }

    /// Sends a signal to those processes; none there is fine.
    package func send(
        _ signal: String, toMatching pattern: String, of owner: Owner = .root, touches: Set<Subject> = []
    ) async throws {
        let command = Command(
            "pkill", ["-\(signal)"] + Self.options(pattern, owner, .firstProcess), effect: .changes, touches: touches)
        let result = try await runner.run(command)
        guard result.succeeded || result.ending == .exited(1) else { throw Failure(command, result) }
    }

    private static func options(_ pattern: String, _ owner: Owner, _ reach: Reach) -> [String] {
        reach.options + owner.options + ["-f", pattern]
    }
}
