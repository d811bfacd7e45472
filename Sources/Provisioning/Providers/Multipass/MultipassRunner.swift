/// Runs commands in a multipass machine, as root.
struct MultipassRunner: CommandRunner {
    /// What `multipass exec` passes on of its standard input before it cuts it off, seen with 1.16.3.
    static let mostInput = 2 << 20

    let base: any CommandRunner
    let machine: String
    let time: any TimeSource

    /// How often a command is tried that never began, or that only reads.
    private static let tries = 3
    /// The pause between two tries: a machine that boots, or a busy daemon, gets on in the meantime.
    private static let pause: Duration = .seconds(1)

    /// Runs the command; status 2 is multipass's own only where it says so on standard error.
    ///
    /// A command that multipass could not connect for never began, and is tried again whatever it does; one whose
    /// connection broke is tried again where it only reads.
    func run(_ command: Command) async throws -> CommandResult {
        guard (command.input?.utf8.count ?? 0) < Self.mostInput else {
            throw Failure(
                .badInput, "multipass passes on less than 2 MiB of input to a command, and this is more",
                command: command.pasteable, hint: "shorten the template that it comes from")
        }
        var outside = command.wrapped(in: "multipass", Multipass.exec(machine) + ["sudo"])
        outside.about.insert(.machine(machine))
        var result = try await base.run(outside)
        for _ in 1..<Self.tries {
            guard let error = Self.ownError(result), Self.isRetryable(error, command) else { break }
            try await time.sleep(Self.pause)
            result = try await base.run(outside)
        }
        if Self.ownError(result) != nil { throw Failure(outside, result) }
        result.output = Self.withoutSpinner(result.output)
        return result
    }

    private static func isRetryable(_ error: MultipassError, _ command: Command) -> Bool {
        error == .notConnected || error == .connectionLost && command.effect != .changes && command.lines == nil
    }

    /// What multipass itself reports; `nil` where the result is the command's.
    static func ownError(_ result: CommandResult) -> MultipassError? {
        guard result.ending == .exited(2), MultipassError.isReport(of: "exec", result.errors) else { return nil }
        return MultipassError(message: result.errors)
    }

    /// An `exec` that first has to start the machine prints spinner frames before the command's own output.
    ///
    /// Frames move the cursor, wipe the line, and hide or show the cursor; colours in the command's own output stay.
    static func withoutSpinner(_ output: String) -> String {
        guard let first = output.unicodeScalars.first, first == "\u{1b}" || first == "\r" || first == "\u{8}" else {
            return output
        }
        let end = output.ranges(of: /\u{1b}\[[0-9;?]*[AEGKhl]/).last?.upperBound ?? output.startIndex
        return String(output[end...].drop { $0 == "\r" || $0 == "\u{8}" })
    }
}
