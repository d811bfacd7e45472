import Testing

@testable import Provisioning

@Suite struct SwitchUnitPlanTests {
    private func recipe(_ reference: String, away: Int? = nil) throws -> SwitchUnitPlan {
        var workloads = try Workloads.dev(3).with(.web(count: 3))
        if let away { workloads.members[away].status = "Offline" }
        return try SwitchUnitPlan(
            try UnitReference(reference), .stop, isForced: false, workloads, of: Bench.state(3))
    }

    @Test func eachInstanceThatIsMeantIsTurned() throws {
        #expect(
            try recipe("web").plan.entries.map(\.step.identifier)
                == ["DEV-00 stop web-1", "DEV-01 stop web-2", "DEV-02 stop web-3"])
        #expect(try recipe("web/2").plan.entries.map(\.step.identifier) == ["DEV-01 stop web-2"])
    }

    @Test func whatIsOutOfReachIsLeftAndSaid() throws {
        let partial = try recipe("web", away: 1)
        #expect(partial.plan.entries.map(\.step.identifier) == ["DEV-00 stop web-1", "DEV-02 stop web-3"])
        #expect(partial.left.map(\.message) == ["web-2 is unreachable: DEV-01 does not answer"])
        let failure = try #require(throws: Failure.self) { try recipe("web/2", away: 1) }
        #expect(failure.code == .unreachable && failure.hint == "bcmcluster repair -c DEV")
        #expect(throws: Failure.self) { try recipe("web/4") }
    }
}
