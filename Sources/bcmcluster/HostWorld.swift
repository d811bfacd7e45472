import Provisioning

/// What the commands need that reach other machines.
extension World {
    /// The hosts that the user has added.
    var hosts: HostStore { HostStore(runtime: runtime, files: files, time: time) }

    /// The provider for that cluster, wherever its machines are.
    ///
    /// Where it `purges`, what was installed for the cluster on hosts goes with their members.
    func provider(for state: ClusterState, purges: Bool = false) throws -> any MachineProvider {
        let cluster = state.identifier
        guard state.spread != nil else { return try provider(state.settings.provider, cluster: cluster) }
        let known = try hosts.all()
        let stands = try state.hosts.map { name -> (HostName, any MachineProvider) in
            let kind = state.settings.provider
            if name.isLocal {
                let root = SudoRunner(runner)
                return (name, try provider(kind, by: runner, root, on: name, purges: purges, cluster: cluster))
            }
            guard let host = known.first(where: { $0.name == name }) else { return (name, AbsentHost(name, kind)) }
            let runner = runner(on: host)
            let root = RootOnHost(runner)
            return (name, try provider(kind, by: runner, root, on: name, purges: purges, cluster: cluster))
        }
        return FleetProvider(state, stands)
    }

    /// The hosts of the cluster that the user has given up.
    func givenUp(_ state: ClusterState) throws -> [HostName] {
        let known = Set(try hosts.all().map(\.name))
        return state.spread == nil ? [] : state.hosts.filter { !$0.isLocal && !known.contains($0) }
    }

    /// The clusters that are spread over that host, by their states; one that is damaged is a failure.
    func clusters(on host: HostName) throws -> [ClusterState] {
        try files.names(in: ClusterFolder.clusters(in: runtime)).sorted().compactMap { name in
            guard let cluster = try? ClusterName(name), let state = try StateStore.read(folder(cluster), files),
                state.spread?.contains(where: { $0.host == host }) ?? false
            else { return nil }
            return state
        }
    }

    /// The provider of that name, on the host that the runner reaches.
    func provider(_ name: ProviderName, on host: any CommandRunner, isRoot: Bool) throws -> any MachineProvider {
        let root = SudoRunner(host, needed: !isRoot)
        if name == .baremetal { return BaremetalProvider(host: nil, root: root, engine: .lxd, time: time) }
        return try provider(name, by: host, root)
    }
}
