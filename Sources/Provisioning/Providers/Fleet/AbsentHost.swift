/// A host that the user has given up: nothing is there, and nothing can be made there.
///
/// With it, a cluster that has lost a host permanently can forget the members there, or go away.
package struct AbsentHost: MachineProvider, DaemonControl {
    private let host: HostName
    /// Those of the provider that was there.
    package let traits: ProviderTraits

    /// The host of that name, which had a provider of those traits.
    package init(_ host: HostName, _ traits: ProviderTraits) {
        self.host = host
        self.traits = traits
    }

    private var failure: Failure {
        Failure(
            .notFound, "host \(host) not found",
            hint: "add it again with bcmcluster host add \(host) ADDRESS")
    }

    /// There is nothing to check.
    package func check() async throws {}
    /// Takes no newMember.
    package func assign(_ state: ClusterState, newMembers: [MemberName]) async throws -> ClusterState {
        if newMembers.isEmpty { return state }
        throw failure
    }
    package func machines(of state: ClusterState) async throws -> [MemberName: Machine] { [:] }
    /// Not possible.
    package func create(_ machine: MachineSpecification, of state: ClusterState) async throws { throw failure }
    /// Nothing runs.
    package func stop(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {}
    /// Not possible.
    package func start(_ member: MemberName, of state: ClusterState, limit: Duration) async throws { throw failure }
    /// Nothing runs.
    package func stopDaemon(of member: MemberName, in state: ClusterState) async throws {}
    /// Not possible.
    package func restartDaemon(of member: MemberName, in state: ClusterState) async throws { throw failure }
    package func isSettled(_ member: MemberName, of state: ClusterState) async throws -> Bool { false }
    /// Not possible.
    package func settle(_ member: MemberName, of state: ClusterState, limit: Duration) async throws { throw failure }
    /// Nothing is there.
    package func remove(_ member: MemberName, of state: ClusterState) async throws {}
    package func address(of member: MemberName, in state: ClusterState) async throws -> String {
        guard let address = state.member(member)?.address else { throw failure }
        return address.description
    }
    /// Runs nothing.
    package func runner(in member: MemberName) -> any CommandRunner { FailingRunner(failure: failure) }
}

/// Runs nothing, and says why.
private struct FailingRunner: CommandRunner {
    let failure: Failure

    func run(_ command: Command) async throws -> CommandResult { throw failure }
}
