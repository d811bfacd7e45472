/// How a cluster is, in a sentence: from its machines, and from what LXD on each of them says.
public struct ClusterState: Sendable {
    /// How long a member may take to answer; one that cannot reach the others' database takes for ever.
    static let patience: Duration = .seconds(5)
    /// How many members are asked at a time.
    private static let atOnce = 8

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
        let names = record.members.map(\.name)
        let running = names.filter { machines[$0]?.state == .running }
        if machines.isEmpty { return "no machine is left: destroy it, or up makes it anew" }
        if running.isEmpty { return "stopped" }
        let answers = await answers(of: running)
        guard let known = running.compactMap({ answers[$0] }).first else {
            return "\(running.count) of \(names.count) machines run, and LXD answers on none"
        }
        let troubles = names.compactMap { name in
            Self.trouble(machines[name], answers[name] != nil, known.first { $0.name == name.text }).map {
                "\(name) \($0)"
            }
        }
        if troubles.isEmpty { return "online" }
        let shown = troubles.prefix(3) + (troubles.count > 3 ? ["\(troubles.count - 3) more"] : [])
        return "\(names.count - troubles.count) of \(names.count) members online: \(shown.joined(separator: ", "))"
    }

    /// What is the matter with a member; `nil` where nothing is.
    private static func trouble(_ machine: Machine?, _ answers: Bool, _ member: ClusterMember?) -> String? {
        guard let machine else { return "has no machine" }
        guard machine.state == .running else { return "does not run" }
        guard answers else { return "does not answer" }
        guard let member else { return "has not joined" }
        return member.isOnline ? nil : "is \(member.status.lowercased())"
    }

    /// The members that each one knows of; those that do not answer are missing.
    ///
    /// Every one is asked: the cluster itself takes 20 seconds to notice that a member is gone.
    private func answers(of members: [MemberName]) async -> [MemberName: [ClusterMember]] {
        await withTaskGroup(of: (MemberName, [ClusterMember]?).self) { group in
            var waiting = members[...]
            var answers: [MemberName: [ClusterMember]] = [:]
            for member in waiting.prefix(Self.atOnce) { group.addTask { (member, await ask(member)) } }
            waiting = waiting.dropFirst(Self.atOnce)
            while let (member, answer) = await group.next() {
                answers[member] = answer
                if let next = waiting.popFirst() { group.addTask { (next, await ask(next)) } }
            }
            return answers
        }
    }

    private func ask(_ member: MemberName) async -> [ClusterMember]? {
        let client = LXC(provider.runner(in: member), engine: .lxd, limit: Self.patience)
        guard let members = try? await client.members(), !members.isEmpty else { return nil }
        return members
    }
}
