import Testing

@testable import Provisioning

/// Names: of units, of their instances, and what the user means by them.
@Suite struct UnitReferenceTests {
    @Test func aUnitOrOneOfItsInstances() throws {
        let all = try UnitReference("web")
        #expect(all.unit.text == "web" && all.number == nil)
        #expect(try UnitReference("web/2").number == 2)
        for text in [
            "web/", "web/0", "web/-1", "web/01", "web/+1", "web/x", "web/1/2", "/1", "web/99999999999999999999",
        ] {
            #expect(throws: Failure.self, "\(text)") { try UnitReference(text) }
        }
        let failure = try #require(throws: Failure.self) { try UnitReference("web/x") }
        #expect(failure.exitStatus == 2 && failure.hint == "write web/1")
    }

    @Test func whatItMeansOnACluster() throws {
        var workloads = try Workloads.dev(2).with(.web(count: 11)).with(.web("db"))
        workloads.instances.shuffle()
        #expect(try UnitReference("web").instances(in: workloads).map(\.name) == (1...11).map { "web-\($0)" })
        #expect(try UnitReference("web/10").instance(in: workloads).name == "web-10")
        #expect(try UnitReference("db").instance(in: workloads).name == "db-1")
        let none = try #require(throws: Failure.self) { try UnitReference("web/12").instances(in: workloads) }
        #expect(none.message == "web has no instance 12" && none.hint == "it has 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11")
        let several = try #require(throws: Failure.self) { try UnitReference("web").instance(in: workloads) }
        #expect(
            several.message == "web has 11 instances" && several.hint?.hasPrefix("specify one: web/1, web/2") ?? false)
        let unknown = try #require(throws: Failure.self) { try UnitReference("wbe").instances(in: workloads) }
        #expect(unknown.message == "unit wbe not found on the cluster" && unknown.hint == "did you mean web?")
        #expect(unknown.exitStatus == 5)
    }

    @Test func namesAreInTheOrderOfTheirNumbers() {
        let names = ["web-10", "web-2", "web", "db-1", "web_data_10", "web_data_9", "web-02"]
        #expect(
            names.sorted(by: Workloads.order) == [
                "db-1", "web", "web-02", "web-2", "web-10", "web_data_9", "web_data_10",
            ])
        #expect(!Workloads.order("web-2", "web-2"))
        #expect(Workloads.order("a-9", "a-99999999999999999999") != Workloads.order("a-99999999999999999999", "a-9"))
    }

    @Test func noTwoVolumesAreCalledAlike() throws {
        // A hyphen is in names of units and volumes, an underscore in neither.
        let one = try Unit.web("a-b").volumeName(.of("c"), 1)
        let other = try Unit.web("a").volumeName(.of("b-c"), 1)
        #expect(one == "a-b_c_1" && other == "a_b-c_1")
        #expect(try Unit.web().volumeName(.of("c", shared: true), 7) == "web_c")
    }
}
