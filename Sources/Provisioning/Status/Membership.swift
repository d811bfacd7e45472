/// Which VMs are members of the user's clusters, by the clusters' states.
package struct Membership: Sendable {
    private struct Place: Hashable {
        var host: HostName
        var name: String
    }

    private var clusters: [Place: ClusterName] = [:]
    /// Clusters whose states cannot be read: whatever has one of their names may be a member.
    private var unreadable: [ClusterName] = []

    /// What the states in that runtime directory say.
    package init(runtime: String, files: any Files) throws {
        let names = try files.names(in: ClusterFolder.clusters(in: runtime)).compactMap { try? ClusterName($0) }
        for name in names {
            do {
                let state = try StateStore.read(ClusterFolder(runtime: runtime, cluster: name), files)
                if let state { add(state) }
            } catch {
                unreadable.append(name)
            }
        }
    }

    private mutating func add(_ state: ClusterState) {
        guard let traits = try? ProviderRegistry.standard.traits(of: state.settings.provider), traits.makesVMs else {
            return
        }
        for member in state.members.map(\.name) {
            clusters[Place(host: state.host(of: member), name: member.text)] = state.name
        }
    }

    /// The cluster that the VM of that name on that host is a member of; `nil` where it is a member of none.
    package func cluster(of name: String, on host: HostName) -> ClusterName? {
        clusters[Place(host: host, name: name)] ?? unreadable.first { MemberName(name, of: $0) != nil }
    }
}
