import Testing

@testable import Provisioning

/// What is done about what was found.
@Suite struct RepairPlanTests {
    private func repair(_ findings: [Finding], members: Int = 3) throws -> RepairPlan {
        RepairPlan(for: try Bench.state(members), findings)
    }

    private func titles(_ repair: RepairPlan) -> Set<String> { Set(repair.plan.entries.map(\.step.identifier)) }

    private static let always: Set<String> = [
        "prepare the host", "route the machines' traffic", "check that the remaining members are online",
        "check that all members are online", "start the instances that ran before",
    ]

    @Test func whatAnInterruptedStopHasLeftIsStartedAndARemovalIsForItsOwnCommand() throws {
        #expect(titles(try repair([.instancesInterrupted(["a"])])) == Self.always)
        let removal = Finding.removalInterrupted(try .dev(1))
        #expect(try repair([removal]).plan.entries.isEmpty && repair([removal]).left == [removal])
    }

    @Test func aMemberThatHasLostItsDataIsMadeAnewThroughAnother() throws {
        let repair = try repair([.dataLost(try .dev(0))])
        #expect(repair.lost == [try .dev(0)] && repair.left.isEmpty)
        #expect(titles(repair).isSuperset(of: ["DEV-01 replace the first member", "DEV-00 join the cluster"]))
    }

    @Test func overHostsAMemberThatComesBackGetsItsFailureDomainAndOnesOutOfReachAreNotWaitedFor() throws {
        let (h1, h2) = (try HostName("h1"), try HostName("h2"))
        let repair = RepairPlan(
            for: try Bench.state(4, over: 3),
            [.hostLost(h2), .machineMissing(try .dev(1)), .unreachable(try .dev(2), h2)])
        let domains = repair.plan.entries.compactMap { $0.step as? SetFailureDomain }
        #expect(domains.map(\.name) == [try .dev(1)] && domains.map(\.host) == [h1])
        let waits = repair.plan.entries.compactMap { ($0.step as? VerifyCluster)?.wanted.map(\.index) }
        #expect(waits == [[0, 3], [0, 1, 3]])
        #expect(repair.left == [.hostLost(h2)])
        let nothing = RepairPlan(for: try Bench.state(3, over: 3), [.hostLost(h2), .unreachable(try .dev(2), h2)])
        #expect(nothing.plan.entries.isEmpty && nothing.left.count == 2)
    }

    @Test func whatIsWellIsLeftAlone() throws {
        #expect(try repair([]).plan.entries.isEmpty && repair([]).left.isEmpty)
    }

    @Test func theDeadAndTheHangingAreRestarted() throws {
        let repair = try repair([
            .noQuorum(answering: 1, of: 3), .daemonDead(try .dev(1)), .daemonHangs(try .dev(2)),
        ])
        #expect(
            titles(repair) == Self.always.union(["DEV-01 restart the daemon", "DEV-02 restart the daemon"]))
        #expect(repair.left.isEmpty && repair.lost.isEmpty)
    }

    @Test func machinesThatAreOffAreStarted() throws {
        let one = try repair([.noFaultTolerance(up: 2, of: 3), .machineOff(try .dev(1))])
        #expect(titles(one) == Self.always.union(["DEV-01 start the machine", "DEV-01 wait for LXD"]))
        let all = try repair([.stopped], members: 2)
        #expect(titles(all).isSuperset(of: ["DEV-00 start the machine", "DEV-01 start the machine"]))
    }

    @Test func aMemberWithoutItsMachineIsForgottenMadeAndLetIn() throws {
        let repair = try repair([.machineMissing(try .dev(2)), .daemonDead(try .dev(1))])
        #expect(repair.lost == [try .dev(2)])
        let names = repair.plan.entries.map(\.step.identifier)
        let way = [
            "DEV-01 restart the daemon", "check that the remaining members are online",
            "DEV-02 remove it from the cluster", "check the networks and storage pools", "DEV-02 recreate the machine",
            "DEV-02 join the cluster", "check that all members are online",
        ]
        let places = way.compactMap { names.firstIndex(of: $0) }
        #expect(places.count == way.count)
        for (before, after) in zip(places, places.dropFirst()) {
            #expect(repair.plan.entries[after].after.contains(before), "\(names[after]) waits for \(names[before])")
        }
    }

    @Test func oneThatNeverJoinedKeepsItsMachine() throws {
        let repair = try repair([.notJoined(try .dev(1))])
        #expect(
            titles(repair)
                == Self.always.union(["check the networks and storage pools", "DEV-01 join the cluster"])
                && repair.lost.isEmpty)
    }

    @Test func theRemoteIsPutBack() throws {
        for finding in [
            Finding.remoteMissing("DEV-00"), .remoteStale("DEV-00"), .remoteElsewhere("DEV-00", address: ""),
        ] {
            #expect(
                titles(try repair([finding]))
                    == Self.always.union([
                        "DEV-00 fetch the certificate", "DEV-00 add the lxc remote",
                        "DEV-00 update the address of the lxc remote",
                    ]))
        }
    }

    @Test func withoutTheFirstAnotherTakesItsPlaceBeforeItComesBack() throws {
        let repair = try repair([.machineMissing(try .dev(0)), .daemonDead(try .dev(1)), .remoteMissing("DEV-00")])
        #expect(repair.lost == [try .dev(0)])
        #expect(repair.left.isEmpty && repair.survivor == nil)
        let way = [
            "DEV-01 restart the daemon", "check that the remaining members are online", "DEV-01 fetch the certificate",
            "DEV-01 move the lxc remote to it", "DEV-01 replace the first member",
            "DEV-00 remove it from the cluster", "DEV-00 recreate the machine", "DEV-00 join the cluster",
        ]
        let names = repair.plan.entries.map(\.step.identifier)
        let places = way.compactMap { names.firstIndex(of: $0) }
        #expect(places.count == way.count && Set(names).count == names.count, "\(names)")
        for (before, after) in zip(places, places.dropFirst()) { #expect(repair.plan.waits(after, for: before)) }
        let joins = repair.plan.entries.compactMap { $0.step as? JoinMember }
        #expect(joins.map(\.first) == [try .dev(1)])
        #expect(names.contains("DEV-01 add the lxc remote"))
    }

    @Test func whereTheMajorityIsGoneOneGoesOnAloneBeforeAnythingElse() throws {
        let repair = try repair(
            [
                .quorumLost(survivor: try .dev(2), voters: 3), .machineMissing(try .dev(0)),
                .machineMissing(try .dev(1)), .daemonHangs(try .dev(2)), .daemonHangs(try .dev(3)),
            ], members: 4)
        #expect(repair.survivor == (try .dev(2)))
        #expect(repair.lost == [try .dev(0), try .dev(1)])
        let names = repair.plan.entries.map(\.step.identifier)
        let alone = try #require(names.firstIndex(of: "DEV-02 recover quorum without the lost members"))
        #expect(!names.contains("DEV-02 restart the daemon"), "that would wait for the majority")
        for name in ["DEV-03 restart the daemon", "DEV-02 replace the first member", "DEV-00 join the cluster"] {
            #expect(repair.plan.waits(try #require(names.firstIndex(of: name)), for: alone))
        }
    }

    @Test func theClientAccessIsOpenedAgain() throws {
        for finding in [Finding.clientUntrusted("DEV-00"), .certificateChanged("DEV-00")] {
            #expect(titles(try repair([finding])).contains("DEV-00 add the lxc remote"))
            #expect(try repair([finding]).left.isEmpty)
        }
        let mismatch = ServerInfo.AddressMismatch(expected: "10.64.0.11:8443")
        let listen = try repair([.apiNotListening(try .dev(1), mismatch)])
        #expect(titles(listen) == Self.always.union(["DEV-01 set core.https_address"]))
        let reach = try repair([.apiUnreachable("DEV-00", address: "A", "connection refused")])
        #expect(titles(reach) == Self.always.union(["DEV-00 check that your lxc reaches the cluster"]))
        #expect(listen.left.isEmpty && reach.left.isEmpty)
    }

    /// Nobody is restarted or recreated for not being reached where the network between members is down.
    @Test func theNetworkIsRepairedBeforeAnythingThatFollowsFromIt() throws {
        let bridge = Finding.network(NetworkFault(.bridge("bcm1")))
        let cut = try repair([
            bridge, .noClusterAnswer(within: .seconds(30)), .daemonHangs(try .dev(1)), .daemonFails(try .dev(2)),
        ])
        #expect(titles(cut) == Self.always && cut.left.isEmpty)
        let rules = try repair([.network(NetworkFault(.rules("bcm1", chains: []))), .daemonHangs(try .dev(1))])
        #expect(titles(rules) == Self.always.union(["DEV-01 restart the daemon"]))
    }

    /// As after a cut host is back, or a frozen member.
    @Test func whatComesBackByItselfIsWaitedFor() throws {
        for findings in [
            [Finding.noFaultTolerance(up: 2, of: 3), .notOnline(try .dev(1), state: "offline")],
            [.noQuorum(answering: 3, of: 3)], [.noClusterAnswer(within: .seconds(30))],
        ] {
            let waiting = try repair(findings)
            #expect(titles(waiting) == Self.always && waiting.left.isEmpty, "\(findings)")
        }
    }

    @Test func whatIsOnlyWorthANoteIsNothingToRepair() throws {
        let slow = try repair([.slow(.seconds(2))])
        #expect(slow.plan.entries.isEmpty && slow.left.isEmpty)
    }

    @Test func whatAPersonHasToDecideIsLeft() throws {
        let left: [Finding] = [
            .machineDeleted(try .dev(0), hint: nil), .stranger("X"), .notOnline(try .dev(1), state: "evacuated"),
            .versionsDiffer(["5": [], "6": []]),
        ]
        #expect(try repair(left).plan.entries.isEmpty)
        #expect(try repair(left).left == left)
        #expect(try repair(left + [.daemonDead(try .dev(2))]).left == left)
        let alone = [Finding.noQuorum(answering: 1, of: 3)]
        #expect(try repair(alone).left == alone, "nothing else was found that would bring it back")
    }
}

@Suite struct RepairStepTests {
    private static let members = "lxc query '/1.0/cluster/members?recursion=1'"

    @Test func aMachineIsMadeAnewUnlessItIsNew() async throws {
        let inside = ScriptedRunner(["lxc query /1.0": [Server.info(clustered: true), Server.info()]])
        let provider = StubProvider(
            inside: ["DEV-01": inside], machines: [try .dev(1): Machine(state: .running)])
        let bench = try Bench(members: 2, provider: provider)
        let step = RecreateMachine(name: try .dev(1))
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(provider.log == ["remove DEV-01", "create DEV-01 2 4G 30G", "settle DEV-01"])
        #expect(try await step.isDone(bench.context))
    }
}
