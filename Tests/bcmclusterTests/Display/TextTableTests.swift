import Testing

@testable import Provisioning
@testable import bcmcluster

/// The listings on terminals of 60 and 80 columns: columns are left out, and no address is cut.
@Suite struct TextTableTests {
    private let columns: [TextTable.Column] = [
        "NAME", .init("HOST", 1), .init("TEXT", wraps: true), .init("ADDRESS", isWhole: true), .init("SINCE", 2),
    ]
    private let rows = [["web-1", "rack1", "a sentence of words", "10.64.100.100", "3h"], ["w", "r", "x", "-", "-"]]

    @Test func columnsAreLeftOutByTheirRank() {
        func heads(_ width: Int) -> [String] {
            TextTable.lines(columns, rows, width: width)[0].split(separator: " ").map(String.init)
        }
        let whole = 5 + 5 + 19 + 13 + 5 + 4 * 2
        #expect(heads(.max) == ["NAME", "HOST", "TEXT", "ADDRESS", "SINCE"] && heads(whole) == heads(.max))
        #expect(heads(whole - 1) == ["NAME", "HOST", "TEXT", "ADDRESS"])
        #expect(heads(whole - 8) == ["NAME", "TEXT", "ADDRESS"])
        #expect(heads(40) == ["NAME", "TEXT", "ADDRESS"])
    }

    @Test func sentencesWrapAtWordsAndListsBehindCommas() {
        #expect(
            TextTable.lines(columns, rows, width: 39) == [
                "NAME   TEXT\(blanks(15))ADDRESS", "web-1  a sentence of\(blanks(6))10.64.100.100", "\(blanks(7))words",
                "w      x\(blanks(18))-",
            ])
        let list: [TextTable.Column] = ["A", .init("B", wraps: true)]
        #expect(
            TextTable.lines(list, [["a", "10.64.100.100,10.64.100.101,10.64.100.102"]], width: 20)
                == ["A  B", "a  10.64.100.100,", "   10.64.100.101,", "   10.64.100.102"])
    }

    private func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }

    @Test func aNameIsCutBeforeAnAddress() {
        let name = String(repeating: "n", count: 40)
        let lines = TextTable.lines(["NAME", .init("ADDRESS", isWhole: true)], [[name, "10.64.100.100"]], width: 50)
        #expect(lines[1] == String(repeating: "n", count: 34) + "…  10.64.100.100")
    }

    @Test(arguments: [60, 80])
    func theRealListingsFit(_ width: Int) throws {
        let long = "DEV-\(String(repeating: "X", count: 12))-00"
        let nothing = Workloads(members: [], instances: [], volumes: [], networks: [], pool: "default")
        var units = UnitListing(try ClusterName("DEV"), nothing, nil) { _ in "" }
        units.instances = [
            UnitListing.Row(
                unit: "web", name: "web-1", type: "container", state: "running", health: "unhealthy", member: long,
                host: "rack1.example",
                ipv4: ["10.123.100.101", "192.168.100.102"], ports: [], image: nil,
                volumes: ["web-data-1", "web-log-1"], since: nil,
                reachable: true)
        ]
        let host = try Host(name: HostName("rack1"), destination: "administrator@rack1.example.org")
        let hosts = HostListing([
            HostListing.Row(
                host: host, trouble: "host rack1 is unreachable: the connection was closed by the other side")
        ])
        let clusters = ClusterListing(clusters: [
            .init(
                name: long, provider: "multipass", members: 12,
                state: "degraded", message: "no quorum: 1 of 3 voters online; hint: repair it")
        ])
        let tables = [
            (units.text(width: width, now: 100), ["10.123.100.101", "192.168.100.102"]),
            (hosts.text(width: width, now: 0), []), (clusters.text(width: width), [long]),
        ]
        for (text, whole) in tables {
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= width }, "\(text)")
            for part in whole { #expect(text.contains(part), "\(text)") }
            #expect(!text.contains("…"), "\(text)")
        }
        // Sentences are there to their last word.
        #expect(tables[1].0.contains("side") && tables[2].0.contains("it\n"))
    }

    @Test(arguments: [
        ("error: one two three", 12, ["error: one", "  two three"]),
        ("  note: one two", 11, ["  note: one", "    two"]),
        ("short", 12, ["short"]), ("unbreakablewordsthatarelong", 10, ["unbreakablewordsthatarelong"]),
        ("\u{1b}[31merror:\u{1b}[0m one", 10, ["\u{1b}[31merror:\u{1b}[0m one"]),
        ("alpha beta\nc", 9, ["alpha", "  beta", "c"]),
    ])
    func linesAreFilledWithWords(_ text: String, _ width: Int, _ lines: [String]) {
        #expect(text.filled(to: width) == lines)
    }
}
