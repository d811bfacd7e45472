/// A log, read by `tail` on whatever machine the runner reaches.
package struct LogFile: Sendable {
    /// How much of a log is read.
    package enum Amount: Sendable {
        /// That many lines of its end.
        case lines(Int)
        /// That many bytes of its end.
        case bytes(Int)
    }

    private let runner: any CommandRunner
    private let path: String

    /// The log that stands there.
    package init(_ runner: any CommandRunner, _ path: String) {
        self.runner = runner
        self.path = path
    }

    /// Hands over the last lines of logs and each line that is added, also to a file that takes the place of one; behind an
    /// empty line, and at first, a line names the log whose lines follow.
    ///
    /// Ends with the task, or where it cannot continue: the program there ends with the pipe that it reads, however this
    /// process ends.
    package func follow(
        _ paths: [String], lines: Int, to take: @escaping @Sendable (String) -> Void
    ) async throws -> CommandResult {
        let pipe = try CommandPipe()
        var command = Command(
            "sh", ["-c", Self.followScript, "sh", "\(lines)"] + paths, limit: .seconds(366 * 86_400))
        (command.inputFile, command.isPiped) = (pipe.readPath, true)
        defer { pipe.closeWriting() }
        return try await runner.stream(command, to: take)
    }

    private static let followScript = """
        lines=$1
        shift
        exec 3<&0 </dev/null
        tail -n "$lines" -v -F "$@" 3<&- &
        tail=$!
        { cat <&3; kill $tail; } >/dev/null 2>&1 &
        exec 3<&-
        wait $tail
        """

    /// The end of the log; `nil` where there is none.
    package func end(_ amount: Amount) async throws -> String? {
        let arguments =
            switch amount {
            case .lines(let count): ["-n", "\(count)", path]
            case .bytes(let count): ["-c", "\(count)", path]
            }
        let command = Command("tail", arguments, limit: .seconds(30))
        let result = try await runner.run(command)
        if result.reports(SystemError.noSuchFile) { return nil }
        guard result.succeeded else { throw Failure(command, result) }
        return result.output
    }
}
