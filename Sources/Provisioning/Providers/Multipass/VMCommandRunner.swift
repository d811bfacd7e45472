/// Runs a user's command in a VM with our own standard input, of which `multipass exec` passes on 2 MiB and drops the rest
/// without a word.
///
/// A file of that size goes into the VM by `multipass transfer`, and the command reads it there. How much will come of a
/// pipe is unknown: it is passed on as it comes, and more than 2 MiB ends the command with a failure.
package struct VMCommandRunner: CommandRunner {
    /// Whom the command runs as.
    package enum User: Sendable {
        /// The VM's own user.
        case login
        case root
    }

    /// The most bytes of input that a command gets.
    private static let most = MultipassRunner.mostInput - 1

    private let base: any CommandRunner
    private let name: String
    private let user: User
    /// What is left of our own standard input; `nil` where that is unknown.
    private let remaining: @Sendable () -> Int?

    /// A runner for the VM of that name, where the runner reaches multipass.
    package init(
        _ base: any CommandRunner, in name: String, as user: User,
        remaining: @escaping @Sendable () -> Int? = { StandardInput.remaining }
    ) {
        self.base = base
        self.name = name
        self.user = user
        self.remaining = remaining
    }

    /// Runs the command; one that does not get our input runs like any other.
    package func run(_ command: Command) async throws -> CommandResult {
        // How much will come of it is unknown, and nobody waits for it: it goes into a file there.
        if command.isPiped, let file = command.inputFile { return try await runWithFile(command, file) }
        guard [.terminal, .passed].contains(command.output), command.inputFile == nil else {
            return try await base.run(inside(command))
        }
        if let remaining = remaining(), remaining > Self.most { return try await runWithFile(command, "-") }
        var streaming = inside(command)
        streaming.pipesFiles = true
        streaming.inputBound = InputBound(
            bytes: Self.most,
            failure: Failure(
                .conflict,
                "the command in \(name) got only a part of its input: multipass passes on less than 2 MiB from a pipe",
                hint: "redirect the input from a file, or copy it with bcmcluster vm transfer - \(name):FILE and "
                    + "let the command read FILE"))
        return try await base.run(streaming)
    }

    private func runWithFile(_ command: Command, _ file: String) async throws -> CommandResult {
        let files = VMFiles(base, of: name, limit: command.limit)
        return try await files.withTemporaryFolder { folder in
            try await files.send(file, to: "\(folder)/input")
            var reading = command
            reading.program = "sh"
            reading.arguments =
                ["-c", #"exec "$@" <"$0""#, "\(folder)/input", command.program] + command.arguments
            (reading.inputFile, reading.isPiped) = ("/dev/null", false)
            var outside = inside(reading)
            outside.pipesFiles = true
            return try await base.run(outside)
        }
    }

    private func inside(_ command: Command) -> Command {
        var outside = command.wrapped(
            in: "multipass", Multipass.exec(name) + (user == .root ? ["sudo"] : []))
        outside.about.insert(.machine(name))
        return outside
    }
}

extension MultipassProvider {
    /// As root, with all of our own input or a failure.
    package func userRunner(in member: MemberName) -> any CommandRunner {
        onlyWhileRunning(VMCommandRunner(base, in: member.text, as: .root), member)
    }
}
