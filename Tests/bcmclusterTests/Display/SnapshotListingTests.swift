import Schemas
import Testing

@testable import Provisioning
@testable import bcmcluster

@Suite struct SnapshotListingTests {
    private func listing() throws -> SnapshotListing {
        let cluster = try ClusterName("DEV")
        var state = ClusterState(
            name: cluster, identifier: "0123abcd", created: 0,
            settings: ClusterSettings(provider: .namespace, storage: .dir))
        state.members = [0, 1].map { ClusterState.Member(name: MemberName(cluster, $0)) }
        let all = Set(state.members.map(\.name))
        func snapshot(_ name: String, _ bytes: Int?, _ isClone: Bool, _ present: Set<MemberName>) throws
            -> ClusterSnapshot
        {
            ClusterSnapshot(
                name: try SnapshotName(name),
                saved: SavedCluster(taken: 1000, state: state, bytes: bytes, isClone: isClone), present: present)
        }
        return SnapshotListing(
            cluster,
            [
                try snapshot("before-upgrade", 31 << 20, false, all), try snapshot("cheap", 31 << 20, true, all),
                try snapshot("by-multipass", nil, true, [MemberName(cluster, 0)]),
                ClusterSnapshot(name: try SnapshotName("half"), saved: nil, present: []),
            ])
    }

    @Test func theTable() throws {
        #expect(
            try listing().text(width: .max, now: 1000 + 7500) == """
                SNAPSHOT        STATE       TAKEN      MEMBERS  SIZE
                before-upgrade  complete    2h05m ago  2        31M
                cheap           complete    2h05m ago  2        31M, shared
                by-multipass    incomplete  2h05m ago  2        -
                half            incomplete  -          0        -

                - by-multipass is incomplete: DEV-01 is missing. hint: bcmcluster snapshot delete -c DEV by-multipass
                - half is incomplete: left by an interrupted run, or still being taken. hint: bcmcluster snapshot delete -c DEV half

                """)
    }

    @Test(arguments: [80, 40, 20])
    func noLineIsWiderThanTheTerminal(_ width: Int) throws {
        let lines = try listing().text(width: width, now: 2000).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= width || !$0.contains(" ") || width < 40 }, "\(lines)")
        let words = lines.joined(separator: " ").split(separator: " ")
        #expect(words.suffix(3) == ["-c", "DEV", "half"], "what is to be typed is not cut")
    }

    @Test func theDataKeepsToItsSchema() throws {
        let cluster = try ClusterName("DEV")
        for listing in [try listing(), SnapshotListing(cluster, [])] {
            #expect(try Schema("snapshot-list").complaints(about: listing) == [])
        }
    }
}
