import Testing

@testable import Provisioning

/// The steps of a run, and which waits for which.
@Suite struct UnitPlanTests {
    private func outcome(
        _ unit: Unit, _ workloads: Workloads, _ choices: [(String, String)] = [], supply: ImageTransfer? = nil,
        goal: WaitGoal? = nil, runOptions: UnitDiff.RunOptions = .init()
    ) throws -> (design: UnitDesign, plan: ClusterPlan) {
        let diff = try UnitDiff(unit, workloads, image: "tiny", isVM: false, runOptions: runOptions)
        let places = choices.map { InstancePlacement.Choice(name: $0.0, member: $0.1, reason: "r") }
        let design = try UnitDesign(diff, places, image: nil)
        let plan = try UnitPlan.plan(
            for: design, of: Bench.state(3), image: ImageFingerprintProvider("tiny", "f"), supply: supply,
            waitingFor: goal,
            respondingMember: .dev(0))
        return (design, plan)
    }

    private func place(_ plan: ClusterPlan, _ identifier: String) throws -> Int {
        try #require(
            plan.entries.firstIndex { $0.step.identifier == identifier }, "\(plan.entries.map(\.step.identifier))")
    }

    @Test func instancesWaitForWhatTheyAreMadeFromAndHangOn() throws {
        let unit = try Unit.web(count: 2) {
            $0.volumes = [.of("d")]
            $0.networks = [.init(name: "back", address: "10.7.0.1/24")]
        }
        let plan = try outcome(
            unit, .dev(3), [("web-1", "DEV-00"), ("web-2", "DEV-01")],
            supply: .bring(.remote("ubuntu:24.04"), fingerprint: "f", isVM: false), goal: .running
        ).plan
        #expect(
            Set(plan.entries.map(\.step.identifier)) == [
                "copy the image to the cluster", "create the network back", "DEV-00 create the volume web_d_1",
                "DEV-01 create the volume web_d_2", "DEV-00 create web-1", "DEV-01 create web-2",
                "DEV-00 wait until web-1 runs", "DEV-01 wait until web-2 runs",
            ])
        for earlier in ["copy the image to the cluster", "create the network back", "DEV-01 create the volume web_d_2"]
        {
            #expect(plan.waits(try place(plan, "DEV-01 create web-2"), for: try place(plan, earlier)))
        }
        #expect(
            plan.waits(try place(plan, "DEV-01 wait until web-2 runs"), for: try place(plan, "DEV-01 create web-2")))
        #expect(!plan.waits(try place(plan, "DEV-01 create web-2"), for: try place(plan, "DEV-00 create web-1")))
    }

    @Test func whatGoesMakesRoom() throws {
        let workloads = try Workloads.dev(3).with(.web(count: 3))
        var after = workloads
        after.instances[0].lastUsed = "1970-01-01T00:00:00Z"
        after.instances[0].status = "Stopped"
        after.instances[0].config?[UnitMark.unfinished] = "true"
        let plan = try outcome(.web(count: 2), after, [("web-1", "DEV-02")]).plan
        #expect(
            plan.entries.map(\.step.identifier) == [
                "DEV-00 remove web-1", "DEV-02 remove web-3", "DEV-02 create web-1", "change the network web",
            ])
        #expect(plan.entries[3].after == [0, 1, 2], "names follow what they lead to")
        #expect(plan.entries[2].after == [0], "its name is free")
        #expect(plan.entries[2].regardless == [0, 1], "its place may be")
    }

    /// Nobody is told to go to what is being taken away.
    @Test func namesGoBeforeWhatTheyLeadTo() throws {
        let workloads = try Workloads.dev(3).with(.web(count: 3))
        let plan = try outcome(.web(count: 2), workloads).plan
        #expect(plan.entries.map(\.step.identifier) == ["change the network web", "DEV-02 remove web-3"])
        #expect(plan.entries[1].after == [0])
        let design = try RemoveUnit.design(UnitName("web"), volumesToo: false, workloads)
        #expect(design.works(on: .network).map(\.sign) == [.remove], "it goes with its last unit")
    }

    @Test func aNetworkGoesLast() throws {
        let unit = try Unit.web(count: 2) { $0.networks = [.init(name: "back", address: "10.7.0.1/24")] }
        let plan = try outcome(.web(), .dev(3).with(unit)).plan
        #expect(
            plan.entries.map(\.step.identifier)
                == ["DEV-01 remove web-2", "DEV-00 change web-1", "remove the network back"])
        #expect(plan.entries[2].after == [0, 1])
    }

    @Test func nothingIsDoneAboutWhatIsAsItShouldBe() throws {
        let unit = try Unit.web(count: 3) { $0.volumes = [.of("d")] }
        var workloads = try Workloads.dev(3).with(unit)
        #expect(try outcome(unit, workloads).plan.entries.isEmpty)
        workloads.members[2].status = "Offline"
        let (design, plan) = try outcome(unit, workloads, goal: .cloudInit)
        #expect(
            plan.entries.map(\.step.identifier)
                == ["DEV-00 wait for cloud-init in web-1", "DEV-01 wait for cloud-init in web-2"],
            "nobody waits for what is lost")
        #expect(design.isIdle && !design.isComplete && design.missing == 1 && design.lost == ["web-3"])
    }

    @Test func anInstanceOnAStrangeMemberIsRefused() throws {
        var workloads = try Workloads.dev(3).with(.web())
        workloads.members.append(.dev(7))
        workloads.instances[0].location = "DEV-07"
        workloads.instances[0].status = "Stopped"
        let failure = try #require(throws: Failure.self) { try outcome(.web(), workloads) }
        #expect(failure.message == "DEV-07 is a member that bcmcluster did not create")
    }

    @Test func theDesignShowsKindByKind() throws {
        let before = try Unit.web(count: 10) { $0.volumes = [.of("d")] }
        let workloads = try Workloads.dev(3).with(before)
        let after = try Unit.web(count: 11) {
            $0.volumes = [.of("d")]
            $0.networks = [.init(name: "back", address: "10.7.0.1/24")]
        }
        let design = try outcome(after, workloads, [("web-11", "DEV-01")]).design
        let names = design.changes.map(\.name)
        #expect(
            names == ["back", "web"] + (1...11).map { "web_d_\($0)" } + (1...11).map { "web-\($0)" },
            "web-2 before web-10")
        #expect(design.standing.count == 11 && design.isComplete)
    }
}
