/// Which VMs run, by a listing that is not older than a moment.
///
/// `multipass exec` starts a VM that is off (state: "exec, stopped or suspended"): no command of this tool may do that by
/// the way, a question least of all.
actor RunningVMs {
    /// How long a VM that was seen running counts as running; one that was not is looked for again.
    private static let validity: Duration = .seconds(3)

    private let time: any TimeSource
    private var names: Set<String> = []
    private var listedAt: Duration?

    init(time: any TimeSource) { self.time = time }

    /// Whether the VM of that name runs.
    func contains(_ name: String, by multipass: Multipass) async throws -> Bool {
        if let listedAt, time.elapsed - listedAt < Self.validity, names.contains(name) { return true }
        (names, listedAt) = (try await multipass.running(assuming: name), time.elapsed)
        return names.contains(name)
    }

    /// Forgets what was seen: a VM is about to be stopped or started.
    func forget() { listedAt = nil }
}

/// Runs commands in a VM that runs, and starts none that is off.
struct RunningVMRunner: CommandRunner {
    /// Runs commands in the VM, which it would start.
    let inside: any CommandRunner
    let base: any CommandRunner
    let member: MemberName
    let running: RunningVMs

    func run(_ command: Command) async throws -> CommandResult {
        let multipass = Multipass(LimitedRunner(base, most: command.limit))
        guard try await running.contains(member.text, by: multipass) else {
            throw Failure(
                .commandFailed, "the VM \(member) does not run", hint: "bcmcluster start -c \(member.cluster)")
        }
        return try await inside.run(command)
    }
}
