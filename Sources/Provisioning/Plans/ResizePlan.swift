/// The recipe of `member set`: other sizes for machines that are there.
enum ResizePlan {
    /// The steps for those members, once everything is looked at that could be in the way.
    ///
    /// Machines that can be resized while they run are, all at once. Others are stopped for it, one after the other, each
    /// once the one before is online again; of a cluster that is off none is started. Throws `Failure.conflict` where a
    /// member could not be stopped without the quorum's loss, and `Failure.badInput` for a disk that would shrink.
    static func checkedPlan(
        for members: [MemberName], to sizes: [Setting: String], _ context: PlanContext
    ) async throws -> ClusterPlan {
        var plan = ClusterPlan()
        let state = await context.store.state
        let machines = try await context.machines.all(context.provider, state)
        for member in members where machines[member] == nil || machines[member]?.state == .deleted {
            throw Failure(
                .conflict, "\(member) has no machine", hint: "bcmcluster up -c \(member.cluster) creates it")
        }
        guard let sizing = context.provider.offlineSizing else {
            for member in members { plan.add(ResizeMachine(name: member)) }
            return plan
        }
        var stopped: [MemberName] = []
        let isOn = machines.values.contains(where: \.isOn)
        for member in members {
            try check(try await sizing.sizes(of: member, in: state), sizes, of: member)
            let isDifferent = try await ResizeStoppedMachine(name: member, sizes: sizes).isDifferent(context)
            if isOn, isDifferent || machines[member]?.isOn == false { stopped.append(member) }
        }
        let status = stopped.isEmpty ? nil : try await ClusterInspector(context, .roles).status()
        if let status { try await check(status, stopping: stopped, machines, sizes, context) }
        var before: [Int] = []
        for member in members {
            let resize = ResizeStoppedMachine(name: member, sizes: sizes)
            if let status, stopped.contains(member) {
                before = [add(resize, to: &plan, state, status, machines, after: before)]
            } else {
                plan.add(resize)
            }
        }
        return plan
    }

    /// The steps for a member that is stopped for it; returns the place of the one after which the cluster is healthy.
    private static func add(
        _ resize: ResizeStoppedMachine, to plan: inout ClusterPlan, _ state: ClusterState, _ status: ClusterStatus,
        _ machines: [MemberName: Machine], after before: [Int]
    ) -> Int {
        let name = resize.name
        var off = before
        if machines[name]?.isOn ?? false {
            // What runs on it ends first, and it hands over what it does for the cluster.
            off = [plan.add(StopInstances(name: name), after: off)]
            let other = status.members.first { $0.name != name.text && $0.isVoter && $0.isOnline }
            let isLeader = status.members.contains { $0.name == name.text && $0.isLeader }
            if isLeader, let successor = other.flatMap({ MemberName($0.name, of: state.name) }) {
                off = [plan.add(TransferLeadership(name: name, respondingMember: successor), after: off)]
            }
            off = [plan.add(StopMachine(name: name), after: off)]
        }
        let resized = plan.add(resize, after: off)

        // It is started again whatever became of that: nothing has changed then.
        let started = plan.add(StartMachine(name: name), after: before, regardless: [resized])
        let ready = plan.add(AwaitDaemon(name: name, first: state.first, rejoins: true), after: [started])
        let whole = plan.add(
            VerifyCluster(first: state.first, wanted: state.members.map(\.name)), after: [ready])
        return plan.add(ResumeInstances(first: state.first), after: [whole, resized])
    }

    /// Throws for a disk that would shrink.
    private static func check(
        _ told: [Setting: String], _ sizes: [Setting: String], of member: MemberName
    ) throws {
        guard let text = sizes[.disk], let wanted = ByteSize(text, in: .binary)?.bytes, let has = told[.disk],
            let bytes = ByteSize(has, in: .binary)?.bytes, wanted < bytes, bytes - wanted > 1 << 29
        else { return }
        throw Failure(
            .badInput, "--disk \(text): the disk of \(member) has \(has), and a disk cannot be made smaller",
            hint: "leave the flag out, or choose more")
    }

    /// Throws where something on those members, which run, would be lost or not fit.
    private static func check(
        _ status: ClusterStatus, stopping members: [MemberName], _ machines: [MemberName: Machine],
        _ sizes: [Setting: String], _ context: PlanContext
    ) async throws {
        let running = members.filter { machines[$0]?.isOn ?? false }
        try checkQuorum(status, stopping: running, starting: members.filter { !running.contains($0) })
        for member in running {
            try await context.client(in: member).instances(on: member.text).checkNoEphemeralInstances()
            try await checkMemory(of: member, sizes, context)
        }
    }

    /// Throws where the cluster would not stand it that those members stop, one after the other.
    ///
    /// One that a former run has stopped and not started again is started by this one.
    static func checkQuorum(
        _ status: ClusterStatus, stopping running: [MemberName], starting: [MemberName]
    ) throws {
        let cluster = status.cluster
        let away = status.members.filter { member in
            !member.isOnline && !starting.contains { $0.text == member.name }
        }
        guard running.isEmpty || away.isEmpty else {
            throw Failure(
                .conflict,
                "\(away.map(\.name).joined(separator: ", ")) \(away.count > 1 ? "are" : "is") not online: no other "
                    + "member is stopped now",
                hint: "bcmcluster repair -c \(cluster), then the same command again")
        }
        let voters = status.members.filter(\.isVoter)
        for member in running {
            let left = voters.count { $0.name != member.text && $0.isOnline }
            guard left * 2 > voters.count else {
                throw Failure(
                    .conflict, "stopping \(member) would stop the cluster: it would have no quorum",
                    hint: "bcmcluster stop -c \(cluster), then the same command, then bcmcluster start -c \(cluster)")
            }
        }
    }

    /// Throws where what the VM uses now would not fit.
    private static func checkMemory(
        of member: MemberName, _ sizes: [Setting: String], _ context: PlanContext
    ) async throws {
        guard let text = sizes[.memory], let wanted = ByteSize(text, in: .binary)?.bytes,
            let meminfo = try? await context.provider.runner(in: member).output(
                of: Command("cat", ["/proc/meminfo"], limit: .seconds(20))),
            let use = StorageUse(meminfo: meminfo), use.used > wanted
        else { return }
        throw Failure(
            .conflict, "\(member) uses \(ByteSize.brief(use.used)) of memory, more than \(text)",
            hint: "stop instances on it, or choose a larger size, then run the same command again")
    }
}
