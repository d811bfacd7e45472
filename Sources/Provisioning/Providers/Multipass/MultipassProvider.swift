/// Machines that are Ubuntu multipass VMs, set up by cloud-init.
package struct MultipassProvider: MachineProvider, DaemonControl, MachineLogging, OwnershipChecking, UptimeReporting,
    LaunchTracking, ParallelLimiting, InputPassing, SnapshotProvider, UsageReporting, OfflineSizing, SSHServing
{
    let base: any CommandRunner
    let multipass: Multipass
    let engine: Engine
    let templates: TemplateLibrary
    /// What says where the state of a cluster is kept.
    let copy: @Sendable (ClusterState) -> StateCopy?
    let time: any TimeSource
    let gate = FirstLaunchGate()
    let running: RunningVMs

    /// A provider whose multipass is the one that the runner reaches.
    package init(
        base: any CommandRunner, engine: Engine, templates: TemplateLibrary, time: any TimeSource,
        copy: @escaping @Sendable (ClusterState) -> StateCopy? = { _ in nil }
    ) {
        self.base = base
        self.copy = copy
        self.engine = engine
        self.templates = templates
        self.time = time
        running = RunningVMs(time: time)
        multipass = Multipass(base)
    }

    /// Whether multipass is there, runs, and knows us.
    package func check() async throws {
        do {
            _ = try await multipass.list()
        } catch let failure as Failure {
            throw MultipassError.explained(failure)
        }
    }

    /// The daemon serves each launch until the machine is up in a thread of its own, and has as many as there are
    /// processors where it runs; more than three at once are not worth it.
    package func parallel(_ wanted: Int?) async throws -> Int {
        let text = try? await base.output(of: Command("getconf", ["_NPROCESSORS_ONLN"], limit: .seconds(5)))
        let processors = text.flatMap { Int($0.trimmed) } ?? traits.defaultParallel
        return max(1, min(wanted ?? traits.defaultParallel, processors))
    }

    /// Addresses come later; a VM of a new member's name that is there already, or is being launched, is somebody else's.
    package func assign(_ state: ClusterState, newMembers: [MemberName]) async throws -> ClusterState {
        let listed = newMembers.isEmpty ? [] : Set(try await multipass.list().map(\.name))
        for member in newMembers {
            let use = try await listed.contains(member.text) ? .taken : multipass.use(of: member.text)
            let trouble: String
            switch use {
            case .free: continue
            case .taken: trouble = "a VM named \(member) already exists, which bcmcluster did not create"
            case .launching: trouble = "a VM named \(member) is being launched, and not by bcmcluster"
            case .unknown(let words):
                throw Failure(
                    .conflict, "cannot determine whether the name \(member) is free in multipass", output: words,
                    hint: "see multipass list, then run the same command again")
            }
            throw Failure(
                .conflict, trouble,
                hint: "choose another cluster name, or inspect it with multipass info \(member)")
        }
        return state
    }

    /// The VMs with exactly the members' names; their addresses are asked for where they are needed.
    package func machines(of state: ClusterState) async throws -> [MemberName: Machine] {
        let names = Set(state.members.map(\.name.text))
        let instances: [Multipass.Instance]
        do { instances = try await multipass.list().filter { names.contains($0.name) } } catch let failure as Failure {
            throw MultipassError.explained(failure)
        }
        return Dictionary(
            instances.compactMap { instance in
                MemberName(instance.name, of: state.name).map {
                    ($0, Machine(state: Self.state(instance.state)))
                }
            }
        ) { first, _ in first }
    }

    /// By the kernels' own clocks, all asked at once; a VM that does not answer is left out.
    package func began(_ running: [MemberName], of state: ClusterState) async throws -> [MemberName: Int] {
        let now = time.secondsSince1970
        return await withTaskGroup(of: (MemberName, Int?).self) { group in
            for member in running {
                group.addTask {
                    let command = Command("cat", ["/proc/uptime"], limit: .seconds(1))
                    let text = try? await runner(in: member).output(of: command)
                    let seconds = text?.split(separator: " ").first.flatMap { Double($0) } ?? -1
                    return (member, (0...Double(now)).contains(seconds) ? now - Int(seconds) : nil)
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private static func state(_ word: String) -> Machine.State {
        switch word {
        case "Running": .running
        case "Starting", "Restarting", "Unknown": .starting
        case "Stopped", "Suspended": .stopped
        case "Deleted": .deleted
        default: .other(word)
        }
    }

    /// Shuts the VM down; one that is off is fine.
    package func stop(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        await running.forget()
        try await multipass.stop(member.text, limit: limit)
        await running.forget()
    }

    /// Starts the VM; one that runs is fine.
    package func start(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        try await multipass.start(member.text, limit: limit)
    }

    /// Whether cloud-init is done and the engine answers.
    package func isSettled(_ member: MemberName, of state: ClusterState) async throws -> Bool {
        try await setup(of: member, in: state).isSettled()
    }

    /// Waits for cloud-init and checks what it says, restarts where it asks for one, and waits for the engine.
    package func settle(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        try await setup(of: member, in: state).settle(limit: limit)
    }

    private func setup(of member: MemberName, in state: ClusterState) throws -> MultipassSetup {
        try MultipassSetup(
            member: member, multipass: multipass, inside: runner(in: member), engine: engine, time: time,
            interval: traits.pollInterval, hint: logHint(member), channel: askedChannel(of: state)
        ) { try await presentAddress(of: member, in: state) }
    }

    /// Whether the daemon continues with a launch whose client is gone, and `list` does not show the VM yet.
    package func isBeingLaunched(_ member: MemberName) async throws -> Bool {
        try await multipass.use(of: member.text) == .launching
    }

    /// How long multipass may take to prepare a launch whose client is gone.
    private static let launchTimeout: Duration = .seconds(900)
    /// How long it is asked about a name of which it says nothing, where `list` does not show it either.
    private static let silenceTimeout: Duration = .seconds(30)

    /// Deletes and purges that VM alone; one that is still being prepared cannot be deleted before it is there.
    package func remove(_ member: MemberName, of state: ClusterState) async throws {
        if try await isThere(member) { try await multipass.delete(member.text) }
    }

    /// Whether there is such a VM, once no launch can bring it any more.
    private func isThere(_ member: MemberName) async throws -> Bool {
        let end = time.elapsed + Self.silenceTimeout
        return try await time.wait(
            for: "\(member), which multipass still prepares", limit: Self.launchTimeout, every: traits.pollInterval
        ) {
            if try await isListed(member) { return true }
            switch try await multipass.use(of: member.text) {
            case .free: return false
            // The launch that has just ended is in the next list.
            case .taken, .launching: return nil
            // Whatever keeps multipass from saying keeps it from launching too, such as the lack of a network.
            case .unknown: return time.elapsed >= end ? false : nil
            }
        }
    }

    private func isListed(_ member: MemberName) async throws -> Bool {
        try await multipass.list().contains { $0.name == member.text }
    }

    /// The address at which the other members reach it; those of the VM's own bridges are none.
    ///
    /// It is the VM's first IPv4 address; over hosts, where that is a broken link, the one on the network that they share.
    /// Only a VM that runs is asked: a command would start one that is off.
    package func address(of member: MemberName, in state: ClusterState) async throws -> String {
        if let address = try await presentAddress(of: member, in: state) { return address.description }
        if let address = await StepScope.outcome(assuming: "<\(member) address>", { nil }) { return address }
        throw Failure(
            .conflict, "the VM \(member) has no address",
            hint: "multipass info \(member), then the same command again")
    }

    /// How long a VM may take to tell its addresses.
    private static let addressTimeout: Duration = .seconds(20)

    /// The address of a VM that runs; `nil` of one that does not, or has none yet.
    func presentAddress(of member: MemberName, in state: ClusterState) async throws -> IPv4? {
        guard try await running.contains(member.text, by: multipass) else { return nil }
        // In the VM itself: `multipass info` asks in the daemon's main thread, where a VM that hangs stops every call,
        // also after our client is gone.
        let addresses = try await IP(runner(in: member)).addresses(limit: Self.addressTimeout)
        return state.isOnSeveralHosts ? addresses.dropFirst().first : addresses.first
    }

    /// `multipass exec`, as root, in a VM that runs.
    package func runner(in member: MemberName) -> any CommandRunner {
        onlyWhileRunning(MultipassRunner(base: base, machine: member.text, time: time), member)
    }

    func onlyWhileRunning(_ inside: any CommandRunner, _ member: MemberName) -> any CommandRunner {
        RunningVMRunner(inside: inside, base: base, member: member, running: running)
    }

    /// The installation's, cloud-init's, and the daemon's by each of its packages.
    package func logs(of member: MemberName) -> [MachineLog] {
        [
            MachineLog(name: "install", path: "/var/log/bcmcluster-install.log", topic: .machine),
            MachineLog(name: "cloud-init-output", path: "/var/log/cloud-init-output.log", topic: .machine),
            MachineLog(name: "cloud-init", path: "/var/log/cloud-init.log", topic: .machine),
        ] + engine.daemonLogs(.snap)
    }

    package func reading(_ logs: [MachineLog], of member: MemberName) -> String {
        let paths = logs.map(\.path).joined(separator: " ")
        return "\(logs.count > 1 ? "them" : "it") with: multipass exec -n \(member) -- sudo tail -n 50 \(paths)"
    }
}
