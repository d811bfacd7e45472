import Testing

@testable import Provisioning

@Suite struct KnownUnitsTests {
    private let files = InMemoryFiles()

    private func known() throws -> KnownUnits {
        KnownUnits(in: ClusterFolder(runtime: "/r", cluster: try ClusterName("DEV")), files)
    }

    @Test func whatRunAndRmLeave() throws {
        let known = try known()
        #expect(known.names == [])
        known.set(try UnitName("web"), instances: ["web-2", "web-10", "web-1"])
        known.set(try UnitName("db"), instances: ["db-1"])
        #expect(known.names == ["web", "web/1", "web/2", "web/10", "db", "db/1"])
        known.set(try UnitName("web"), instances: [])
        #expect(known.names == ["db", "db/1"])
    }

    /// A file that somebody has edited offers nothing that is no unit.
    @Test func nonsenseIsLeftOut() throws {
        let known = try known()
        try files.write("web\nnot a unit\n\nweb/0\nweb/1\n", to: "/r/clusters/DEV/units", mode: 0o600)
        #expect(known.names == ["web", "web/1"])
    }
}
