/// What a cluster's members and instances use: `bcmcluster top`.
package struct MeasureUsage: Operation {
    /// What one of them uses, as far as it is known.
    package struct Use: Sendable, Equatable {
        /// Of one processor: two that are busy are 200.
        package var processorPercent: Double?
        /// How many processors it may use.
        package var processors: Int?
        /// In bytes.
        package var memory: Int?
        package var memoryTotal: Int?
        /// In bytes: what the member's storage pool holds, or the instance's own disks.
        package var disk: Int?
        package var diskTotal: Int?
        /// Bytes since it was started.
        package var traffic: MachineUsage.Traffic?
        /// Bytes in a second.
        package var receivedPerSecond: Double?
        package var sentPerSecond: Double?

        package init() {}
    }

    package struct Member: Sendable {
        package var name: MemberName
        package var host: HostName
        /// What its cluster says of it, or its machine, where that does not run.
        package var state: String
        package var isReachable: Bool
        package var use = Use()
    }

    package struct Instance: Sendable {
        package var instance: ClusterInstance
        package var isReachable: Bool
        package var use = Use()
    }

    package struct Report: Sendable {
        package var members: [Member]
        /// By member and name.
        package var instances: [Instance]
        /// Over how many seconds it was measured.
        package var seconds: Double
        /// Why nothing is known of instances.
        package var problem: Failure?

        /// Whether all of them are reachable.
        package var isComplete: Bool {
            problem == nil && members.allSatisfy(\.isReachable) && instances.allSatisfy(\.isReachable)
        }
    }

    /// Between the two looks of which the first report is made.
    private static let first: Duration = .seconds(1)
    /// Between two reports.
    private static let interval: Duration = .seconds(2)
    /// How long a member may take to answer.
    private static let limit: Duration = .seconds(5)

    private let cluster: ClusterName
    private let tell: (@Sendable (Report) throws -> Bool)?

    /// One report; with `tell` one after the other, until that returns false.
    package init(of cluster: ClusterName, tell: (@Sendable (Report) throws -> Bool)? = nil) {
        self.cluster = cluster
        self.tell = tell
    }

    /// The last report.
    package func run(in app: AppContext) async throws -> Report {
        let state = try app.existing(cluster)
        _ = try await app.usableProvider(for: state)
        let limit = max(Self.limit, try app.provider(for: state).traits.answerTimeout)
        let app = app.limited(to: limit)
        let context = try app.context(toLookAt: state)
        var former = try await look(context, state)
        var pause = Self.first
        while true {
            try await app.time.sleep(pause)
            let running = former.running
            async let disks = disks(of: running, context, state)
            let present = try await look(context, state)
            let report = report(present, after: former, await disks, state)
            try Task.checkCancellation()
            guard let tell, try tell(report) else { return report }
            (former, pause) = (present, Self.interval)
        }
    }

    /// What was counted at one moment.
    private struct Sample: Sendable {
        var machines: [MemberName: Machine]
        var usage: [MemberName: MachineUsage]
        /// What the cluster says, or why it says nothing.
        var workloads: Result<(members: [ClusterMember], instances: [ClusterInstance]), Failure>
        /// When the instances were asked.
        var time: Duration

        var running: [MemberName] { machines.filter { $0.value.state == .running }.keys.sorted() }
    }

    private func look(_ context: PlanContext, _ state: ClusterState) async throws -> Sample {
        let machines = try await context.provider.machines(of: state)
        let running = machines.filter { $0.value.state == .running }.keys.sorted()
        async let usage = context.provider.usageReporting?.usage(of: running, in: state) ?? [:]
        do {
            let (respondingMember, members) = try await context.respondingMember()
            let time = context.time.elapsed
            let instances = try await context.client(in: respondingMember).instances(withState: true)
            return Sample(
                machines: machines, usage: try await usage, workloads: .success((members, instances)), time: time)
        } catch let failure as Failure where failure.code != .interrupted {
            return Sample(
                machines: machines, usage: try await usage, workloads: .failure(failure), time: context.time.elapsed)
        }
    }

    /// What the members' pools hold; where all of a host's are in one file system, one of them is asked.
    private func disks(
        of running: [MemberName], _ context: PlanContext, _ state: ClusterState
    ) async -> [MemberName: StorageUse] {
        let isShared = context.provider.traits.sharesHost && state.settings.storage == .dir
        let groups = Dictionary(grouping: running) { isShared ? state.host(of: $0).text : $0.text }
        return await withTaskGroup(of: ([MemberName], StorageUse?).self) { group in
            for members in groups.values {
                group.addTask {
                    for member in members {
                        if let use = try? await context.client(in: member).storageUse(of: "default") {
                            return (members, use)
                        }
                    }
                    return (members, nil)
                }
            }
            return await group.reduce(into: [:]) { for member in $1.0 { $0[member] = $1.1 } }
        }
    }

    // MARK: What follows

    private func report(
        _ present: Sample, after former: Sample, _ disks: [MemberName: StorageUse], _ state: ClusterState
    ) -> Report {
        let view = try? present.workloads.get()
        let members = state.members.map(\.name).sorted().map { name in
            let machine = present.machines[name]
            let entry = view?.members.first { $0.name == name.text }
            let isOn = machine?.state == .running
            var member = Member(
                name: name, host: state.host(of: name),
                state: isOn ? entry?.status.lowercased() ?? "unknown" : machine?.state.label ?? "missing",
                isReachable: isOn && (entry?.isReachable ?? false))
            member.use = use(present.usage[name], after: former.usage[name])
            (member.use.disk, member.use.diskTotal) = (disks[name]?.used, disks[name]?.total)
            return member
        }
        let before = Dictionary(
            ((try? former.workloads.get())?.instances ?? []).map { (Self.key($0), $0) }
        ) { first, _ in first }
        let seconds = max((present.time - former.time).seconds, 0.001)
        let instances = (view?.instances ?? []).sorted { ($0.location, $0.name) < ($1.location, $1.name) }.map {
            instance in
            let isThere =
                !instance.isNameAlone
                && view?.members.contains { $0.name == instance.location && $0.isReachable } ?? false
            return Instance(
                instance: instance, isReachable: isThere,
                use: isThere ? use(instance, after: before[Self.key(instance)], seconds) : Use())
        }
        var report = Report(members: members, instances: instances, seconds: seconds)
        if case .failure(let failure) = present.workloads { report.problem = failure }
        return report
    }

    private static func key(_ instance: ClusterInstance) -> String { "\(instance.projectName)/\(instance.name)" }

    private func use(_ present: MachineUsage?, after former: MachineUsage?) -> Use {
        var use = Use()
        guard let present else { return use }
        use.processors = present.processors
        (use.memory, use.memoryTotal, use.traffic) = (present.memory.used, present.memory.total, present.traffic)
        guard let former, present.clock > former.clock else { return use }
        let seconds = present.clock - former.clock
        use.processorPercent = max(0, present.processorTime - former.processorTime) / seconds * 100
        use.setRates(present.traffic, former.traffic, seconds)
        return use
    }

    private func use(_ present: ClusterInstance, after former: ClusterInstance?, _ seconds: Double) -> Use {
        var use = Use()
        guard present.isRunning || present.isFrozen, let state = present.state else { return use }
        use.memory = state.memory.map { $0.usage.clamped(to: Bounds.bytes) }
        let total = state.memory?.total ?? present.promisedMemory ?? 0
        use.memoryTotal = total > 0 ? total.clamped(to: Bounds.bytes) : nil
        let disks = (state.disk ?? [:]).values.map(\.usage)
        use.disk = disks.isEmpty ? nil : disks.sumOfBytes()
        use.traffic = state.traffic
        guard let before = former?.state else { return use }
        if let now = state.cpu?.usage, let then = before.cpu?.usage {
            use.processorPercent = Double(max(0, now &- then)) / 1e9 / seconds * 100
        }
        use.setRates(state.traffic, before.traffic, seconds)
        return use
    }
}

extension MeasureUsage.Use {
    /// Sets the bytes in a second, of what was counted twice.
    fileprivate mutating func setRates(
        _ present: MachineUsage.Traffic?, _ former: MachineUsage.Traffic?, _ seconds: Double
    ) {
        guard let present, let former else { return }
        receivedPerSecond = Double(max(0, present.received - former.received)) / seconds
        sentPerSecond = Double(max(0, present.sent - former.sent)) / seconds
    }
}
