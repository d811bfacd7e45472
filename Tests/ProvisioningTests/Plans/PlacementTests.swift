import Testing

@testable import Provisioning

@Suite struct PlacementTests {
    private static func room(_ host: String, members: Int = 0, gibibytes: Int? = 4) throws -> Placement.Room {
        Placement.Room(host: try HostName(host), members: members, freeMemory: gibibytes.map { $0 << 30 })
    }

    private func hosts(_ count: Int, _ rooms: [Placement.Room]) throws -> [String] {
        let members = try (0..<count).map { try MemberName.dev($0) }
        let hosts = Placement.hosts(of: members, among: rooms)
        return members.compactMap { hosts[$0]?.text }
    }

    @Test func membersGoEvenlyInTheOrderOfTheHosts() throws {
        let rooms = try ["c", "a", "b"].map { try Self.room($0) }
        #expect(try hosts(7, rooms) == ["c", "a", "b", "c", "a", "b", "c"])
    }

    @Test func amongEquallyFullHostsTheOneWithTheMostMemoryIsFirst() throws {
        let rooms = [
            try Self.room("a", gibibytes: 2), try Self.room("b", gibibytes: 9), try Self.room("c", gibibytes: nil),
        ]
        #expect(try hosts(4, rooms) == ["b", "a", "c", "b"])
    }

    @Test func whatIsThereCounts() throws {
        let rooms = [try Self.room("a", members: 2, gibibytes: 99), try Self.room("b", members: 1), try Self.room("c")]
        #expect(try hosts(4, rooms) == ["c", "b", "c", "a"])
    }

    @Test func aFewMegabytesMoreMakeNoDifference() throws {
        var more = try Self.room("b")
        more.freeMemory = more.freeMemory.map { $0 + (5 << 20) }
        #expect(try hosts(1, [try Self.room("a"), more]) == ["a"])
    }
}
