import Provisioning
import Schemas
import Testing

@testable import bcmcluster

@Suite struct ListCommandTests {
    private let rows = [
        ListCommand.Row(name: "DEV", provider: "namespace", members: 3, state: "online"),
        ListCommand.Row(name: "A-LONGER-NAME", provider: nil, members: 0, state: "not up yet: only .env files"),
    ]

    @Test func theColumnsStandBelowEachOther() {
        #expect(
            ListCommand.table(rows, width: .max) == """
                NAME           PROVIDER   MEMBERS  STATE
                DEV            namespace  3        online
                A-LONGER-NAME  -          0        not up yet: only .env files

                """)
    }

    @Test func theDataKeepsToItsSchema() throws {
        #expect(try Schema("list").complaints(about: ListCommand.Listing(clusters: rows)) == [])
        #expect(try Schema("list").complaints(about: ListCommand.Listing(clusters: [])) == [])
    }

    @Test(arguments: [80, 40, 20])
    func noLineIsWiderThanTheTerminal(_ width: Int) {
        let lines = ListCommand.table(rows, width: width).split(separator: "\n")
        #expect(lines.count == 3 && lines.allSatisfy { $0.count <= width })
        #expect(lines[2].hasSuffix("…") == (width < 63))
    }
}
