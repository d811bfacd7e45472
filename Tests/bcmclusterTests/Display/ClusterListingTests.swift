import Provisioning
import Schemas
import Testing

@testable import bcmcluster

@Suite struct ClusterListingTests {
    private let rows = [
        ClusterListing.Row(name: "DEV", provider: "namespace", members: 3, state: "healthy", message: "online"),
        ClusterListing.Row(
            name: "A-LONGER-NAME", provider: nil, members: 0, state: "notCreated",
            message: "not up yet: only .env files"),
    ]

    @Test func theColumnsStandBelowEachOther() {
        #expect(
            ClusterListing(clusters: rows).text(width: .max) == """
                NAME           PROVIDER   MEMBERS  STATE
                DEV            namespace  3        online
                A-LONGER-NAME  -          0        not up yet: only .env files

                """)
    }

    @Test func theDataKeepsToItsSchema() throws {
        #expect(try Schema("list").complaints(about: ClusterListing(clusters: rows)) == [])
        #expect(try Schema("list").complaints(about: ClusterListing(clusters: [])) == [])
    }

    @Test(arguments: [80, 40, 20])
    func noLineIsWiderThanTheTerminal(_ width: Int) {
        let lines = ClusterListing(clusters: rows).text(width: width).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= width })
        #expect(lines.contains { $0.contains("PROVIDER") } == (width == 80), "left out before a sentence is cut")
        #expect(lines.contains { $0.hasSuffix("…") } == (width < 40) && (lines.count == 3) == (width == 80))
    }
}
