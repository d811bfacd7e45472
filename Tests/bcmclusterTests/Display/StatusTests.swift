import Schemas
import Testing

@testable import Provisioning
@testable import bcmcluster

@Suite struct StatusDisplayTests {
    private func status(_ change: (inout ClusterObservation) throws -> Void = { _ in }) throws -> ClusterStatus {
        let cluster = try ClusterName("DEV")
        var state = ClusterState(
            name: cluster, identifier: "0123abcd", created: 0,
            settings: ClusterSettings(provider: .namespace, storage: .dir))
        state.members = (0..<2).map { ClusterState.Member(name: MemberName(cluster, $0)) }
        let view = (0..<2).map { index in
            ClusterMember(
                name: "DEV-0\(index)", url: "https://10.64.0.1\(index):8443", database: index == 0, status: "Online",
                message: "", roles: index == 0 ? ["database-leader", "database"] : [])
        }
        let members = view.map { entry in
            var member = MemberStatus(name: entry.name, isInState: true, machine: .running, daemon: .answers)
            member.entry = entry
            member.isClustered = true
            member.address = IPv4("10.64.0.1\(entry.name.last ?? "0")")
            member.version = "5.0.2"
            member.instances = 2
            member.storage = StorageUse(used: 1536 << 20, total: 30 << 30)
            member.since = 1000
            return member
        }
        var observation = ClusterObservation(state: state, members: members, view: view)
        try change(&observation)
        return ClusterStatus(observation)
    }

    private func lines(_ status: ClusterStatus, width: Int = .max) -> [String] {
        let terminal = Terminal(isJSON: false, environment: { _ in nil }, isTerminal: { _ in false })
        return StatusText(status: status, terminal: terminal, now: 1000 + 3 * 3600 + 300).lines(width: width)
    }

    @Test func aSentenceStandsAboveTheMembers() throws {
        #expect(
            lines(try status()).joined(separator: "\n") == """
                ✓ DEV is healthy: 2 members online.

                MEMBER  MACHINE  LXD     ROLES   ADDRESS     VERSION  INSTANCES  STORAGE   UP
                DEV-00  running  online  leader  10.64.0.10  5.0.2    2          1.5G/30G  3h05m
                DEV-01  running  online  -       10.64.0.11  5.0.2    2          1.5G/30G  3h05m
                """)
    }

    @Test func whatIsWrongComesWithTheLineToType() throws {
        let lines = lines(
            try status {
                $0.members[1].machine = .stopped
                $0.members[1].daemon = .notQueried
                $0.members[0].version = "5.21.1"
            })
        #expect(lines.first == "✗ DEV-01 does not run. hint: bcmcluster start -c DEV")
        #expect(lines.last?.hasPrefix("- the members run different versions of LXD") == true)
        #expect(lines.contains { $0.hasPrefix("DEV-01  stopped  off ") })
        let narrow = self.lines(
            try status {
                $0.members[1].machine = .stopped
                $0.members[1].daemon = .notQueried
            }, width: 40)
        #expect(narrow.prefix(2) == ["✗ DEV-01 does not run.", "  hint: bcmcluster start -c DEV"])
    }

    @Test(arguments: [100, 80, 40, 20])
    func noLineIsWiderThanTheTerminal(_ width: Int) throws {
        let broken = try status { observation in
            for index in 0..<2 { observation.members[index].daemon = .silent }
            observation.view = nil
        }
        for status in [try status(), broken] {
            let lines = lines(status, width: width)
            #expect(lines.allSatisfy { $0.columns <= width })
            #expect(!lines.contains { $0.hasSuffix("…") } || width < 40, "columns are left out before a cell is cut")
            #expect(width < 40 || lines.contains { $0.contains("10.64.0.11") }, "\(lines)")
            // What is to be typed is never cut.
            let words = lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
            #expect(width < 40 || status.hint.map(words.contains) ?? true, "\(lines)")
        }
    }

    @Test func theDataAreAsTheSchemaSays() throws {
        let schema = try Schema("status")
        let strange = try status { observation in
            observation.members[0].daemon = .hangs
            observation.members[1].machine = nil
            observation.members[1].entry = nil
            observation.members.append(MemberStatus(name: "X", isInState: false, machine: nil, daemon: .notQueried))
        }
        for status in [try status(), strange] {
            #expect(try schema.complaints(about: StatusJSON(status)) == [])
            let line = try JSONText.text(StatusJSON(status), isCompact: true)
            #expect(line.split(separator: "\n").count == 1)
        }
    }

    @Test func aPictureIsDrawnOverItselfAndNeverScrolls() {
        var picture = Picture()
        let first = picture.drawing(["a", "b"], height: 24)
        #expect(first == "\ra\u{1b}[K\r\nb\u{1b}[K\r\n\u{1b}[J")
        #expect(picture.drawing(["c"], height: 24).hasPrefix("\u{1b}[2A\rc"))
        let many = picture.drawing((0..<50).map { "line \($0)" }, height: 10)
        #expect(many.hasPrefix("\u{1b}[1A"))
        #expect(many.split(separator: "\r\n").count == 10 && many.contains("… and 42 more lines"))
    }

    @Test(arguments: [(0, "0B"), (1023, "1023B"), (1536, "1.5K"), (10 << 20, "10M"), (270_553_174_016, "252G")])
    func amounts(_ bytes: Int, _ text: String) { #expect(ByteSize.brief(bytes) == text) }
}
