import Testing

@testable import Provisioning

/// What follows where `up` has not ended, or is still at it.
@Suite struct UnfinishedTests {
    private func findings(_ observation: ClusterObservation) -> [Finding] { ClusterStatus(observation).findings }

    @Test func whatUpHasLeftUndoneIsNotHealthy() throws {
        let cluster = try ClusterName("DEV")
        let status = ClusterStatus(try .dev(3) { $0.unfinished = ["create the bridge lxdbr0"] })
        #expect(status.findings == [.unfinished(cluster, steps: ["create the bridge lxdbr0"])])
        #expect(status.headline == "DEV is not finished: create the bridge lxdbr0.")
        #expect(status.hint == "bcmcluster up -c DEV" && status.exitStatus == 4)
        #expect(status.brief == "DEV is not finished: create the bridge lxdbr0")
        let many = Finding.unfinished(cluster, steps: ["a", "b", "c", "d", "e"])
        #expect(many.sentence == "DEV is not finished: a, b, c, 2 more steps")
    }

    /// A remote that `up` has begun to add is no lost one, and one that it has not come to is named once.
    @Test func theRemoteIsNamedOnce() throws {
        let observation = try ClusterObservation.dev(1) { observation in
            observation.remote = .missing
            observation.unfinished = ["DEV-00: add the lxc remote"]
        }
        #expect(findings(observation).map(\.code) == ["unfinished"])
        var lost = observation
        lost.state.remote?.wasMadeDefault = true
        #expect(findings(lost).map(\.code) == ["unfinished", "remote-missing"])
    }

    @Test func upComesBehindWhatHasToBeRepairedFirstAndBeforeWhatItDoesItself() throws {
        let observation = try ClusterObservation.dev(4) { observation in
            observation.unfinished = ["create the bridge lxdbr0"]
            observation.members[1].daemon = .hangs
            observation.members[2].isClustered = false
            observation.members[2].entry = nil
            observation.view?.remove(at: 2)
        }
        #expect(
            findings(observation).map(\.code) == ["one-loss-stops", "daemon-hangs", "unfinished", "not-joined"])
    }

    /// `member add` was killed before it launched: nothing was lost with a machine that never was.
    @Test func aMachineThatNeverWasIsNotLost() throws {
        let observation = try ClusterObservation.dev(3) { observation in
            observation.members[2] = MemberStatus(
                name: "DEV-02", isInState: true, machine: nil, daemon: .notQueried)
            observation.view?.removeLast()
        }
        let finding = Finding.unfinished(
            try ClusterName("DEV"), steps: ["DEV-02: launch the machine", "DEV-02: join the cluster"])
        #expect(findings(observation) == [finding])
        var known = observation
        known.view = nil
        #expect(findings(known).contains(.machineMissing(try .dev(2))), "without a view that is unknown")
    }

    /// Machines in any state, before there was a cluster.
    @Test(
        arguments: [[.running, .running], [.running, .stopped], [.stopped, .stopped], [nil, nil]] as [[Machine.State?]])
    func beforeTheBootstrapItIsInterrupted(_ states: [Machine.State?]) throws {
        func observation(_ isBootstrapped: Bool) throws -> ClusterObservation {
            try .dev(2) { observation in
                observation.isBootstrapped = isBootstrapped
                observation.view = nil
                for (index, state) in states.enumerated() {
                    observation.members[index].machine = state
                    observation.members[index].entry = nil
                    observation.members[index].isClustered = false
                    if state != .running { observation.members[index].daemon = .notQueried }
                }
            }
        }
        let cluster = try ClusterName("DEV")
        #expect(findings(try observation(false)) == [.interrupted(cluster)])
        #expect(!findings(try observation(true)).contains(.interrupted(cluster)))
        var joined = try observation(false)
        joined.members[1].isClustered = true
        #expect(!findings(joined).contains(.interrupted(cluster)), "somebody is in a cluster")
    }

    /// That there was a cluster its certificate tells, which `up` keeps.
    @Test func whetherThereWasAClusterIsReadFromItsFiles() async throws {
        let bench = try Bench(
            members: 1, provider: StubProvider(machines: [try .dev(0): Machine(state: .stopped)]))
        let cluster = await bench.context.store.state.name
        #expect(
            try await ClusterInspector(bench.context, .brief).status().findings == [.interrupted(cluster)])
        bench.files.put("OWN", at: bench.context.folder.certificate(try .dev(0), .lxd))
        #expect(try await ClusterInspector(bench.context, .brief).status().findings == [.stopped])
    }

    @Test func whileARunChangesTheClusterNothingIsWrong() throws {
        let run = ClusterChange.Run(command: "member add", process: 28_908, lasts: .seconds(3))
        let status = ClusterStatus(
            try .dev(3) { observation in
                observation.members[1].daemon = .silent
                observation.unfinished = ["create the bridge lxdbr0"]
                observation.change = ClusterChange(cluster: observation.state.name, run: run)
            })
        #expect(status.findings.map(\.code) == ["changing"] && status.exitStatus == 6)
        #expect(status.headline == "DEV is changing: `member add` (PID 28908, 3s).")
        #expect(status.brief == "DEV is changing: `member add` (PID 28908, 3s)")
        #expect(ClusterStatus(try .dev(1)).exitStatus == 0)
    }

    @Test func repairDoesWhatUpWould() throws {
        let state = try Bench.state(2)
        let up = UpPlan.plan(for: state, decided: [:]).entries.map(\.step.identifier)
        for finding in [Finding.interrupted(state.name), .unfinished(state.name, steps: ["create the bridge lxdbr0"])] {
            let repair = RepairPlan(for: state, [finding])
            #expect(repair.plan.entries.map(\.step.identifier) == up && repair.left.isEmpty && repair.lost.isEmpty)
        }
        // Behind what has to be repaired only what is left is done.
        let both = RepairPlan(
            for: state,
            [
                .daemonDead(try .dev(1)),
                .unfinished(state.name, steps: ["DEV-01: launch the machine", "create the bridge lxdbr0"]),
            ])
        #expect(
            both.plan.entries.map(\.step.identifier).suffix(6) == [
                "start the instances that ran before", "DEV-01 write .env", "DEV-01 launch the machine",
                "DEV-01 wait for LXD", "DEV-01 join the cluster", "create the bridge lxdbr0",
            ])
    }
}

/// Which steps of `up` are asked, and what they say.
@Suite struct UnfinishedStepTests {
    private static let network = "lxc query /1.0/networks/lxdbr0"
    private static let profile = "lxc query /1.0/profiles/default"

    private func bench(_ inside: ScriptedRunner) throws -> Bench {
        let machine = Machine(state: .running, address: IPv4("10.64.0.10"))
        return try Bench(provider: StubProvider(inside: ["DEV-00": inside], machines: [try .dev(0): machine]))
    }

    @Test func aBridgeThatIsNotThereIsLeftUntilItWasOnce() async throws {
        let inside = ScriptedRunner([Self.network: [.ends(1, "Error: Network not found")]])
        let bench = try bench(inside)
        let step = CreateBridge(first: try .dev(0))
        #expect(try await step.isUnfinished(bench.context))
        inside.on(Self.network, .prints(#"{"name":"lxdbr0","status":"Created"}"#))
        inside.on(Self.profile, .prints(#"{"devices":{"eth0":{"type":"nic"}}}"#))
        #expect(try await !step.isUnfinished(bench.context), "as version 0.1.0 left it")
        inside.on(Self.profile, .prints(#"{"devices":{}}"#))
        #expect(try await step.isUnfinished(bench.context))
        try await bench.context.store.update { $0.hasBridge = true }
        #expect(try await step.isDone(bench.context), "the user has emptied the profile")
        #expect(try await !step.isUnfinished(bench.context) && inside.changes.isEmpty)
    }

    /// What the inspector sees by itself, or what only checks, is not asked a second time.
    @Test func stepsThatStatusSeesByItselfAreNotAsked() async throws {
        let bench = try bench(ScriptedRunner())
        let (first, second) = (try MemberName.dev(0), try MemberName.dev(1))
        let steps: [any Step<PlanContext>] = [
            LaunchMachine(name: first), AwaitDaemon(name: first), BootstrapCluster(name: first),
            JoinMember(name: second, first: first), VerifyCluster(first: first, wanted: [first]),
            CheckObjects(first: first), CheckReach(members: [first]),
        ]
        for step in steps { #expect(try await !step.isUnfinished(bench.context), "\(step.title)") }
    }
}

/// A look at a lock does not take it.
@Suite struct ClusterChangeTests {
    @Test func aLockThatIsHeldTellsWhoChangesTheCluster() throws {
        let home = try TemporaryFolder()
        let folder = ClusterFolder(runtime: home.path, cluster: try ClusterName("DEV"))
        let (files, time) = (LocalFiles(), VirtualTime())
        #expect(ClusterLock.change(of: folder, files, time) == nil)
        #expect(try files.kind(of: folder.lock) == nil, "a look makes no lock")
        do {
            let lock = try ClusterLock(folder, command: "member add -c DEV", files: files, time: time)
            time.advance(.seconds(3))
            let change = try #require(ClusterLock.change(of: folder, files, time))
            #expect(change.run?.command == "member add" && change.run?.process == SystemCalls.processNumber)
            #expect(
                change.sentence.hasPrefix("DEV is changing: `member add` (PID ") && change.sentence.hasSuffix(", 3s)"))
            withExtendedLifetime(lock) {}
        }
        #expect(ClusterLock.change(of: folder, files, time) == nil, "the file still names it")
        #expect(try files.read(folder.lock)?.contains("member add") ?? false)
    }

    /// Whoever looks holds the lock shared for a moment, in which another run may want it.
    @Test func whoLooksKeepsNobodyFromTheLock() async throws {
        let home = try TemporaryFolder()
        let path = "\(home.path)/lock"
        let taken = await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    while !Task.isCancelled {
                        _ = FileLock.isHeld(path)
                        await Task.yield()
                    }
                }
            }
            var taken = 0
            for _ in 0..<2000 {
                if (try? FileLock.take(path, mode: 0o600)) ?? nil != nil { taken += 1 }
                await Task.yield()
            }
            group.cancelAll()
            return taken
        }
        #expect(taken == 2000)
    }
}

/// What a run of `up` says that it did.
@Suite struct UpSummaryTests {
    private func line(_ done: [any Step<PlanContext>], machines: [MemberName: Machine] = [:]) async throws -> String? {
        let bench = try Bench(
            members: 3, provider: StubProvider(machines: machines), remote: ClusterState.Remote(name: "DEV-00"))
        var plan = ClusterPlan()
        for step in done { plan.add(step) }
        var outcome = PlanOutcome()
        outcome.done = Array(done.indices)
        return try await UpSummary(plan, outcome, bench.context).line
    }

    @Test func onlyWhatWasDoneIsCounted() async throws {
        let names = try (0..<3).map { try MemberName.dev($0) }
        let there = Dictionary(uniqueKeysWithValues: names.map { ($0, Machine(state: .stopped)) })
        #expect(try await line([], machines: there) == nil)
        #expect(
            try await line([LaunchMachine(name: names[2]), JoinMember(name: names[2], first: names[0])])
                == "1 machine created (namespace provider), 1 member joined")
        #expect(try await line(names.map { LaunchMachine(name: $0) }, machines: there) == "3 machines started")
        #expect(
            try await line(
                [LaunchMachine(name: names[0]), LaunchMachine(name: names[1])], machines: [names[0]: there[names[0]]!])
                == "1 machine created (namespace provider), 1 machine started")
        #expect(try await line([BootstrapCluster(name: names[0])]) == "cluster bootstrapped")
    }
}
