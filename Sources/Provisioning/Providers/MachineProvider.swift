/// Where members' machines come from: makes, finds, starts, stops and removes them, and runs commands in them.
///
/// Every method is idempotent: asked again after a failure half-way, it finishes what is left. What only some providers
/// can do is in protocols of its own, in `ProviderAbilities.swift`.
package protocol MachineProvider: Sendable {
    /// What is known of the provider before it has made anything.
    var traits: ProviderTraits { get }

    /// Checks that machines can be made here at all; throws `Failure.missing` with the way out. Changes nothing.
    func check() async throws
    /// Fills in what this provider decides before machines are made, such as addresses. Changes nothing.
    ///
    /// Throws `Failure.conflict` where a machine that is not ours has the name of a new member.
    func assign(_ state: ClusterState, newMembers: [MemberName]) async throws -> ClusterState
    /// The machines of the state that exist, by name.
    func machines(of state: ClusterState) async throws -> [MemberName: Machine]

    /// Makes the machine and starts it.
    func create(_ machine: MachineSpecification, of state: ClusterState) async throws
    /// Starts a machine that exists.
    func start(_ member: MemberName, of state: ClusterState, limit: Duration) async throws
    /// Stops a machine, whose instances are off by now; one that is off is fine.
    func stop(_ member: MemberName, of state: ClusterState, limit: Duration) async throws
    /// Whether the machine is set up and the engine's daemon answers.
    func isSettled(_ member: MemberName, of state: ClusterState) async throws -> Bool
    /// Waits until the machine is set up, and checks that it is; by then the engine's daemon answers.
    func settle(_ member: MemberName, of state: ClusterState, limit: Duration) async throws
    /// Removes the machine and everything of it, also one that is still being made; one that is not there is fine.
    func remove(_ member: MemberName, of state: ClusterState) async throws

    /// The address at which other members reach the machine.
    func address(of member: MemberName, in state: ClusterState) async throws -> String
    /// Runs commands in the machine, as root.
    func runner(in member: MemberName) -> any CommandRunner
}

/// A machine as the world answers.
package struct Machine: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        case running, stopped, starting
        /// Deleted, but still owning its name.
        case deleted
        /// Unknown: its host is unreachable.
        case unreachable
        /// Any other, with the provider's own word.
        case other(String)
    }

    package var state: State
    /// Its address, where it is known.
    package var address: IPv4?

    /// Whether it runs, or will in a moment.
    package var isOn: Bool { state == .running || state == .starting }

    package init(state: State, address: IPv4? = nil) {
        self.state = state
        self.address = address
    }
}

/// What a new machine is to be.
package struct MachineSpecification: Sendable, Equatable {
    package var member: MemberName
    /// The number of processors.
    package var cpus: String
    /// The memory, such as `4G`.
    package var memory: String
    /// The disk, such as `30G`.
    package var disk: String
    /// How long it may take until the machine is set up.
    package var limit: Duration

    package init(member: MemberName, cpus: String, memory: String, disk: String, limit: Duration) {
        self.member = member
        self.cpus = cpus
        self.memory = memory
        self.disk = disk
        self.limit = limit
    }
}

extension Failure {
    /// The failure of a machine that has the member's name and another cluster's mark.
    static func belongsToAnotherCluster(_ member: MemberName) -> Failure {
        Failure(
            .taken, "the machine \(member) belongs to another cluster",
            hint: outdatedState(of: member.cluster))
    }

    /// What to do where machines are another cluster's by now.
    static func outdatedState(of cluster: ClusterName) -> String {
        "if the state of \(cluster) is outdated, remove its folder below BCM_RUNTIME_DIR/clusters by hand"
    }
}
