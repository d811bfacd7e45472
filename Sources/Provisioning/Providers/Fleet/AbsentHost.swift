/// A host that the user has given up: nothing is there, and nothing can be made there.
///
/// With it, a cluster that has lost a host permanently can forget the members there, or go away.
public struct AbsentHost: MachineProvider, DaemonControl {
    private let host: HostName
    /// Those of the provider that was there.
    public let traits: ProviderTraits

    /// The host of that name, which had a provider of those traits.
    public init(_ host: HostName, _ traits: ProviderTraits) {
        self.host = host
        self.traits = traits
    }

    private var failure: Failure {
        Failure(
            .badInput, "host \(host) not found",
            hint: "add it again with bcmcluster host add \(host) ADDRESS")
    }

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
    /// Nothing is there.
    public func remove(_ member: MemberName, of state: ClusterState) async throws {}
    /// As it was.
    public func address(of member: MemberName, in state: ClusterState) async throws -> String {
        guard let address = state.member(member)?.address else { throw failure }
        return address.description
    }
    /// Runs nothing.
    public func runner(in member: MemberName) -> any CommandRunner { FailingRunner(failure: failure) }
}

/// Runs nothing, and says why.
private struct FailingRunner: CommandRunner {
    let failure: Failure

    func run(_ command: Command) async throws -> CommandResult { throw failure }
}
