import Testing

@testable import Provisioning

/// A unit goes, whole, and nothing besides.
@Suite struct RemoveUnitTests {
    private func workloads(_ change: (inout Workloads) -> Void = { _ in }) throws -> Workloads {
        let unit = try Unit.web(count: 2) {
            $0.volumes = [.of("data")]
            $0.networks = [.init(name: "back", address: "10.7.0.1/24")]
        }
        var workloads = try Workloads.dev(2).with(unit)
        workloads.instances.append(.running("mine", on: "DEV-00"))
        workloads.volumes.append(.of(nil, "mine", on: "DEV-00"))
        workloads.volumes.append(.of("db", "db_data_1", on: "DEV-00"))
        change(&workloads)
        return workloads
    }

    private func design(_ workloads: Workloads, volumes: Bool = false) throws -> UnitDesign {
        try RemoveUnit.design(try UnitName("web"), volumesToo: volumes, workloads)
    }

    @Test func instancesAndNetworksGoAndVolumesStay() throws {
        let design = try design(workloads())
        #expect(
            design.changes.map(\.line) == [
                "- network back", "= volume web_data_1: on DEV-00", "= volume web_data_2: on DEV-01",
                "- instance web-1: on DEV-00", "- instance web-2: on DEV-01",
            ])
        #expect(design.remarks == ["kept, with what is on them: web_data_1, web_data_2"] && design.isComplete)
        let plan = try RemoveUnit.plan(for: design, of: Bench.state(2), respondingMember: .dev(0))
        #expect(
            plan.entries.map(\.step.identifier)
                == ["DEV-00 remove web-1", "DEV-01 remove web-2", "remove the network back"])
        #expect(plan.entries[2].after == [0, 1], "it is in use until then")
    }

    @Test func whoNeedsItIsSaid() throws {
        let other = try Unit.web("api") { $0.needs = [try UnitName("web")] }
        let design = try design(workloads().with(other))
        #expect(design.remarks.contains("web is needed by api") && design.isComplete)
    }

    @Test func toldSoTheVolumesGoToo() throws {
        let design = try design(workloads(), volumes: true)
        #expect(design.works(on: .volume).map(\.name) == ["web_data_1", "web_data_2"] && design.remarks.isEmpty)
        let plan = try RemoveUnit.plan(for: design, of: Bench.state(2), respondingMember: .dev(0))
        #expect(
            plan.entries.map(\.step.identifier) == [
                "DEV-00 remove web-1", "DEV-01 remove web-2", "DEV-00 remove the volume web_data_1",
                "DEV-01 remove the volume web_data_2", "remove the network back",
            ])
        #expect(plan.entries[2].after == [0, 1])
    }

    @Test func whatIsOutOfReachStays() throws {
        let design = try design(workloads { $0.members[1].status = "Offline" }, volumes: true)
        #expect(
            design.changes.map(\.line) == [
                "= network back: is used by web-2", "- volume web_data_1: on DEV-00",
                "= volume web_data_2: unreachable: DEV-01 is not online", "- instance web-1: on DEV-00",
                "= instance web-2: unreachable: DEV-01 does not answer",
            ])
        #expect(!design.isComplete && design.missing == 2)
        #expect(
            design.remarks == ["web-2 is kept: DEV-01 is not online", "web_data_2 is kept: DEV-01 is not online"])
    }

    @Test func whatOthersUseStays() throws {
        let design = try design(
            workloads {
                for index in $0.volumes.indices { $0.volumes[index].usedBy = ["/1.0/instances/web-1"] }
                $0.volumes[1].usedBy?.append("/1.0/instances/mine?project=default")
                $0.networks[$0.networks.count - 1].usedBy = ["/1.0/profiles/p", "/1.0/instances/mine"]
            }, volumes: true)
        #expect(
            design.changes.prefix(3).map(\.line) == [
                "= network back: is used by mine", "- volume web_data_1: on DEV-00",
                "= volume web_data_2: is used by mine",
            ])
        #expect(!design.isComplete && design.remarks.contains("back is kept: mine uses it"))
    }

    @Test func whereThereIsNothingThatIsSaid() throws {
        func failure(_ name: String, _ workloads: Workloads, volumes: Bool = false) throws -> Failure {
            try #require(throws: Failure.self) {
                try RemoveUnit.design(try UnitName(name), volumesToo: volumes, workloads)
            }
        }
        let mistyped = try failure("wbe", workloads())
        #expect(mistyped.message == "unit wbe not found on the cluster" && mistyped.hint == "did you mean web?")
        #expect(try failure("zebra", workloads()).hint?.contains("see bcmcluster ps") ?? false)
        let left = try failure("db", workloads())
        #expect(left.hint == "its volumes are kept; --volumes deletes them too" && left.exitStatus == 5)
        let design = try RemoveUnit.design(try UnitName("db"), volumesToo: true, workloads())
        #expect(design.changes.map(\.line) == ["- volume db_data_1: on DEV-00"])
    }
}
