import Provisioning

/// The way out where a cluster's record cannot be read: which machines bear its name, and how `destroy` can have them.
struct Namesakes {
    let world: World
    let cluster: ClusterName

    /// The failure with that way out; any other failure as it is.
    func explained(_ failure: Failure) async -> Failure {
        guard failure.code == .damaged, failure.remedy == RecordStore.repairByHand else { return failure }
        var explained = failure
        let folder = world.folder(cluster)
        let records = await records()
        guard !records.isEmpty else {
            explained.remedy = "no machine on this host bears its name, so it is safe to remove \(folder.path)"
            return explained
        }
        let machines = records.map { record in
            "\(record.members.map(\.name.text).joined(separator: ", ")) by \(record.settings.provider.rawValue)"
        }
        explained.message += "; machines that bear its name: \(machines.joined(separator: "; "))"
        let texts = records.compactMap { try? JSONText.text($0, isCompact: true).trimmed }
        explained.remedy =
            "if they are this cluster's, make this the whole text of \(folder.record), then run "
            + "bcmcluster destroy -c \(cluster): \(texts.joined(separator: " or "))"
        return explained
    }

    /// Records that name exactly the machines that are there, one for each who owns some.
    private func records() async -> [ClusterRecord] {
        var records: [ClusterRecord] = []
        for name in ProviderName.allCases {
            guard let provider = try? world.provider(name), let found = try? await provider.namesakes(of: cluster)
            else { continue }
            for (identifier, members) in found.sorted(by: { $0.key < $1.key }) {
                records.append(record(identifier, members, name))
            }
        }
        return records
    }

    private func record(_ identifier: String, _ members: [MemberName], _ provider: ProviderName) -> ClusterRecord {
        var record = ClusterRecord(
            name: cluster, identifier: identifier, created: 0,
            settings: ClusterSettings(provider: provider, storage: .dir))
        record.members = members.map { ClusterRecord.Member(name: $0) }
        // Without our certificate nothing would tell whose the remote is.
        let certificate = world.folder(cluster).certificate(record.first)
        if (try? world.files.kind(of: certificate)) == .file {
            record.remote = ClusterRecord.Remote(name: record.first.text)
        }
        return record
    }
}
