/// Members that are one host each, which exists already: the engine is put on it, and it is left as it was.
///
/// A provider is for one host, and so for one member. The host is never switched on or off: its engine is.
package struct BaremetalProvider: MachineProvider, DaemonControl, MachineLogging, OwnershipChecking, UsageReporting {
    let host: HostName?
    let root: any CommandRunner
    let engine: Engine
    let time: any TimeSource
    /// Whether `remove` also uninstalls the engine that was installed for a cluster.
    let purges: Bool
    /// What the host keeps about the cluster.
    let copy: @Sendable (ClusterState) -> StateCopy?
    /// The certificates that are known to be the cluster's.
    let certificates: @Sendable (ClusterState) throws -> Set<String>
    let portForward: PackageCache

    /// A provider for the host on which `root` runs commands as root; one without a name can only be looked at.
    ///
    /// Commands for a member run where it is one of the cluster with that identifier.
    package init(
        host: HostName?, root: any CommandRunner, engine: Engine, purges: Bool = false, cluster: String? = nil,
        time: any TimeSource, certificates: @escaping @Sendable (ClusterState) throws -> Set<String> = { _ in [] },
        copy: @escaping @Sendable (ClusterState) -> StateCopy? = { _ in nil }
    ) {
        self.host = host
        self.root = root
        self.engine = engine
        self.purges = purges
        self.time = time
        self.copy = copy
        self.certificates = certificates
        portForward = PackageCache(root, engine, cluster: cluster)
    }

    /// What the user calls the host.
    var place: String { host?.text ?? "this host" }

    /// The address in the state.
    package func address(of member: MemberName, in state: ClusterState) async throws -> String {
        state.member(member)?.address?.description ?? "<\(member) address>"
    }

    /// The host, if its note says that it is a member of this cluster.
    package func machines(of state: ClusterState) async throws -> [MemberName: Machine] {
        let notes = try await BaremetalNotes(on: root)
        guard let member = state.members.first(where: { notes.isOwned(by: $0.name, of: state) }) else { return [:] }
        return [member.name: Machine(state: try await machineState(), address: member.address)]
    }

    private func machineState() async throws -> Machine.State {
        guard let package = try await engine.installedPackage(root) else { return .stopped }
        switch try await Systemd(root).state(of: package.service) {
        case "active", "reloading": return .running
        case "activating": return .starting
        default: return .stopped
        }
    }

    /// Each command for a member checks the host's note.
    package func checkOwnership(of state: ClusterState) async throws {}

    /// The cluster of which the host is a member.
    package func hostedClusters(named cluster: ClusterName?) async throws -> [HostedCluster] {
        let notes = try await BaremetalNotes(on: root)
        guard let member = try? MemberName(coded: notes.member), cluster == nil || member.cluster == cluster else {
            return []
        }
        let copies = try await RootFiles(root).read(BaremetalNotes.copy).map(StateCopy.all) ?? []
        let copy = copies.first { $0.state.identifier == notes.cluster && $0.state.name == member.cluster }
        return [
            HostedCluster(
                name: member.cluster, identifier: notes.cluster, members: [member], engine: notes.engine,
                origin: copy?.origin, state: copy?.state)
        ]
    }

    /// Root's commands on the host.
    package func runner(in member: MemberName) -> any CommandRunner {
        BaremetalRunner(root: root, portForward: portForward, member: member, place: place, engine: engine)
    }

    /// The daemon's, wherever its package keeps it, and what the installation printed.
    package func logs(of member: MemberName) -> [MachineLog] {
        engine.daemonLogs(.debian) + [MachineLog(name: "apt", path: "/var/log/apt/term.log", topic: .machine)]
    }

    /// They are files of the host.
    package func reading(_ logs: [MachineLog], of member: MemberName) -> String {
        "\(logs.map(\.path).joined(separator: " or ")) on \(place)"
    }

    /// On the host, also when its engine is off.
    package func logRunner(for member: MemberName) -> any CommandRunner { root }

    func installation(_ member: MemberName?) -> EngineInstallation {
        EngineInstallation(
            root: root, engine: engine, time: time, place: place, subject: .machine(member?.text ?? place))
    }
}
