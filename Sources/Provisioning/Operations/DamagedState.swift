/// The way out where a cluster's state cannot be read: which machines have its name, and how `destroy` can have them.
struct DamagedState {
    let app: AppContext
    let cluster: ClusterName

    /// The failure with that way out; any other failure as it is.
    func explained(_ failure: Failure) async -> Failure {
        guard failure.code == .damaged, failure.hint == StateStore.repairByHand else { return failure }
        var explained = failure
        let folder = app.folder(cluster)
        let states = await states()
        guard !states.isEmpty else {
            explained.hint = "no machine on this host has its name, so it is safe to remove \(folder.path)"
            return explained
        }
        let machines = states.map { state in
            "\(state.members.map(\.name.text).joined(separator: ", ")) (\(state.settings.provider.rawValue) provider)"
        }
        explained.message += "; machines with its name: \(machines.joined(separator: "; "))"
        let texts = states.compactMap { try? JSONText.text($0, isCompact: true).trimmed }
        explained.hint =
            "if they belong to this cluster, write this to \(folder.state), then run "
            + "bcmcluster destroy -c \(cluster): \(texts.joined(separator: " or "))"
        return explained
    }

    /// States that name exactly the machines that are there, one for each who owns some.
    private func states() async -> [ClusterState] {
        var states: [ClusterState] = []
        for name in ProviderName.allCases {
            guard let provider = try? app.provider(name),
                let found = try? await provider.ownershipCheck?.machinesNamedAfter(of: cluster)
            else { continue }
            for (identifier, members) in found.sorted(by: { $0.key < $1.key }) {
                states.append(state(identifier, members, name))
            }
        }
        return states
    }

    private func state(_ identifier: String, _ members: [MemberName], _ provider: ProviderName) -> ClusterState {
        var state = ClusterState(
            name: cluster, identifier: identifier, created: 0,
            settings: ClusterSettings(provider: provider, storage: .dir))
        state.members = members.map { ClusterState.Member(name: $0) }
        // Without our certificate nothing would tell whose the remote is.
        let certificate = app.folder(cluster).certificate(state.first, state.engine)
        if (try? app.files.kind(of: certificate)) == .file {
            state.remote = ClusterState.Remote(name: state.first.text)
        }
        return state
    }
}

extension AppContext {
    /// The failure with the way out where the cluster's state is damaged; any other failure as it is.
    package func explained(_ failure: Failure, of cluster: ClusterName) async -> Failure {
        await DamagedState(app: self, cluster: cluster).explained(failure)
    }
}
