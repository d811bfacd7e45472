/// How a cluster is, in a sentence: from its machines, and from what its first running member says.
public struct ClusterState: Sendable {
    private let record: ClusterRecord
    private let provider: any MachineProvider

    /// The state of that cluster.
    public init(record: ClusterRecord, provider: any MachineProvider) {
        self.record = record
        self.provider = provider
    }

    /// The sentence, without a full stop.
    public func sentence() async throws -> String {
        let machines = try await provider.machines(of: record)
        let running = record.members.map(\.name).filter { machines[$0]?.state == .running }
        if machines.isEmpty { return "no machine is left: destroy it, or up makes it anew" }
        if running.isEmpty { return "stopped" }
        for member in running {
            let client = LXC(provider.runner(in: member), engine: .lxd, limit: .seconds(5))
            guard let members = try? await client.members(), !members.isEmpty else { continue }
            let names = Set(record.members.map(\.name.text))
            let online = members.filter { $0.isOnline && names.contains($0.name) }.count
            return online == names.count ? "online" : "\(online) of \(names.count) members online"
        }
        return "\(running.count) of \(record.members.count) machines run, and LXD answers on none"
    }
}
