/// Takes a program's lines as they come.
package final class LineSink: Sendable, Equatable {
    let take: @Sendable (String) -> Void

    init(_ take: @escaping @Sendable (String) -> Void) { self.take = take }

    package static func == (one: LineSink, other: LineSink) -> Bool { one === other }
}

extension CommandRunner {
    /// Runs the command, and hands over each line of its standard output as soon as it is complete; none is kept.
    ///
    /// The closure is called by the thread that watches the program, one line after the other: it must not wait for
    /// anything but room in our own output. The command's own limit holds, however short the user wants others to be, and
    /// cancelling the task ends the program. Standard error is in the result.
    package func stream(_ command: Command, to take: @escaping @Sendable (String) -> Void) async throws -> CommandResult
    {
        var streamed = command
        streamed.lines = LineSink(take)
        var result = try await run(streamed)
        // A runner that knows nothing of lines, such as a test's, returns them at the end.
        for line in result.output.split(separator: "\n", omittingEmptySubsequences: true) { take(String(line)) }
        result.output = ""
        return result
    }
}
