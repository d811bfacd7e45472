import Testing

@testable import Provisioning

/// What becomes of instances whose member does not answer.
@Suite struct LostInstanceTests {
    private func diff(_ unit: Unit, _ workloads: Workloads, reschedules: Bool = false) throws -> UnitDiff {
        try UnitDiff(
            unit, workloads, image: "tiny", isVM: false, runOptions: UnitDiff.RunOptions(reschedules: reschedules))
    }

    /// Three instances on three members, of which the second is offline.
    private func loss(_ unit: Unit) throws -> Workloads {
        var workloads = try Workloads.dev(3).with(unit)
        workloads.members[1].status = "Offline"
        return workloads
    }

    private func run(_ diff: UnitDiff, on workloads: Workloads, member: String = "DEV-02") throws -> Workloads {
        let places = diff.newMembers.map {
            InstancePlacement.Choice(name: diff.unit.name.instance($0.number), member: member, reason: "r")
        }
        var after = workloads
        after.apply(try UnitDesign(diff, places, image: nil))
        return after
    }

    @Test func whatIsOutOfReachIsSaidAndNotReplacedUnasked() throws {
        let unit = try Unit.web(count: 3)
        let found = try diff(unit, loss(unit))
        #expect(found.lines.contains("= instance web-2: unreachable: DEV-01 does not answer"))
        #expect(found.lost == ["web-2"] && found.newMembers.isEmpty && found.kept == 2)
        #expect(found.remarks == ["web-2 is unreachable with DEV-01; --reschedule creates a replacement elsewhere"])
        let design = try UnitDesign(found, [], image: nil)
        #expect(
            design.missing == 1 && !design.isComplete && design.isIdle
                && design.standing.map(\.instance) == ["web-1", "web-3"])
    }

    @Test func aSilentInstanceOnAMemberThatIsOnlineIsLostToo() throws {
        let unit = try Unit.web(count: 2)
        var workloads = try Workloads.dev(2).with(unit)
        workloads.instances[1].isSilent = true
        #expect(try diff(unit, workloads).lost == ["web-2"])
    }

    @Test func askedToItMakesAnotherInItsPlace() throws {
        let unit = try Unit.web(count: 3)
        let workloads = try loss(unit)
        let found = try diff(unit, workloads, reschedules: true)
        #expect(found.newMembers == [.init(number: 4, replaces: "web-2", reason: nil)])
        #expect(
            found.lines.contains(
                "= instance web-2: unreachable: DEV-01 does not answer; replaced by web-4"))
        #expect(found.remarks.isEmpty)
        let design = try UnitDesign(
            found, [.init(name: "web-4", member: "DEV-02", reason: "most free memory")], image: nil)
        #expect(design.changes.last?.details == "on DEV-02: most free memory, replacing web-2" && design.isComplete)
        // Run again, with the wish and without: nothing.
        let after = try run(found, on: workloads)
        #expect(after.instances.first { $0.name == "web-4" }?.config?[UnitMark.replaces] == "web-2")
        for reschedules in [true, false] {
            let again = try diff(unit, after, reschedules: reschedules)
            #expect(again.newMembers.isEmpty && again.changes.allSatisfy { $0.isIdle } && again.remarks.isEmpty)
        }
    }

    @Test func whoseMemberComesBackGoesFirst() throws {
        let unit = try Unit.web(count: 3)
        let workloads = try loss(unit)
        var after = try run(try diff(unit, workloads, reschedules: true), on: workloads)
        after.members[1].status = "Online"
        let back = try diff(unit, after)
        #expect(back.lines.filter { $0.hasPrefix("-") } == ["- instance web-2: replaced by web-4"])
        #expect(back.newMembers.isEmpty && back.kept == 3)
    }

    /// The mark of web-4 outlives web-2: a new web-2 would be taken for the one that was lost.
    @Test func aNumberThatAnotherTookIsNotUsedAnew() throws {
        let unit = try Unit.web(count: 3)
        let workloads = try loss(unit)
        var after = try run(try diff(unit, workloads, reschedules: true), on: workloads)
        after.members[1].status = "Online"
        after = try run(try diff(unit, after), on: after)
        let four = try Unit.web(count: 4)
        let more = try diff(four, after)
        #expect(more.newMembers.map(\.number) == [5])
        after = try run(more, on: after, member: "DEV-01")
        #expect(try diff(unit, after).lines.filter { $0.hasPrefix("-") } == ["- instance web-5: count is 3"])
    }

    @Test func oneInPlaceOfAnotherMayBeLostItself() throws {
        let unit = try Unit.web(count: 3)
        let workloads = try loss(unit)
        var after = try run(try diff(unit, workloads, reschedules: true), on: workloads, member: "DEV-00")
        after.members[0].status = "Offline"
        // web-1 and web-4 are gone with DEV-00, web-2 with DEV-01, whose place web-4 had.
        let found = try diff(unit, after, reschedules: true)
        #expect(found.lost == ["web-1", "web-2", "web-4"])
        #expect(found.newMembers == [.init(number: 5, replaces: "web-1"), .init(number: 6, replaces: "web-4")])
        let notQueried = try diff(unit, after)
        #expect(notQueried.newMembers.isEmpty && notQueried.remarks.count == 2)
    }

    @Test func whatHasVolumesIsNotMadeElsewhere() throws {
        let unit = try Unit.web(count: 3) { $0.volumes = [.of("data")] }
        let workloads = try loss(unit)
        let found = try diff(unit, workloads, reschedules: true)
        #expect(found.newMembers.isEmpty)
        #expect(
            found.remarks == [
                "web-2 is unreachable with DEV-01, as are its volumes: repair the member with bcmcluster repair"
            ])
        #expect(found.lines.contains("= volume web_data_2: unreachable: DEV-01 does not answer"))
    }

    @Test func volumesOfALostInstanceAreLeftAlone() throws {
        let before = try Unit.web(count: 2) { $0.volumes = [.of("data")] }
        var workloads = try Workloads.dev(2).with(before)
        workloads.members[1].status = "Offline"
        let after = try Unit.web(count: 2) { $0.volumes = [.of("data", 2 << 30), .of("more")] }
        let works = try diff(after, workloads).changes.filter { $0.object == .volume && !$0.isIdle }
        #expect(works.map(\.line) == ["~ volume web_data_1: 1GiB → 2GiB", "+ volume web_more_1: 1GiB on DEV-00"])
    }

    @Test func fewerAreEnoughWithoutTheLost() throws {
        let unit = try Unit.web(count: 3)
        let found = try diff(.web(count: 2), loss(unit), reschedules: true)
        #expect(found.newMembers.isEmpty && found.remarks.isEmpty)
        #expect(
            found.lines.contains("= instance web-2: unreachable: DEV-01 does not answer; the other instances suffice"))
        #expect(try UnitDesign(found, [], image: nil).isComplete)
        let one = try diff(.web(count: 1), loss(unit))
        #expect(one.lines.contains("- instance web-3: count is 1") && one.kept == 1)
    }
}
