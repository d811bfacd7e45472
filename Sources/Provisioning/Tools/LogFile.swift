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
