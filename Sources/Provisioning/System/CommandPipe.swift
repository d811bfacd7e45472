#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

import Synchronization

/// A pipe whose ends commands take for files: what one prints is what another reads, wherever each of them runs.
package final class CommandPipe: Sendable {
    private let ends: Mutex<(read: Int32, write: Int32)>
    /// What a command has as its `inputFile`.
    package let readPath: String
    /// What a command has as its `outputFile`.
    package let writePath: String

    /// Makes a pipe; throws where the system refuses one.
    package init() throws {
        var pair: [Int32] = [-1, -1]
        guard makePipe(&pair) == 0 else {
            throw Failure(.files, "cannot create a pipe: \(SystemCalls.lastError)")
        }
        for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        ends = Mutex((pair[0], pair[1]))
        readPath = "/dev/fd/\(pair[0])"
        writePath = "/dev/fd/\(pair[1])"
    }

    deinit {
        closeWriting()
        closeReading()
    }

    /// Ends what is read, once no command writes any more.
    package func closeWriting() { ends.withLock { Self.shut(&$0.write) } }

    /// Lets writing fail, once no command reads any more.
    package func closeReading() { ends.withLock { Self.shut(&$0.read) } }

    private static func shut(_ end: inout Int32) {
        if end >= 0 { close(end) }
        end = -1
    }
}

/// A command, and what runs it.
package struct PlacedCommand: Sendable {
    package var command: Command
    package var runner: any CommandRunner
    /// Whether a status other than 0 is no failure.
    package var isFine: @Sendable (CommandResult) -> Bool

    package init(
        _ command: Command, by runner: any CommandRunner,
        isFine: @escaping @Sendable (CommandResult) -> Bool = { $0.succeeded }
    ) {
        self.command = command
        self.runner = runner
        self.isFine = isFine
    }

    private func run() async throws {
        let result = try await runner.run(command)
        if !isFine(result) { throw Failure(command, result) }
    }

    /// Runs both, with what this one prints as the input of the other; throws what failed first.
    package func piped(into reader: PlacedCommand) async throws {
        let pipe = try CommandPipe()
        var (writer, reader) = (self, reader)
        (writer.command.outputFile, writer.command.isPiped) = (pipe.writePath, true)
        (reader.command.inputFile, reader.command.isPiped) = (pipe.readPath, true)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [writer] in
                defer { pipe.closeWriting() }
                try await writer.run()
            }
            group.addTask { [reader] in
                defer { pipe.closeReading() }
                try await reader.run()
            }
            // What ends for its own reason makes the other one fail, which comes after it.
            var first: (any Error)?
            while let result = await group.nextResult() {
                if case .failure(let error) = result { first = first ?? error }
            }
            if let first { throw first }
        }
    }
}
