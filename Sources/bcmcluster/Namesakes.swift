import Provisioning

/// The way out where a cluster's state cannot be read: which machines have its name, and how `destroy` can have them.
struct Namesakes {
    let world: World
    let cluster: ClusterName

    /// The failure with that way out; any other failure as it is.
    func explained(_ failure: Failure) async -> Failure {
        guard failure.code == .damaged, failure.hint == StateStore.repairByHand else { return failure }
        var explained = failure
        let folder = world.folder(cluster)
        let records = await records()
        guard !records.isEmpty else {
            explained.hint = "no machine on this host has its name, so it is safe to remove \(folder.path)"
            return explained
        }
        let machines = records.map { state in
            "\(state.members.map(\.name.text).joined(separator: ", ")) (\(state.settings.provider.rawValue) provider)"
        }
        explained.message += "; machines with its name: \(machines.joined(separator: "; "))"
        let texts = records.compactMap { try? JSONText.text($0, isCompact: true).trimmed }
        explained.hint =
            "if they belong to this cluster, write this to \(folder.state), then run "
            + "bcmcluster destroy -c \(cluster): \(texts.joined(separator: " or "))"
        return explained
    }

    /// Records that name exactly the machines that are there, one for each who owns some.
    private func records() async -> [ClusterState] {
        var records: [ClusterState] = []
        for name in ProviderName.allCases {
            guard let provider = try? world.provider(name), let found = try? await provider.namesakes(of: cluster)
            else { continue }
            for (identifier, members) in found.sorted(by: { $0.key < $1.key }) {
                records.append(state(identifier, members, name))
            }
        }
        return records
    }

    private func state(_ identifier: String, _ members: [MemberName], _ provider: ProviderName) -> ClusterState {
        var state = ClusterState(
            name: cluster, identifier: identifier, created: 0,
            settings: ClusterSettings(provider: provider, storage: .dir))
        state.members = members.map { ClusterState.Member(name: $0) }
        // Without our certificate nothing would tell whose the remote is.
        let certificate = world.folder(cluster).certificate(state.first)
        if (try? world.files.kind(of: certificate)) == .file {
            state.remote = ClusterState.Remote(name: state.first.text)
        }
        return state
    }
}
