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

/// The one place in which abilities are looked for, with what holds where a provider lacks one.
extension MachineProvider {
    /// What its machines share; `nil` is nothing.
    package var sharedNetwork: (any SharedNetworking)? { self as? any SharedNetworking }
    /// `nil` where names alone tell whose a machine is.
    package var ownershipCheck: (any OwnershipChecking)? { self as? any OwnershipChecking }
    /// `nil` where it is unknown since when machines run.
    package var uptimes: (any UptimeReporting)? { self as? any UptimeReporting }
    /// `nil` where no machine is made after the run that asked for it.
    package var launches: (any LaunchTracking)? { self as? any LaunchTracking }
    /// `nil` where a machine keeps the size that it was made with.
    package var sizing: (any MachineSizing)? { traits.resizes ? self as? any MachineSizing : nil }
    /// `nil` where a machine cannot be given another size while it is off.
    package var offlineSizing: (any OfflineSizing)? { traits.resizesWhenOff ? self as? any OfflineSizing : nil }
    /// `nil` where its machines have no SSH server of which it knows.
    package var sshServers: (any SSHServing)? { self as? any SSHServing }
    /// `nil` where it knows no logs.
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
