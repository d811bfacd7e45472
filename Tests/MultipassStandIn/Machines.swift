import FoundationEssentials
import Provisioning

/// The machines behind the names.
protocol Machines: Sendable {
    /// Runs commands in the machine, with so much of their standard input.
    func inside(_ name: String, mostInput: Int) throws -> any CommandRunner
    /// Makes the machine and starts it.
    func create(_ name: String) async throws
    /// Starts a machine that is off.
    func start(_ name: String) async throws
    /// Ends what runs in the machine.
    func stop(_ name: String) async throws
    /// Shuts the machine's daemon down as at the host's shutdown: its instances end first.
    func shutDownDaemon(_ name: String) async throws
    /// Ends the machine's daemon alone, and starts it again.
    func restartDaemon(_ name: String) async throws
    /// Starts the machine's daemon unless it runs, and waits until it answers.
    func startDaemon(_ name: String) async throws
    /// Whether the machine's daemon runs.
    func hasDaemon(_ name: String) async throws -> Bool
    /// Sends a signal to the machine's daemon; false where there is none, or where it is suspended and keeps it for later.
    func signalDaemon(_ name: String, _ signal: String) async throws -> Bool
    /// Copies a machine that is off.
    func copy(_ name: String, as copy: String) async throws
    /// Makes a machine that is off what it was in that copy.
    func restore(_ name: String, to copy: String) async throws
    /// Removes a copy.
    func forget(_ copy: String) async throws
    /// Removes the machine permanently.
    func remove(_ name: String) async throws
    /// The machine's addresses, the management address first; none where it does not answer.
    func addresses(_ name: String) async -> [String]
}

extension Machines {
    /// Runs commands in the machine, whose standard input `exec` cuts after 2 MiB.
    func inside(_ name: String) throws -> any CommandRunner { try inside(name, mostInput: 2 << 20) }
}

/// Real daemons in namespaces, made by the namespace provider: of the engine that a machine's user-data asks for.
struct DaemonMachines: Machines {
    let store: StateStore

    private func engine(_ name: String) throws -> Engine { try store.read().instances[name]?.engine ?? .lxd }

    /// What is shared by all machines is the same with either engine.
    private func provider(_ engine: Engine = .lxd, mostInput: Int = .max) throws -> NamespaceProvider {
        try NamespaceProvider(
            root: StreamingRunner(mostInput: mostInput), engine: engine,
            templates: TemplateLibrary(runtime: store.folder, files: LocalFiles()), files: LocalFiles(),
            time: SystemTime(), cluster: store.read().record.identifier)
    }

    /// Runs commands in the machine.
    func inside(_ name: String, mostInput: Int) throws -> any CommandRunner {
        guard let member = try store.read().member(name) else { throw Refusal.absent("exec", name) }
        return try provider(engine(name), mostInput: mostInput).runner(in: member)
    }

    /// Makes the machine and starts it; its daemon answers by the end.
    func create(_ name: String) async throws {
        try await provider(engine(name)).check()
        try await prepareHost()
        let (record, member) = try place(name)
        let machine = MachineSpecification(member: member, cpus: "", memory: "", disk: "", limit: .seconds(60))
        try await provider(engine(name)).create(machine, of: record)
        try await settle(name)
    }

    /// Starts a machine that is off.
    func start(_ name: String) async throws {
        try await prepareHost()
        let (record, member) = try place(name)
        try await provider(engine(name)).start(member, of: record, limit: .seconds(60))
        try await settle(name)
    }

    /// Ends the machine's first process, which takes everything else in the machine with it.
    func stop(_ name: String) async throws {
        let (record, member) = try place(name)
        _ = try? await inside(name).run(Command("kill", ["-TERM", "1"], effect: .changes, output: .discarded))
        _ = try await SystemTime().wait(for: "the end of \(name)", limit: .seconds(20), every: .milliseconds(10)) {
            try await provider().machines(of: record)[member]?.state == .running ? nil : true
        }
    }

    /// The daemon takes this signal for the host's shutdown, and stops its instances; one that cannot end is ended.
    func shutDownDaemon(_ name: String) async throws {
        let (record, member) = try place(name)
        _ = try await inside(name).run(Command("pkill", ["-PWR"] + daemon(name), effect: .changes))
        let end = StandIn.now + Self.shutdownLimit
        while StandIn.now < end {
            guard try await hasDaemon(name) else { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        try await endDaemon(member, of: record, name)
    }

    /// Ends the daemon, which leaves its instances alone, and starts it again.
    func restartDaemon(_ name: String) async throws {
        let (record, member) = try place(name)
        try await endDaemon(member, of: record, name)
        try await startDaemon(name)
    }

    /// Ends the daemon, and removes a socket that it may have left behind: nobody could tell it from that of the next one.
    private func endDaemon(_ member: MemberName, of record: ClusterState, _ name: String) async throws {
        try await provider(engine(name)).stopDaemon(of: member, in: record)
        let removal = try Command(
            "sh", ["-c", #"rm -f "$\#(engine(name).folderVariable)/unix.socket""#], effect: .changes)
        try await inside(name).output(of: removal)
    }

    /// Starts the daemon, and waits until it listens: a client would be kept waiting by systemd's socket.
    func startDaemon(_ name: String) async throws {
        let (record, member) = try place(name)
        try await provider(engine(name)).start(member, of: record, limit: .seconds(60))
        let socket = try Command(
            "sh", ["-c", #"test -S "$\#(engine(name).folderVariable)/unix.socket""#], effect: .awaits)
        let end = StandIn.now + 60
        while StandIn.now < end {
            if try await inside(name).run(socket).succeeded { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Whether a process of the daemon's is there, beside those of containers.
    func hasDaemon(_ name: String) async throws -> Bool {
        try await inside(name).run(Command("pgrep", daemon(name), effect: .awaits)).succeeded
    }

    /// Sends a signal to the daemon, and says whether it may have taken it.
    func signalDaemon(_ name: String, _ signal: String) async throws -> Bool {
        let suspended = try Command("pgrep", ["--runstates", "T"] + daemon(name), effect: .awaits)
        let isSuspended = try await inside(name).run(suspended).succeeded
        let isSent = try await inside(name).run(Command("pkill", ["-\(signal)"] + daemon(name), effect: .changes))
            .succeeded
        return isSent && (signal == "KILL" || !isSuspended)
    }

    /// How the daemon is found among processes.
    private func daemon(_ name: String) throws -> [String] {
        try ["--ns", "1", "--nslist", "pid", "-u", "0", "-U", "0", "-f", "^\(engine(name).daemon) --group"]
    }
    /// As long as the snap's script waits, in seconds.
    private static let shutdownLimit: Double = 540

    /// Copies a machine that is off.
    func copy(_ name: String, as copy: String) async throws {
        let (record, member) = try place(name)
        _ = try await provider(engine(name)).take(SnapshotName(copy), of: member, in: record, limit: .seconds(60))
    }

    /// Makes a machine that is off what it was in that copy.
    func restore(_ name: String, to copy: String) async throws {
        let (record, member) = try place(name)
        try await provider(engine(name)).restore(member, to: SnapshotName(copy), of: record, limit: .seconds(60))
    }

    /// Removes a copy.
    func forget(_ copy: String) async throws {
        try await provider().delete(SnapshotName(copy), of: store.read().record, limit: .seconds(60))
    }

    /// Removes the machine permanently, and with the last one what all of them share.
    func remove(_ name: String) async throws {
        let (record, member) = try place(name)
        try await provider().remove(member, of: record)
        for snapshot in try store.read().instances[name]?.snapshots.values.map(\.copy) ?? [] {
            try await forget(snapshot)
        }
        try await store.forget(name)
        try await releaseHost()
    }

    /// The machine's addresses, the management address first; none where it does not answer.
    func addresses(_ name: String) async -> [String] {
        struct Link: Decodable {
            struct Address: Decodable { var local: String }
            var ifname: String
            var addr_info: [Address]
        }
        let command = Command("ip", ["-json", "-4", "addr", "show", "scope", "global"])
        guard let text = try? await inside(name).output(of: command),
            let links = try? JSONDecoder().decode([Link].self, from: Data(text.utf8))
        else { return [] }
        let own = links.filter { $0.ifname == "eth0" } + links.filter { $0.ifname != "eth0" }
        return own.flatMap { $0.addr_info.map(\.local) }
    }

    private func settle(_ name: String) async throws {
        let (record, member) = try place(name)
        try await provider(engine(name)).settle(member, of: record, limit: .seconds(60))
        try await inside(name).output(of: Command("hostname", [name], effect: .changes))
    }

    private func place(_ name: String) throws -> (ClusterState, MemberName) {
        let state = try store.read()
        guard let member = state.member(name) else { throw Refusal.absent("stand-in", name) }
        return (state.record, member)
    }

    /// One bridge for all machines; another cluster may take the subnet first, then it is another one.
    private func prepareHost() async throws {
        try await store.holding("host") {
            var record = try store.read().record
            for attempt in 1...32 {
                record = try await provider().assign(record, newMembers: [])
                do {
                    if try await !provider().isPrepared(record) { try await provider().prepare(record) }
                    if try await !provider().isRouted(record) { try await provider().route(record) }
                    break
                } catch let failure as Failure where failure.code == .taken && attempt < 32 {
                    record.subnet = nil
                }
            }
            let (subnet, members) = (record.subnet, record.members)
            try await store.change { state in
                state.record.subnet = subnet
                for member in members {
                    guard let index = state.record.members.firstIndex(where: { $0.name == member.name }) else {
                        continue
                    }
                    state.record.members[index].address = member.address
                }
            }
        }
    }

    private func releaseHost() async throws {
        try await store.holding("host") {
            let state = try store.read()
            guard state.instances.isEmpty, state.record.subnet != nil else { return }
            try await provider().release(state.record)
            try await store.change { $0.record.subnet = nil }
        }
    }
}
