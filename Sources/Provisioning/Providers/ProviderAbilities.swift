/// A provider whose machines share something on their host, such as a bridge.
package protocol SharedNetworking: Sendable {
    /// Whether what all machines of the cluster share is in place.
    func isPrepared(_ state: ClusterState) async throws -> Bool
    /// Puts in place what all machines of the cluster share.
    func prepare(_ state: ClusterState) async throws
    /// Whether what the machines send to the outside gets there.
    func isRouted(_ state: ClusterState) async throws -> Bool
    /// Routes what the machines send to the outside; they may be made meanwhile.
    func route(_ state: ClusterState) async throws
    /// What is shared and is not as it should be; changes nothing.
    func networkFaults(of state: ClusterState) async throws -> [NetworkFault]
    /// Whether nothing is left of what all machines of the cluster shared.
    func isReleased(_ state: ClusterState) async throws -> Bool
    /// Removes what all machines of the cluster shared.
    func release(_ state: ClusterState) async throws
}

/// A provider that can stop and start the engine's daemon in a machine that runs; instances keep running.
package protocol DaemonControl: Sendable {
    /// Stops the daemon, whatever state it is in, and keeps it from being started by a client.
    func stopDaemon(of member: MemberName, in state: ClusterState) async throws
    /// Restarts the daemon: gracefully, so that it hands its leadership over, or by force where it does not end in time;
    /// one that does not run is started.
    func restartDaemon(of member: MemberName, in state: ClusterState) async throws
}

/// A provider that knows where the logs of its machines are.
package protocol MachineLogging: Sendable {
    /// The logs of the machine, in the order in which they are worth reading.
    func logs(of member: MemberName) -> [MachineLog]
    /// How a user reads those logs of the machine, some of which may not be there, to complete "read …".
    func reading(_ logs: [MachineLog], of member: MemberName) -> String
    /// Runs what reads these logs, as root: where they outlive the machine, it need not run.
    func logRunner(for member: MemberName) -> any CommandRunner
}

/// A provider whose machines clients reach in another way than members do.
package protocol ClientAddressing: Sendable {
    /// The address and the port at which clients reach the machine's API from where this program runs.
    func clientAddress(of member: MemberName, in state: ClusterState) async throws -> String
}

/// A provider that can tell whose a machine is.
package protocol OwnershipChecking: Sendable {
    /// Throws `Failure.conflict` where the owner's mark of a machine contradicts the state; changes nothing.
    func checkOwnership(of state: ClusterState) async throws
    /// The clusters that have machines there, or only what their machines shared, of any runtime directory; with a
    /// name, only those of that name. Changes nothing.
    func hostedClusters(named cluster: ClusterName?) async throws -> [HostedCluster]
}

/// A cluster as a host that has machines of it knows it.
package struct HostedCluster: Sendable, Equatable {
    /// What stands for the identifier where machines do not tell it.
    static let unknown = "00000000"

    package var name: ClusterName
    package var identifier: String
    /// Its machines there.
    package var members: [MemberName]
    /// Those of them that are off, and so do not tell whose they are.
    package var silent: [MemberName] = []
    /// The engine of its machines; `nil` where they do not tell it.
    package var engine: Engine?
    /// Where its state is kept; `nil` where nothing says so, as with machines of version 0.1.0.
    package var origin: StateCopy.Origin?
    /// The state as it was when a machine was made there; `nil` where the host keeps no copy.
    package var state: ClusterState?

    package init(
        name: ClusterName, identifier: String, members: [MemberName], engine: Engine? = nil,
        origin: StateCopy.Origin? = nil, state: ClusterState? = nil
    ) {
        self.engine = engine
        self.name = name
        self.identifier = identifier
        self.members = members
        self.origin = origin
        self.state = state
    }
}

/// A provider that knows since when machines run.
package protocol UptimeReporting: Sendable {
    /// Since when those machines run, in seconds since 1970, as far as that is known.
    func began(_ running: [MemberName], of state: ClusterState) async throws -> [MemberName: Int]
}

/// A provider that can tell what its machines use.
package protocol UsageReporting: Sendable {
    /// What those machines, which run, have used; one that does not tell is left out.
    func usage(of running: [MemberName], in state: ClusterState) async throws -> [MemberName: MachineUsage]
}

extension UsageReporting where Self: MachineProvider {
    /// What the kernel of each machine counts, all asked at once.
    package func usage(of running: [MemberName], in state: ClusterState) async throws -> [MemberName: MachineUsage] {
        let found = await withTaskGroup(of: (MemberName, MachineUsage?).self) { group in
            for member in running {
                group.addTask { (member, try? await KernelCounters(runner(in: member)).usageOfMachine()) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        try Task.checkCancellation()
        return found
    }
}

/// A provider that goes on making a machine when the run that asked for it has ended.
package protocol LaunchTracking: Sendable {
    /// Whether a machine that is not listed yet is being made.
    func isBeingLaunched(_ member: MemberName) async throws -> Bool
}

/// A provider that can make only so many machines at a time.
package protocol ParallelLimiting: Sendable {
    /// How many machines are made at a time, where a user wants so many, or does not say.
    func parallel(_ wanted: Int?) async throws -> Int
}

/// A provider whose machines can be given other sizes while they run.
package protocol MachineSizing: Sendable {
    /// The sizes that machines cannot be given where they are, each with the reason; changes nothing.
    func missingSizes() async throws -> [Setting: String]
    /// Those of the machines that run, and have another size.
    func differing(_ machines: [MachineSpecification], of state: ClusterState) async throws -> [MemberName]
    /// Gives a machine that runs its size, or one that was just started.
    func resize(_ machine: MachineSpecification, of state: ClusterState) async throws
}

/// A provider whose machines can be given other sizes while they are off.
package protocol OfflineSizing: Sendable {
    /// The sizes that a machine has, as exactly as the provider tells them.
    func sizes(of member: MemberName, in state: ClusterState) async throws -> [Setting: String]
    /// Whether a size that the provider tells is the wanted one, as far as can be seen.
    func isSame(_ told: String, _ wanted: String, _ setting: Setting) -> Bool
    /// Gives a machine that is off those sizes.
    func resizeStopped(_ member: MemberName, to sizes: [Setting: String], of state: ClusterState) async throws
}

/// A provider whose usual runner does not pass all of our standard input on.
package protocol InputPassing: Sendable {
    /// Runs a user's command in the machine, as root, with our own standard input: it gets all of that, or fails.
    func userRunner(in member: MemberName) -> any CommandRunner
}

/// A provider whose machines run an SSH server that lets a key of the provider's in.
package protocol SSHServing: Sendable {
    /// Who logs in there with which key; throws where the machine does not run, or has no address.
    func sshAccess(to member: MemberName, in state: ClusterState) async throws -> SSHAccess
}

/// The way into a machine by SSH.
package struct SSHAccess: Sendable {
    package var address: String
    package var user: String
    /// The file of the private key, on the provider's host.
    package var identity: String
    /// The server's public keys, as the provider's own channel brought them; none where they are unknown.
    package var hostKeys: [String]
}

/// A provider whose machines keep the engine's data elsewhere than the engine's packages do.
package protocol DataLocating: Sendable {
    /// The folders in the machine in which a daemon keeps its instances, volumes and images; some may not be there.
    func dataFolders(of member: MemberName) -> [String]
}

/// A provider that can tell beforehand what on its host would stop it, or is scarce.
package protocol Preflighting: Sendable {
    /// What is to be said before so many members are made there; changes nothing. Without a state, for any cluster.
    ///
    /// Of what is well nothing need be said; a problem certainly stops it.
    func preflight(making count: Int, of state: ClusterState?) async throws -> [DoctorCheck]
}

/// What a member's daemon runs, beside what is installed on its machine.
package enum EngineCurrency: Sendable, Equatable {
    /// What is installed.
    case current
    /// What was installed before.
    case outdated
    /// No daemon runs.
    case absent
}

/// A provider that can let members' daemons run another version of the engine; instances keep running meanwhile.
package protocol EngineUpgrading: Sendable {
    /// Whether each machine has an engine of its own, which is brought to another version there.
    var installsEngines: Bool { get }
    /// How a user gets a later version onto the machine where the provider does not.
    var installationHint: String { get }
    /// Throws `Failure.badInput` where the engine does not come from such a channel.
    func check(channel: String) throws
    /// What the daemon of a machine that runs is.
    func currency(of member: MemberName, in state: ClusterState) async throws -> EngineCurrency
    /// Brings the engine on a machine to the latest version, of that channel where it has some.
    func refreshEngine(of member: MemberName, to channel: String?, in state: ClusterState, limit: Duration) async throws
}

/// A provider whose snapshots can be taken to another machine, and brought up there under other names and addresses.
package protocol SnapshotMoving: Sendable {
    /// The version of the engine that machines run here; `nil` where it does not tell it.
    func engineVersion() async throws -> EngineVersion?
    /// The processors' architecture, as `uname -m` calls it.
    func architecture() async throws -> String
    /// Those of the programs that there are here, the best first.
    func compressions() async throws -> [ArchiveCompression]
    /// The bytes of a member's copy; throws `Failure.conflict` where it holds what no archive can.
    func size(of member: MemberName, in snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws
        -> Int
    /// Writes a member's copy to the end of a file of the user's.
    func pack(
        _ snapshot: SnapshotName, of member: MemberName, in state: ClusterState, by compression: ArchiveCompression,
        onto file: String, limit: Duration
    ) async throws
    /// What so many bytes need here, and have.
    func room(toUnpack bytes: Int) async throws -> CopyRoom
    /// Unpacks a part of a file for a member whose name is free, or the cluster's; there is no machine of it yet.
    func unpack(
        _ file: String, _ range: FileRange, by compression: ArchiveCompression, as member: MemberName,
        of state: ClusterState, limit: Duration
    ) async throws
    /// Gives what was unpacked the names and addresses of the state, in place of those of the one that it comes from.
    func adapt(from old: ClusterState, to state: ClusterState, limit: Duration) async throws
    /// Makes a machine that is off of what was unpacked.
    func place(_ member: MemberName, of state: ClusterState) async throws
    /// The members whose machines have been made so.
    func placed(of state: ClusterState) async throws -> Set<MemberName>
}

/// The one place in which abilities are looked for, with what holds where a provider lacks one.
extension MachineProvider {
    /// What its machines share; `nil` is nothing.
    package var sharedNetwork: (any SharedNetworking)? { self as? any SharedNetworking }
    /// `nil` where names alone tell whose a machine is.
    package var ownershipCheck: (any OwnershipChecking)? { self as? any OwnershipChecking }
    /// `nil` where it is unknown since when machines run.
    package var uptimes: (any UptimeReporting)? { self as? any UptimeReporting }
    /// What tells what machines use, where the provider can.
    package var usageReporting: (any UsageReporting)? { self as? any UsageReporting }
    /// `nil` where no machine is made after the run that asked for it.
    package var launches: (any LaunchTracking)? { self as? any LaunchTracking }
    /// `nil` where a machine keeps the size that it was made with.
    package var sizing: (any MachineSizing)? { traits.resizes ? self as? any MachineSizing : nil }
    /// `nil` where a machine cannot be given another size while it is off.
    package var offlineSizing: (any OfflineSizing)? { traits.resizesWhenOff ? self as? any OfflineSizing : nil }
    /// `nil` where its machines have no SSH server of which it knows.
    package var sshServers: (any SSHServing)? { self as? any SSHServing }
    /// `nil` where it has no logs.
    package var logging: (any MachineLogging)? { self as? any MachineLogging }

    /// What is to be said before so many members are made; nothing where the provider knows nothing of it.
    package func preflight(making count: Int, of state: ClusterState?) async throws -> [DoctorCheck] {
        try await (self as? any Preflighting)?.preflight(making: count, of: state) ?? []
    }

    /// Throws `Failure.missing` where daemons cannot be controlled.
    package var daemonControl: any DaemonControl {
        get throws {
            if let control = self as? any DaemonControl { return control }
            throw Failure(.missing, "the \(traits.name.rawValue) provider cannot restart a daemon alone")
        }
    }

    /// The machines' snapshots; of a provider that has none, one that says so.
    package var copies: any SnapshotProvider {
        self as? any SnapshotProvider ?? NoSnapshots(provider: traits.name)
    }

    /// Throws `Failure.missing` where the engine of its machines stays what it is.
    package var engineUpgrading: any EngineUpgrading {
        get throws {
            if let upgrading = self as? any EngineUpgrading { return upgrading }
            throw Failure(.missing, "the \(traits.name.rawValue) provider cannot upgrade the engine")
        }
    }

    /// Throws `Failure.missing` where snapshots stay on the machine that they were taken on.
    package var snapshotMoving: any SnapshotMoving {
        get throws {
            if let moving = self as? any SnapshotMoving { return moving }
            throw Failure(
                .missing, "the \(traits.name.rawValue) provider cannot write a snapshot to a file, or read one",
                hint: "move what is in the cluster with \(Engine.current.client) export and import")
        }
    }

    /// The address and the port at which clients reach the member's API: by default, where other members do.
    package func apiAddress(of member: MemberName, in state: ClusterState) async throws -> String {
        if let clients = self as? any ClientAddressing { return try await clients.clientAddress(of: member, in: state) }
        return try await "\(address(of: member, in: state)):\(state.engine.port)"
    }

    /// How many machines are made at a time.
    package func machinesAtOnce(_ wanted: Int?) async throws -> Int {
        try await (self as? any ParallelLimiting)?.parallel(wanted) ?? wanted ?? traits.defaultParallel
    }

    /// Runs a user's command in the machine, as root.
    package func interactiveRunner(in member: MemberName) -> any CommandRunner {
        (self as? any InputPassing)?.userRunner(in: member) ?? runner(in: member)
    }

    /// The folders in the machine in which the engine keeps its data.
    func dataFolders(of member: MemberName, _ engine: Engine) -> [String] {
        (self as? any DataLocating)?.dataFolders(of: member) ?? engine.packages.map(\.folder)
    }
}

extension MachineLogging where Self: MachineProvider {
    /// Their paths: files of this machine.
    package func reading(_ logs: [MachineLog], of member: MemberName) -> String {
        logs.map(\.path).joined(separator: " or ")
    }

    /// In the machine itself.
    package func logRunner(for member: MemberName) -> any CommandRunner { runner(in: member) }
}

extension MachineProvider {
    /// How a user reads the first two logs that tell of that, to complete "read …": which of them there are depends on
    /// what was installed, and how far that came.
    package func logHint(_ member: MemberName, about topic: MachineLog.Topic = .machine) -> String {
        let logs = logging?.logs(of: member).filter { $0.topic == topic }.prefix(2) ?? []
        return logging.flatMap { logs.isEmpty ? nil : $0.reading(Array(logs), of: member) } ?? "the logs of \(member)"
    }

    /// The addresses of those members, all asked at once; one that cannot be had is left out.
    package func addresses(of members: [MemberName], in state: ClusterState) async -> [MemberName: IPv4] {
        await withTaskGroup(of: (MemberName, IPv4?).self) { group in
            for member in members {
                group.addTask { (member, (try? await address(of: member, in: state)).flatMap(IPv4.init)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Whether there are complete copies of the cluster's machines that outlive the machines.
    func holdsCopies(of state: ClusterState) async throws -> Bool {
        guard traits.snapshotsOutliveMachines else { return false }
        return try await copies.snapshots(of: state).values.contains { !$0.isEmpty }
    }
}
