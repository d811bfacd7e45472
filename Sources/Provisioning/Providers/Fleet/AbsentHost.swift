/// A host that the user has given up: nothing is there, and nothing can be made there.
///
/// With it, a cluster that has lost a host permanently can forget the members there, or go away.
public struct AbsentHost: MachineProvider, WithoutSnapshots {
    private let host: HostName
    /// The name of the provider that was there.
    public let name: ProviderName

    /// The host of that name, which had that provider.
    public init(_ host: HostName, _ name: ProviderName) {
        self.host = host
        self.name = name
    }

    private var failure: Failure {
        Failure(
            .badInput, "host \(host) not found",
            hint: "add it again with bcmcluster host add \(host) ADDRESS")
    }

    /// One is as good as none.
    public var defaultParallel: Int { 1 }
    /// Nothing is waited for.
    public var pollInterval: Duration { .milliseconds(100) }
    /// Nothing is set up.
    public var expectedSetupDuration: Duration { .seconds(1) }
    /// They are gone with it.
    public var whyNoSnapshots: Failure { failure }

    /// There is nothing to check.
    public func check() async throws {}
    /// Takes no newMember.
    public func assign(_ state: ClusterState, newMembers: [MemberName]) async throws -> ClusterState {
        if newMembers.isEmpty { return state }
        throw failure
    }
    /// None.
    public func machines(of state: ClusterState) async throws -> [MemberName: Machine] { [:] }
    /// Not possible.
    public func create(_ machine: MachineSpecification, of state: ClusterState) async throws { throw failure }
    /// Nothing runs.
    public func stop(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {}
    /// Not possible.
    public func start(_ member: MemberName, of state: ClusterState, limit: Duration) async throws { throw failure }
    /// Nothing runs.
    public func stopDaemon(of member: MemberName, in state: ClusterState) async throws {}
    /// Not possible.
    public func restartDaemon(of member: MemberName, in state: ClusterState) async throws { throw failure }
    /// Never.
    public func isSettled(_ member: MemberName, of state: ClusterState) async throws -> Bool { false }
    /// Not possible.
    public func settle(_ member: MemberName, of state: ClusterState, limit: Duration) async throws { throw failure }
    /// Never.
    public func isOnItsWay(_ member: MemberName) async throws -> Bool { false }
    /// Nothing is there.
    public func remove(_ member: MemberName, of state: ClusterState) async throws {}
    /// As it was.
    public func address(of member: MemberName, in state: ClusterState) async throws -> String {
        guard let address = state.member(member)?.address else { throw failure }
        return address.description
    }
    /// Runs nothing.
    public func runner(in member: MemberName) -> any CommandRunner { NoRunner(failure: failure) }
    /// None.
    public func logs(of member: MemberName) -> [MachineLog] { [] }
    /// As anywhere.
    public func reading(_ log: MachineLog, of member: MemberName) -> String { log.path }
}

/// Runs nothing, and says why.
private struct NoRunner: CommandRunner {
    let failure: Failure

    func run(_ command: Command) async throws -> CommandResult { throw failure }
}
