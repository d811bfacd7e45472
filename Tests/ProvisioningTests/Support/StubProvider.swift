import Synchronization

@testable import Provisioning

/// A provider whose machines are what a test says they are.
final class StubProvider: MachineProvider, SharedNetworking, DaemonControl, MachineLogging, DataLocating,
    SnapshotProvider, MachineSizing
{
    let traits: ProviderTraits
    let inside: [String: ScriptedRunner]
    /// The runner in every machine that has none of its own.
    let everywhere: (any CommandRunner)?
    private let state: Mutex<[MemberName: Machine]>
    private let calls = Mutex<[String]>([])
    /// How often somebody else is faster.
    let takenSubnets = Mutex<[Void]>([])
    /// A member whose name another's machine has.
    let takenName = Mutex<MemberName?>(nil)
    /// Whether nothing is left of what the machines shared.
    let releases = Mutex(false)
    /// What copies take.
    let room = Mutex(CopyRoom(needed: 0, free: nil, isShared: true, place: "/"))
    /// The snapshots that there are.
    let standing = Mutex<[SnapshotName: Set<MemberName>]>([:])
    /// What happens when the machines are listed.
    let listing = Mutex<(@Sendable () throws -> Void)?>(nil)
    /// The member whose daemon does not come up until its machine is made again.
    let hanging = Mutex<MemberName?>(nil)
    /// Whether what the machines share gives no answer.
    let hangsOnNetwork = Mutex(false)
    /// The member whose daemon does not come up in time.
    let late = Mutex<MemberName?>(nil)
    /// The member of which no snapshot can be taken.
    let failing = Mutex<MemberName?>(nil)

    init(
        _ name: ProviderName = .namespace, inside: [String: ScriptedRunner] = [:],
        everywhere: (any CommandRunner)? = nil, machines: [MemberName: Machine] = [:],
        answerTimeout: Duration = .milliseconds(1200), resizes: Bool = false
    ) {
        let known = try? ProviderRegistry.standard.traits(of: name)
        let reachHint = known?.reachHint ?? { @Sendable hosts, _ in hosts }
        var traits = ProviderTraits(
            name: name, defaultParallel: 2, pollInterval: .milliseconds(100), expectedSetupDuration: .seconds(7),
            defaultStorage: .dir, settings: [], reachHint: reachHint)
        traits.answerTimeout = answerTimeout
        traits.snapshotsOutliveMachines = true
        traits.resizes = resizes
        traits.sharesHost = known?.sharesHost ?? false
        traits.deletedHint = known?.deletedHint
        self.traits = traits
        self.inside = inside
        self.everywhere = everywhere
        state = Mutex(machines)
    }

    /// What was asked of the provider, in order.
    var log: [String] { calls.withLock { $0 } }
    private func note(_ call: String) { calls.withLock { $0.append(call) } }

    func check() async throws {}
    func assign(_ state: ClusterState, newMembers: [MemberName]) async throws -> ClusterState {
        note("assign")
        return state
    }
    func machines(of state: ClusterState) async throws -> [MemberName: Machine] {
        try listing.withLock { $0 }?()
        return self.state.withLock { $0 }
    }
    func isPrepared(_ state: ClusterState) async throws -> Bool { false }
    func prepare(_ state: ClusterState) async throws {
        note("prepare")
        if takenSubnets.withLock({ $0.popLast() != nil }) { throw Failure(.taken, "another was faster") }
    }
    func create(_ machine: MachineSpecification, of state: ClusterState) async throws {
        note("create \(machine.member) \(machine.cpus) \(machine.memory) \(machine.disk)")
        if takenName.withLock({ $0 == machine.member }) { throw Failure(.taken, "another has \(machine.member)") }
    }
    func stop(_ member: MemberName, of state: ClusterState, limit: Duration) async throws { note("stop \(member)") }
    func start(_ member: MemberName, of state: ClusterState, limit: Duration) async throws { note("start \(member)") }
    func stopDaemon(of member: MemberName, in state: ClusterState) async throws { note("stop daemon of \(member)") }
    func restartDaemon(of member: MemberName, in state: ClusterState) async throws { note("restart \(member)") }
    func isSettled(_ member: MemberName, of state: ClusterState) async throws -> Bool { false }
    func settle(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        note("settle \(member)")
        if late.withLock({ $0 == member }) { throw Failure(.timedOut, "\(member) does not come up") }
        while hanging.withLock({ $0 == member }) { try await Task.sleep(for: .milliseconds(1)) }
    }
    func remove(_ member: MemberName, of state: ClusterState) async throws {
        note("remove \(member)")
        hanging.withLock { if $0 == member { $0 = nil } }
    }
    func networkFaults(of state: ClusterState) async throws -> [NetworkFault] {
        while hangsOnNetwork.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
        return []
    }
    func isRouted(_ state: ClusterState) async throws -> Bool { true }
    func route(_ state: ClusterState) async throws {}
    func missingSizes() async throws -> [Setting: String] { [:] }
    func differing(_ machines: [MachineSpecification], of state: ClusterState) async throws -> [MemberName] { [] }
    /// No machine can have less than it uses.
    func resize(_ machine: MachineSpecification, of state: ClusterState) async throws {
        throw Failure(.conflict, "\(machine.member) uses 6G of memory, more than \(machine.memory)")
    }
    func isReleased(_ state: ClusterState) async throws -> Bool { releases.withLock { $0 } }
    func release(_ state: ClusterState) async throws { note("release") }
    func room(for snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws -> CopyRoom {
        room.withLock { $0 }
    }
    func room(toRestore snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws -> CopyRoom {
        room.withLock { $0 }
    }
    func snapshots(of state: ClusterState) async throws -> [SnapshotName: Set<MemberName>] {
        standing.withLock { $0 }
    }
    func take(
        _ snapshot: SnapshotName, of member: MemberName, in state: ClusterState, limit: Duration
    ) async throws -> Int? {
        note("take \(snapshot) of \(member)")
        if failing.withLock({ $0 == member }) { throw Failure(.commandFailed, "no room for \(member)") }
        standing.withLock { _ = $0[snapshot, default: []].insert(member) }
        return 1000
    }
    func restore(
        _ member: MemberName, to snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws { note("restore \(member) to \(snapshot)") }
    func delete(_ snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws {
        note("delete \(snapshot)")
        standing.withLock { $0[snapshot] = nil }
    }
    func address(of member: MemberName, in state: ClusterState) async throws -> String {
        "10.64.0.\(10 + member.index)"
    }
    func runner(in member: MemberName) -> any CommandRunner { inside[member.text] ?? everywhere ?? ScriptedRunner() }
    func dataFolders(of member: MemberName) -> [String] { ["/d"] }
    func logs(of member: MemberName) -> [MachineLog] {
        [
            MachineLog(name: "lxd", path: "/m/\(member)/lxd.log", topic: .daemon),
            MachineLog(name: "console", path: "/m/\(member)/console.log", topic: .machine),
        ]
    }
    func logRunner(for member: MemberName) -> any CommandRunner { inside["logs"] ?? ScriptedRunner() }
}
