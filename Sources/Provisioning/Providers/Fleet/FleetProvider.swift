/// The machines of a cluster that is spread over hosts: each host has a provider of its own, and a member's host decides.
///
/// A host that is unreachable costs its own members: they are shown so, and what is asked of them fails, while the others
/// continue.
package struct FleetProvider: MachineProvider, SharedNetworking, DaemonControl, MachineLogging, ClientAddressing,
    OwnershipChecking, UptimeReporting, LaunchTracking, ParallelLimiting, InputPassing, DataLocating, SnapshotProvider,
    MachineSizing, UsageReporting, EngineUpgrading, OfflineSizing
{
    /// The hosts' providers, in the state's order.
    let hosts: [(name: HostName, provider: any MachineProvider)]
    private let homes: MemberHosts
    let engine: Engine

    /// A provider for that state, whose hosts' own providers are these; there is at least one.
    package init(_ state: ClusterState, _ hosts: [(name: HostName, provider: any MachineProvider)]) {
        self.hosts = hosts
        homes = MemberHosts(state)
        engine = state.engine
    }

    /// Those of each host's provider; all hosts together make more at a time, while the connections stay few, and a
    /// question takes a way over the network.
    package var traits: ProviderTraits {
        var traits = hosts[0].provider.traits
        traits.defaultParallel = min(16, hosts.map(\.provider.traits.defaultParallel).reduce(0, +))
        traits.pollInterval = max(traits.pollInterval, .milliseconds(100))
        return traits
    }
    /// Together as many as each host can make at a time.
    package func parallel(_ wanted: Int?) async throws -> Int {
        let each = await all { _, provider in try await provider.machinesAtOnce(wanted) }
        let sum = each.reduce(0) { $0 + ((try? $1.answer.get()) ?? 1) }
        return max(1, min(wanted ?? traits.defaultParallel, sum))
    }

    // MARK: Who is asked

    /// The provider of the member's host.
    func provider(of member: MemberName) -> any MachineProvider { host(of: member).provider }

    private func host(of member: MemberName) -> (name: HostName, provider: any MachineProvider) {
        let name = homes.host(of: member)
        return hosts.first { $0.name == name } ?? hosts[0]
    }

    /// The provider of that host alone.
    func provider(on host: HostName?) -> any MachineProvider {
        hosts.first { $0.name == host }?.provider ?? self
    }

    /// Does the work on the member's host; a failure says which that is.
    func onHost<Answer: Sendable>(
        of member: MemberName, _ work: (any MachineProvider) async throws -> Answer
    ) async throws -> Answer {
        let host = host(of: member)
        return try await Self.saying(host.name) { try await work(host.provider) }
    }

    /// Does the work on that host; a failure says so.
    func onHost<Answer: Sendable>(
        named name: HostName, _ work: (any MachineProvider) async throws -> Answer
    ) async throws -> Answer {
        try await Self.saying(name) { try await work(provider(on: name)) }
    }

    /// The name of the member's host.
    func homeName(of member: MemberName) -> HostName { host(of: member).name }

    private static func saying<Answer: Sendable>(
        _ host: HostName, _ work: () async throws -> Answer
    ) async throws -> Answer {
        do { return try await work() } catch var failure as Failure {
            if failure.code != .unreachable && !failure.message.contains(host.text) { failure.message += " on \(host)" }
            throw failure
        }
    }

    /// What each host answers, all asked at once, in their order; with a state, only those that are its own.
    func all<Answer: Sendable>(
        of state: ClusterState? = nil,
        _ work: @escaping @Sendable (HostName, any MachineProvider) async throws -> Answer
    ) async -> [(host: HostName, answer: Result<Answer, any Error>)] {
        let asked = hosts.filter { state?.hosts.contains($0.name) ?? true }
        return await withTaskGroup(of: (Int, Result<Answer, any Error>).self) { group in
            for (index, host) in asked.enumerated() {
                group.addTask {
                    (
                        index,
                        await Self.outcome {
                            try await Self.saying(host.name) { try await work(host.name, host.provider) }
                        }
                    )
                }
            }
            let answers = await group.reduce(into: [Int: Result<Answer, any Error>]()) { $0[$1.0] = $1.1 }
            return answers.sorted { $0.key < $1.key }.map { (asked[$0.key].name, $0.value) }
        }
    }

    /// How the work ended.
    static func outcome<Answer: Sendable>(
        _ work: @Sendable () async throws -> Answer
    ) async -> Result<Answer, any Error> {
        do { return .success(try await work()) } catch { return .failure(error) }
    }

    /// What every host answers; the first failure is that of all.
    func forEachHost<Answer: Sendable>(
        of state: ClusterState? = nil, _ work: @escaping @Sendable (any MachineProvider) async throws -> Answer
    ) async throws -> [Answer] {
        try await all(of: state) { try await work($1) }.map { try $0.answer.get() }
    }

    /// What those hosts answer that are in reach; throws where none is.
    func forEachReachableHost<Answer: Sendable>(
        of state: ClusterState? = nil, _ work: @escaping @Sendable (any MachineProvider) async throws -> Answer
    ) async throws -> [Answer] {
        let answers = await all(of: state) { try await work($1) }
        let inReach = answers.filter { !$0.answer.isOutOfReach }
        return try (inReach.isEmpty ? answers : inReach).map { try $0.answer.get() }
    }

    /// Remembers the members that a plan has added meanwhile.
    func learn(_ state: ClusterState) { homes.learn(state) }
}

extension Result {
    /// Whether it is the failure of a host that is unreachable.
    var isOutOfReach: Bool {
        if case .failure(let failure as Provisioning.Failure) = self { failure.code == .unreachable } else { false }
    }
}

extension MachineProvider {
    /// What of it is on that host alone, where it is spread over hosts; otherwise, and for `nil`, all of it.
    package func part(on host: HostName?) -> any MachineProvider {
        (self as? FleetProvider)?.provider(on: host) ?? self
    }
}
