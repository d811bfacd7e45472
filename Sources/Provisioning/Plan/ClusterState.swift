/// How a cluster is, in a sentence: from its machines, and from what LXD on each of them says.
public struct ClusterState: Sendable {
    /// How long a member may take to answer; one that cannot reach the others' database takes for ever.
    private static let limit: Duration = .seconds(5)
    /// How long the members get to choose a new leader, when the one they had is gone.
    static let patience: Duration = .seconds(20)
    /// How many members are asked at a time.
    private static let atOnce = 8

    private let record: ClusterRecord
    private let provider: any MachineProvider
    private let time: any TimeSource

    /// The state of that cluster.
    public init(record: ClusterRecord, provider: any MachineProvider, time: any TimeSource) {
        self.record = record
        self.provider = provider
        self.time = time
    }

    /// The sentence, without a full stop.
    public func sentence() async throws -> String {
        if record.isGoing == true { return "half destroyed: destroy ends that, and up makes it anew" }
        let machines = try await provider.machines(of: record)
        let names = record.members.map(\.name)
        let running = names.filter { machines[$0]?.state == .running }
        if machines.isEmpty { return "no machine is left: destroy it, or up makes it anew" }
        if running.isEmpty { return "stopped" }
        let answers = try await settledAnswers(of: running)
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

    /// The answers, asked for until there is one, or no daemon is there that could give one.
    private func settledAnswers(of members: [MemberName]) async throws -> [MemberName: [ClusterMember]] {
        let end = time.elapsed + Self.patience
        while true {
            let answers = await answers(of: members)
            let found = answers.compactMapValues(\.members)
            if !found.isEmpty || answers.values.allSatisfy({ $0 == .silence }) || time.elapsed > end { return found }
            try await time.sleep(.milliseconds(500))
        }
    }

    /// What a member says when it is asked for the members.
    private enum Answer: Equatable {
        case members([ClusterMember])
        /// Its daemon runs, and cannot say: the members may just be choosing a leader.
        case trouble
        /// No daemon is there.
        case silence

        var members: [ClusterMember]? {
            if case .members(let members) = self { members } else { nil }
        }
    }

    /// What each member says.
    ///
    /// Every one is asked: the cluster itself takes 20 seconds to notice that a member is gone.
    private func answers(of members: [MemberName]) async -> [MemberName: Answer] {
        await withTaskGroup(of: (MemberName, Answer).self) { group in
            var waiting = members[...]
            var answers: [MemberName: Answer] = [:]
            for member in waiting.prefix(Self.atOnce) { group.addTask { (member, await ask(member)) } }
            waiting = waiting.dropFirst(Self.atOnce)
            while let (member, answer) = await group.next() {
                answers[member] = answer
                if let next = waiting.popFirst() { group.addTask { (next, await ask(next)) } }
            }
            return answers
        }
    }

    private func ask(_ member: MemberName) async -> Answer {
        do {
            let members = try await LXC(provider.runner(in: member), engine: .lxd, limit: Self.limit).members()
            return members.isEmpty ? .trouble : .members(members)
        } catch let failure as Failure where failure.output?.contains("unix.socket: connect:") ?? false {
            return .silence
        } catch {
            return .trouble
        }
    }
}
