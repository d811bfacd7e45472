/// Runs commands in a multipass machine, as root.
struct MultipassRunner: CommandRunner {
    /// What `multipass exec` passes on of its standard input before it cuts it off, seen with 1.16.3.
    static let mostInput = 2 << 20

    let base: any CommandRunner
    let machine: String

    /// Runs the command; status 2 is multipass's own only where it says so on standard error.
    func run(_ command: Command) async throws -> CommandResult {
        guard (command.input?.utf8.count ?? 0) < Self.mostInput else {
            throw Failure(
                .badInput, "multipass passes on less than 2 MiB of input to a command, and this is more",
                command: command.pasteable, remedy: "shorten the template that it comes from")
        }
        var outside = command.wrapped(in: "multipass", ["exec", machine, "--", "sudo"])
        outside.about.insert(.machine(machine))
        var result = try await base.run(outside)
        if Self.isPassing(result) && command.effect != .changes { result = try await base.run(outside) }
        if result.ending == .exited(2), result.errors.contains("exec failed:") { throw Failure(outside, result) }
        result.output = Self.withoutSpinner(result.output)
        return result
    }

    /// A daemon that is busy with one machine drops connections now and then; a command that only reads is worth one
    /// more try.
    private static func isPassing(_ result: CommandResult) -> Bool {
        result.ending == .exited(2)
            && (result.errors.contains("Connection reset by peer") || result.errors.contains("timed out after"))
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

/// Runs commands in a machine that runs, and starts none that is off.
struct RunningVMRunner: CommandRunner {
    let base: any CommandRunner
    let member: MemberName

    func run(_ command: Command) async throws -> CommandResult {
        let instances = try await Multipass(LimitedRunner(base, most: command.limit)).list()
        guard instances.contains(where: { $0.name == member.text && $0.state == "Running" }) else {
            throw Failure(
                .conflict, "the VM \(member) does not run", remedy: "bcmcluster start -c \(member.cluster)")
        }
        return try await MultipassRunner(base: base, machine: member.text).run(command)
    }
}
