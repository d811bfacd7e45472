import Foundation
import Testing

@testable import Provisioning

/// The archive of a snapshot: where everything stands in it, and what becomes of names and addresses.
@Suite struct ArchiveTests {
    private static let name = try? ClusterName("DEV")

    private func manifest() throws -> ArchiveManifest {
        let name = try #require(Self.name)
        var state = ClusterState(
            name: name, identifier: "0123abcd", created: 1,
            settings: ClusterSettings(provider: .namespace, storage: .dir))
        state.members = [0, 2].map { ClusterState.Member(name: MemberName(name, $0)) }
        state.members[0].address = IPv4("10.64.0.10")
        state.members[1].address = IPv4("10.64.0.12")
        state.successor = MemberName(name, 2)
        return ArchiveManifest(
            SavedCluster(taken: 86_400, state: state, bytes: nil, isClone: false), try SnapshotName("one"),
            engineVersion: "5.0.2", architecture: "x86_64", compression: .zstd,
            parts: state.members.map { ArchiveManifest.Part($0.name, .zstd, unpackedSize: 7) })
    }

    @Test("A header is one that tar itself would have read, and no other text is taken for it")
    func header() {
        let header = ArchiveLayout.header("manifest.json", 70_000)
        #expect(header.utf8.count == 512)
        #expect(ArchiveLayout.size(inHeader: header, of: "manifest.json") == 70_000)
        #expect(ArchiveLayout.size(inHeader: header, of: "other.json") == nil)
        #expect(ArchiveLayout.size(inHeader: header.replacing("root", with: "toor"), of: "manifest.json") == nil)
        #expect(ArchiveLayout.size(inHeader: "", of: "manifest.json") == nil)
        #expect(ArchiveLayout.size(inHeader: ArchiveLayout.header("a", 1 << 35), of: "a") == 1 << 35)
    }

    @Test("The manifest takes the same room before and after sizes are known")
    func layout() throws {
        var manifest = try manifest()
        let before = try ArchiveLayout(manifest)
        manifest.parts[0].size = 513
        manifest.parts[1].size = 1 << 40
        let after = try ArchiveLayout(manifest)
        #expect(before.manifestSize == after.manifestSize)
        #expect(try after.manifestText().utf8.count == after.manifestSize)
        #expect(try ArchiveManifest(after.manifestText(), of: "file") == manifest)
        #expect(after.range(of: 1).offset - after.range(of: 0).offset == 1024 + 512)
    }

    @Test("A manifest that contradicts itself, or is of a later form, is refused")
    func contradictions() throws {
        let text = try JSONText.text(try manifest())
        for (old, new) in [
            (#""format" : 1"#, #""format" : 9"#), (#""file" : "DEV-00.tar.zst""#, #""file" : "../x""#),
            (#""member" : "DEV-02""#, #""member" : "DEV-03""#), (#""compression" : "zstd""#, #""compression" : "xz""#),
            (#""name" : "DEV""#, #""name" : "DEV2""#), (#""unpackedSize" : 7"#, #""unpackedSize" : -7"#),
            (#""engine" : "lxd""#, #""engine" : "other""#),
        ] {
            let changed = text.replacing(old, with: new)
            #expect(changed != text)
            let failure = #expect(throws: Failure.self) { try ArchiveManifest(changed, of: "file") }
            #expect(failure?.code == .damaged, "\(new)")
        }
    }

    @Test("Another name makes another cluster of it, with members of the same numbers")
    func otherName() throws {
        let state = try manifest().state(
            named: ClusterName("NEW"), identifier: "ffffffff", created: 5, from: "/a.tar")
        #expect(state.members.map(\.name.text) == ["NEW-00", "NEW-02"])
        #expect(state.successor?.text == "NEW-02" && state.identifier == "ffffffff" && state.remote == nil)
        #expect(state.importing == "/a.tar" && state.incompleteRestoreFailure?.code == .conflict)
    }

    @Test("Addresses are changed in the members' list of the database, and only those that are known")
    func addresses() throws {
        let text = """
            # Latest dqlite segment ID: 22

            members:
            - id: 1
              name: DEV-00
              address: 10.64.0.10:8443
              role: voter

            """
        let (old, new) = (try #require(IPv4("10.64.0.10")), try #require(IPv4("10.70.0.10")))
        #expect(
            try OfflineServer.edited(text, [old: new])
                == text.replacing("10.64.0.10", with: "10.70.0.10"))
        #expect(throws: Failure.self) { try OfflineServer.edited(text, [new: old]) }
    }

    @Test func lastEntryIsThatOfClosedSegments() {
        let names = ["0000000000000001-0000000000000152", "0000000000000153-0000000000000153", "open-1", "metadata1"]
        #expect(OfflineServer.lastEntry(names) == 153)
        #expect(OfflineServer.lastEntry(["db.bin-wal", "open-3"]) == 0)
    }

    @Test("Statements name the folder of the new name in place of the old one's")
    func statements() throws {
        let (old, new) = (try #require(Self.name), try ClusterName("NEWER"))
        let move = NamespaceMove(
            engine: .lxd, old: ClusterState.Member(name: MemberName(old, 1), address: IPv4("10.64.0.11")),
            new: ClusterState.Member(name: MemberName(new, 1), address: IPv4("10.70.0.11")))
        let prefix = "/var/lib/bcmcluster/machines/DEV-01/"
        #expect(move.globalStatements.contains { $0.contains("substr(value, \(prefix.utf8.count + 1))") })
        #expect(
            move.localStatements == [
                "UPDATE raft_nodes SET name = 'NEWER-01', address = '10.70.0.11:8443' WHERE name = 'DEV-01'"
            ])
    }
}
