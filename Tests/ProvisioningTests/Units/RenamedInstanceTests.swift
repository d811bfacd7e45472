import Testing

@testable import Provisioning

/// What the user's own `lxc` does to a unit's instances: they stay the unit's, and copies are nobody's.
@Suite struct RenamedInstanceTests {
    private func instance(_ name: String, _ mark: String, _ noted: String?, _ own: String?, on member: Int = 0)
        -> ClusterInstance
    {
        var config = [UnitMark.unit: "web", UnitMark.name: mark, UnitMark.image: "tiny"]
        config[UnitMark.identifier] = noted
        config[UnitMark.engineIdentifier] = own
        return .running(name, on: "DEV-0\(member)", config: config)
    }

    @Test func itsIdentifierTellsARenamedOneFromACopy() {
        #expect(instance("mine", "web-2", "a", "a").unit == "web")
        #expect(instance("mine", "web-2", "a", "a").unitName == "web-2")
        #expect(instance("web-2", "web-2", nil, "a").unit == "web", "an earlier version made it")
        #expect(instance("copy", "web-2", "a", "b").unit == nil)
        #expect(instance("copy", "web-2", nil, "b").unit == nil)
        #expect(instance("copy", "web-2", nil, nil).unit == nil)
        var twin = instance("imported", "web-2", "a", "a")
        twin.isTwin = true
        #expect(twin.unit == nil && twin.unitName == "imported")
        twin = instance("web-2", "web-2", "a", "a")
        twin.isTwin = true
        #expect(twin.unit == "web", "by its own name")
    }

    @Test func noSecondOneIsMadeAndNumbersStay() throws {
        let workloads = Workloads.dev(3) {
            // The one is called like a third would be.
            $0.instances = [instance("web-1", "web-1", "a", "a"), instance("web-3", "web-2", "b", "b", on: 1)]
        }
        let diff = try UnitDiff(.web(count: 2), workloads, image: "tiny", isVM: false)
        #expect(diff.newMembers.isEmpty)
        #expect(diff.changes.filter { $0.object == .instance }.map(\.name) == ["web-1", "web-3"])
        let more = try UnitDiff(.web(count: 3), workloads, image: "tiny", isVM: false)
        #expect(more.newMembers.map(\.number) == [4], "the name of number 3 is taken")
        let reference = try UnitReference("web/2")
        #expect(try reference.instance(in: workloads).name == "web-3")
        let removal = try RemoveUnit.design(UnitName("web"), volumesToo: false, workloads)
        #expect(removal.works(on: .instance).map(\.name) == ["web-1", "web-3"])
    }

    @Test func whoHasThePortOfOneThatWasMovedIsNamed() throws {
        let unit = try Unit.web(count: 2) { $0.ports = [.tcp(8080)] }
        var workloads = try Workloads.dev(2).with(unit)
        workloads.instances[0].location = "DEV-01"
        workloads.instances[0].status = "Stopped"
        let failure = try #require(throws: Failure.self) {
            try UnitDiff(unit, workloads, image: "tiny", isVM: false)
        }
        #expect(failure.message == "web-1 cannot have port tcp 8080: on DEV-01 it is used by web-2 of the unit web")
        let state = try Bench.state(2)
        let start = try #require(throws: Failure.self) {
            try SwitchUnitPlan(UnitReference("web/1"), .start, isForced: false, workloads, of: state)
        }
        #expect(start.message == failure.message)
        // A stopped one listens on nothing.
        workloads.instances[1].status = "Stopped"
        let both = try SwitchUnitPlan(UnitReference("web/1"), .start, isForced: false, workloads, of: state)
        #expect(both.left.isEmpty)
    }

    @Test func closedMembersGetOnlyWhoseDataIsThere() throws {
        var candidates = (0...1).map { index in
            PlacementCandidate(
                member: "DEV-0\(index)", host: "h", store: "DEV-0\(index)", freeMemory: 4 << 30, cores: 4, freeCores: 4)
        }
        candidates[0].closed = "has scheduler.instance=manual"
        let newMembers = [
            InstancePlacement.NewMember(name: "web-1"),
            InstancePlacement.NewMember(name: "web-2", pins: ["v": "DEV-00"]),
        ]
        let choices = try InstancePlacement.choices(for: newMembers, of: .web(count: 2), among: candidates)
        #expect(choices.map(\.member) == ["DEV-01", "DEV-00"])
        candidates[1].closed = "has scheduler.instance=group"
        let failure = try #require(throws: Failure.self) {
            try InstancePlacement.choices(for: newMembers, of: .web(count: 2), among: candidates)
        }
        #expect(
            failure.message == "web-1 cannot be placed: no member takes new instances: DEV-00 has "
                + "scheduler.instance=manual, DEV-01 has scheduler.instance=group")
    }
}
