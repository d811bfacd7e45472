/// Where members' machines come from: makes, finds, starts, stops and removes them, and runs commands in them.
///
/// Every method is idempotent: asked again after a failure half-way, it finishes what is left.
public protocol MachineProvider: SnapshotProvider {
    /// The provider's name.
    var name: ProviderName { get }
    /// How many machines it makes at a time unless the user says otherwise.
    var defaultParallel: Int { get }
    /// The pause between two questions to a machine.
    var pollInterval: Duration { get }
    /// How long a machine takes as a rule until it is set up.
    var expectedSetupDuration: Duration { get }
    /// How long a healthy machine may take to answer one question: what takes longer is not yet known to be wrong.
    var answerTimeout: Duration { get }
    /// How many machines are made at a time, where a user wants so many, or does not say.
    func parallel(_ wanted: Int?) async throws -> Int
    /// The cluster-wide settings that matter only once a machine is made: until then `up` may change them.
    var settingsOfMachines: Set<Setting> { get }

    /// Checks that machines can be made here at all; throws `Failure.missing` with the way out. Changes nothing.
    func check() async throws
    /// Fills in what this provider decides before machines are made, such as addresses. Changes nothing.
    ///
    /// Throws `Failure.conflict` where a machine that is not ours has the name of a newMember.
    func assign(_ state: ClusterState, newMembers: [MemberName]) async throws -> ClusterState
    /// The machines of the state that exist, by name, as the world answers now.
    func machines(of state: ClusterState) async throws -> [MemberName: Machine]

    /// Whether what all machines of the cluster share is in place.
    func isPrepared(_ state: ClusterState) async throws -> Bool
    /// Puts in place what all machines of the cluster share.
    func prepare(_ state: ClusterState) async throws
    /// Whether what the machines send to the outside gets there.
    func isRouted(_ state: ClusterState) async throws -> Bool
    /// Routes what the machines send to the outside; they may be made meanwhile.
    func route(_ state: ClusterState) async throws
    /// Makes the machine and starts it.
    func create(_ machine: MachineSpecification, of state: ClusterState) async throws
    /// Stops a machine, whose instances are off by now; one that is off is fine.
    func stop(_ member: MemberName, of state: ClusterState, limit: Duration) async throws
    /// Starts a machine that exists.
    func start(_ member: MemberName, of state: ClusterState, limit: Duration) async throws
    /// Ends the engine's daemon in a machine that runs, whatever state it is in, and keeps it from being started by a
    /// client; `restartDaemon` starts it. Instances keep running.
    func stopDaemon(of member: MemberName, in state: ClusterState) async throws
    /// Restarts the engine's daemon in a machine that runs: gracefully, so that it hands its leadership over, or by force
    /// where it does not end in time; one that does not run is started. Instances keep running.
    func restartDaemon(of member: MemberName, in state: ClusterState) async throws
    /// Whether the machine is set up and the engine's daemon answers.
    func isSettled(_ member: MemberName, of state: ClusterState) async throws -> Bool
    /// Waits until the machine is set up, and checks that it is; by then the engine's daemon answers.
    func settle(_ member: MemberName, of state: ClusterState, limit: Duration) async throws
    /// Whether a machine that the world does not show yet is on its way, begun by a run that was cut off.
    func isOnItsWay(_ member: MemberName) async throws -> Bool
    /// Removes the machine and everything of it, also one on its way; one that is not there is fine.
    func remove(_ member: MemberName, of state: ClusterState) async throws
    /// Checks that what is about to be removed is this cluster's; changes nothing.
    ///
    /// Throws `Failure.conflict` where the owner's mark of a machine contradicts the state.
    func checkOwnership(of state: ClusterState) async throws
    /// Whether nothing is left of what all machines of the cluster shared.
    func isReleased(_ state: ClusterState) async throws -> Bool
    /// Removes what all machines of the cluster shared.
    func release(_ state: ClusterState) async throws

    /// Since when those machines run, in seconds since 1970, as far as that is known.
    func began(_ running: [MemberName], of state: ClusterState) async throws -> [MemberName: Int]

    /// The address at which other members reach the machine.
    func address(of member: MemberName, in state: ClusterState) async throws -> String
    /// The address and the port at which clients reach the machine's API from where this program runs.
    func clientAddress(of member: MemberName, in state: ClusterState) async throws -> String
    /// What of it is on that host alone, where it is spread over hosts; otherwise, and for `nil`, all of it.
    func part(on host: HostName?) -> any MachineProvider
    /// Runs commands in the machine, as root.
    func runner(in member: MemberName) -> any CommandRunner
    /// Runs a command of the user's in the machine, as root, with our own standard input: it gets all of that, or the run
    /// of the command fails.
    func userRunner(in member: MemberName) -> any CommandRunner
    /// The machines that have names of the cluster, whoever made them, by the identifier of their cluster where that
    /// is known.
    func namesakes(of cluster: ClusterName) async throws -> [String: [MemberName]]
    /// What a user can do about a machine that runs and carries out no command.
    func hint(forHung member: MemberName) -> String
    /// The logs of the machine, in the order in which they are worth reading.
    func logs(of member: MemberName) -> [MachineLog]
    /// How a user reads those logs of the machine, some of which may not be there, to complete "read …".
    func reading(_ logs: [MachineLog], of member: MemberName) -> String
    /// The folders in the machine in which a daemon keeps its instances, volumes and images; some may not be there.
    func dataFolders(of member: MemberName) -> [String]
    /// Runs what reads these logs, as root: where they outlive the machine, it need not run.
    func logRunner(for member: MemberName) -> any CommandRunner
}

/// What a provider does that gives the machines of a cluster nothing of its own to share.
extension MachineProvider {
    /// A process on this machine answers within that time also when all processors are busy.
    public var answerTimeout: Duration { .milliseconds(1200) }
    /// Stopping and starting the cluster's machines does what can be done.
    public func hint(forHung member: MemberName) -> String {
        "bcmcluster stop -c \(member.cluster), then bcmcluster start -c \(member.cluster)"
    }
    /// The addresses of those members, all asked at once; one that cannot be had is left out.
    public func addresses(of members: [MemberName], in state: ClusterState) async -> [MemberName: IPv4] {
        await withTaskGroup(of: (MemberName, IPv4?).self) { group in
            for member in members {
                group.addTask { (member, (try? await address(of: member, in: state)).flatMap(IPv4.init)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }
    /// As many as the user wants.
    public func parallel(_ wanted: Int?) async throws -> Int { wanted ?? defaultParallel }
    /// Clients are where the members are.
    public func clientAddress(of member: MemberName, in state: ClusterState) async throws -> String {
        try await "\(address(of: member, in: state)):8443"
    }
    /// All of it is on one host.
    public func part(on host: HostName?) -> any MachineProvider { self }
    /// There is nothing.
    public func isPrepared(_ state: ClusterState) async throws -> Bool { true }
    /// There is nothing.
    public func prepare(_ state: ClusterState) async throws {}
    /// There is nothing.
    public func isRouted(_ state: ClusterState) async throws -> Bool { true }
    /// There is nothing.
    public func route(_ state: ClusterState) async throws {}
    /// None: addresses, for one, follow from settings before machines are made.
    public var settingsOfMachines: Set<Setting> { [] }
    /// Names alone tell.
    public func checkOwnership(of state: ClusterState) async throws {}
    /// There is nothing.
    public func isReleased(_ state: ClusterState) async throws -> Bool { true }
    /// There is nothing.
    public func release(_ state: ClusterState) async throws {}
    /// Nobody knows.
    public func began(_ running: [MemberName], of state: ClusterState) async throws -> [MemberName: Int] { [:] }
    /// How a user reads the first two logs that tell of that, to complete "read …": which of them there are depends on
    /// what was installed, and how far that came.
    public func logHint(_ member: MemberName, about topic: MachineLog.Topic = .machine) -> String {
        let logs = logs(of: member).filter { $0.topic == topic }.prefix(2)
        return logs.isEmpty ? "the logs of \(member)" : reading(Array(logs), of: member)
    }
    /// Their paths: files of this machine.
    public func reading(_ logs: [MachineLog], of member: MemberName) -> String {
        logs.map(\.path).joined(separator: " or ")
    }
    /// Like any other command.
    public func userRunner(in member: MemberName) -> any CommandRunner { runner(in: member) }
    /// In the machine itself.
    public func logRunner(for member: MemberName) -> any CommandRunner { runner(in: member) }
    /// Those of Debian's package and of the snap.
    public func dataFolders(of member: MemberName) -> [String] { ["/var/lib/lxd", "/var/snap/lxd/common/lxd"] }
    /// None that are known.
    public func namesakes(of cluster: ClusterName) async throws -> [String: [MemberName]] { [:] }
}

/// A machine as the world answers.
public struct Machine: Sendable, Equatable {
    /// What it is doing.
    public enum State: Sendable, Equatable {
        case running, stopped, starting
        /// Deleted, but still owning its name.
        case deleted
        /// Unknown: its host is unreachable.
        case outOfReach
        /// Any other, with the provider's own word.
        case other(String)
    }

    /// Its state.
    public var state: State
    /// Its address, where it is known.
    public var address: IPv4?

    /// Whether it runs, or will in a moment.
    public var isOn: Bool { state == .running || state == .starting }

    /// Makes a value.
    public init(state: State, address: IPv4? = nil) {
        self.state = state
        self.address = address
    }
}

/// What a new machine is to be.
public struct MachineSpecification: Sendable, Equatable {
    /// The member.
    public var member: MemberName
    /// The number of processors.
    public var cpus: String
    /// The memory, such as `4G`.
    public var memory: String
    /// The disk, such as `30G`.
    public var disk: String
    /// How long it may take until the machine is set up.
    public var limit: Duration

    /// Makes a description.
    public init(member: MemberName, cpus: String, memory: String, disk: String, limit: Duration) {
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
