import Testing

@testable import Provisioning

/// Units that need others: the order in which they are begun, and what has to be there.
@Suite struct UnitNeedsTests {
    private func units(_ needs: [(String, [String])]) throws -> [Unit] {
        try needs.map { name, needs in try .web(name) { $0.needs = try needs.map { try UnitName($0) } } }
    }

    private func order(_ needs: [(String, [String])]) throws -> [String] {
        try UnitOrder.sorted(try units(needs), \.self).map(\.name.text)
    }

    @Test func eachComesAfterThoseThatItNeeds() throws {
        #expect(try order([("api", ["web", "db"]), ("web", ["db"]), ("db", [])]) == ["db", "web", "api"])
        #expect(try order([("b", []), ("a", []), ("c", [])]) == ["b", "a", "c"], "else as they are named")
        #expect(try order([("web", ["elsewhere"]), ("db", [])]) == ["web", "db"], "what is in no file is no order")
    }

    @Test(arguments: [
        ([("a", ["b"]), ("b", ["a"])], "units need each other: a needs b needs a"),
        ([("x", ["a"]), ("a", ["b"]), ("b", ["c"]), ("c", ["a"])], "units need each other: a needs b needs c needs a"),
    ])
    func aCircleIsRefusedWithItsNames(_ needs: [(String, [String])], _ message: String) throws {
        let failure = try #require(throws: Failure.self) { try order(needs) }
        #expect(failure.code == .badInput && failure.message == message && failure.hint != nil)
    }

    @Test func anotherOneNeedsIt() throws {
        let all = try units([("web", ["db"]), ("db", [])])
        #expect(all.map { UnitOrder.isNeeded($0.name, by: all) } == [false, true])
    }

    // MARK: What is on the cluster

    private let cluster = Result { try ClusterName("DEV") }

    @Test func whatIsNotThereIsRefusedByName() throws {
        let web = try Unit.web { $0.needs = [try UnitName("db")] }
        let failure = try #require(throws: Failure.self) { try UnitNeeds(web, .dev(1), on: cluster.get()) }
        #expect(failure.code == .notFound && failure.message.hasPrefix("web needs the unit db, which is in no file"))
        #expect(failure.hint == "add its file: bcmcluster run db.toml web.toml")
        let near = try #require(throws: Failure.self) {
            try UnitNeeds(web, .dev(1).with(.web("dbs")), on: cluster.get())
        }
        #expect(near.hint == "did you mean dbs?")
    }

    @Test func whatIsOffOrUnreachableHoldsUpWhoNeedsIt() throws {
        let web = try Unit.web { $0.needs = [try UnitName("db")] }
        var workloads = try Workloads.dev(2).with(.web("db", count: 2))
        #expect(throws: Never.self) { try UnitNeeds(web, workloads, on: cluster.get()).check() }
        workloads.instances[1].status = "Stopped"
        let off = try #require(throws: Failure.self) { try UnitNeeds(web, workloads, on: cluster.get()).check() }
        #expect(off.message == "web needs the unit db, and db-2 is stopped")
        #expect(off.hint == "bcmcluster unit start -c DEV db")
        workloads.members[1].status = "Offline"
        #expect(throws: Never.self, "the other one is there") {
            try UnitNeeds(web, workloads, on: cluster.get()).check()
        }
        workloads.members[0].status = "Offline"
        let lost = try #require(throws: Failure.self) { try UnitNeeds(web, workloads, on: cluster.get()).check() }
        #expect(lost.message == "web needs the unit db, whose instances are unreachable")
    }

    @Test func instancesSayWhatTheyNeed() throws {
        let names = try ["db", "cache"].map { try UnitName($0) }
        var workloads = try Workloads.dev(2).with(.web { $0.needs = names })
        #expect(workloads.units(needing: names[0]) == ["web"])
        #expect(try workloads.units(needing: UnitName("web")) == [])
        #expect(workloads.instances[0].config?["user.bcm.needs"] == "db,cache")
        workloads.instances[0].name = "copy"
        #expect(workloads.units(needing: names[0]) == [], "a copy is nobody's")
    }

    @Test func theyChangeInPlace() throws {
        let db = try UnitName("db")
        let check = HealthCheck(.tcp(80))
        let there = try Workloads.dev(1).with(.web())
        func lines(_ unit: Unit, _ workloads: Workloads) throws -> [String] {
            try UnitDiff(unit, workloads, image: "tiny", isVM: false).lines
        }
        let both = try Unit.web { ($0.needs, $0.health) = ([db], check) }
        #expect(try lines(both, there) == ["~ instance web-1: health check tcp 80; needs db"])
        let after = try Workloads.dev(1).with(both)
        #expect(try lines(both, after) == ["= instance web-1: on DEV-00"])
        #expect(try lines(.web(), after) == ["~ instance web-1: health check is removed; needs no other unit"])
        #expect(after.instances[0].healthCheck == check)
    }

    /// What a dry run of several units takes for done is what the steps do.
    @Test func whatADesignMakesCountsAsThere() throws {
        let old = try Unit.web(count: 3) {
            $0.networks = [.init(name: "back", address: "10.7.0.1/24")]
            $0.volumes = [.of("d")]
        }
        let new = try Unit.web(count: 2) {
            $0.memory = 1 << 30
            $0.networks = [.init(name: "front", address: "10.8.0.1/24")]
            $0.volumes = [.of("d", 2 << 30), .of("e")]
        }
        let before = try Workloads.dev(3).with(old)
        let diff = try UnitDiff(new, before, image: "tiny", isVM: false)
        let design = try UnitDesign(diff, [], image: nil)
        var done = before
        done.apply(design)
        let planned = before.after([design])
        #expect(planned.instances.map(\.name) == done.instances.map(\.name))
        #expect(planned.instances.map(\.config) == done.instances.map(\.config))
        #expect(planned.instances.map(\.devices) == done.instances.map(\.devices))
        #expect(planned.networks == done.networks)
        #expect(planned.volumes.map(\.name) == done.volumes.map(\.name))
        let another = try UnitDiff(.web("db"), planned, image: "tiny", isVM: false)
        let made = before.after([
            try UnitDesign(another, [.init(name: "db-1", member: "DEV-02", reason: "")], image: nil)
        ])
        #expect(made.instances.last?.unit == "db" && made.instances.last?.location == "DEV-02")
        #expect(made.instances.last?.promisedMemory == 512 << 20 && made.instances.last?.isRunning == true)
    }

    // MARK: The file

    @Test(arguments: [
        ("needs = 'db'", 9, "instance.needs is a string, but must be an array; write the names of units, such as"),
        ("needs = ['db', 1]", 16, "instance.needs has an integer, but must have strings; write the names"),
        ("needs = ['db', '2 b']", 16, "instance.needs has '2 b', which is not a valid name for a unit; write one like"),
        ("needs = ['db', 'db']", 16, "instance.needs has db, which is there twice; leave one out"),
        ("needs = ['web']", 10, "instance.needs has web, which is the unit itself; leave it out"),
    ])
    func mistakes(_ line: String, _ column: Int, _ sentence: String) {
        let refusal = UnitFileText(more: "[instance]\n\(line)").refusal()
        #expect(refusal.hasPrefix("web/unit.toml, line 6, column \(column): \(sentence)"), "\(refusal)")
    }

    @Test func theNames() throws {
        let unit = try UnitFileText(more: "[instance]\nneeds = ['db', 'Cache-2']").unit()
        #expect(unit.needs.map(\.text) == ["db", "Cache-2"])
        #expect(try UnitFileText(more: "[instance]\nneeds = []").unit().needs == [])
    }
}
