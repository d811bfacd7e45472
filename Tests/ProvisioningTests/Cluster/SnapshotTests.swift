import Testing

@testable import Provisioning

/// Names of snapshots, and what is kept about them.
@Suite struct SnapshotTests {
    private let files = InMemoryFiles()
    private let name: SnapshotName
    private let folder: ClusterFolder

    init() throws {
        name = try SnapshotName("before")
        folder = ClusterFolder(runtime: Bench.runtime, cluster: try ClusterName("DEV"))
    }

    @Test(arguments: ["a", "before-upgrade", "s20261121-170500", "A1", String(repeating: "a", count: 40)])
    func names(_ text: String) throws { #expect(try SnapshotName(text).text == text) }

    @Test(arguments: ["", "1a", "-a", "a-", "a.b", "a b", "a/b", "ä", "a\n", "..", String(repeating: "a", count: 41)])
    func whatIsNoName(_ text: String) {
        let failure = #expect(throws: Failure.self) { try SnapshotName(text) }
        #expect(failure?.code == .badInput && failure?.hint?.contains("before-upgrade") == true)
    }

    @Test(arguments: [
        (1_795_280_700, "s20261121-170500"), (0, "s19700101-000000"), (1_709_251_199, "s20240229-235959"),
    ])
    func theNameOfOneThatNobodyNamed(_ seconds: Int, _ text: String) throws {
        #expect(SnapshotName(takenAt: seconds).text == text)
        #expect(try SnapshotName(text).text == text, "it is one that could be typed")
    }

    @Test func whatIsKeptIsReadAgain() throws {
        let saved = SavedCluster(taken: 7, state: try Bench.state(2), bytes: 31, isClone: false)
        try saved.write(name, in: folder, files)
        #expect(try SavedCluster.read(name, in: folder, files) == saved)
        let path = "\(Bench.folder)/snapshots/before.json"
        #expect(files.files[path]?.mode == 0o600 && files.folders["\(Bench.folder)/snapshots"] == 0o700)
        files.put("", at: "\(Bench.folder)/snapshots/not-one")
        files.put("", at: "\(Bench.folder)/snapshots/a.b.json")
        #expect(try SavedCluster.names(in: folder, files) == [name])
        #expect(try SavedCluster.read(SnapshotName("other"), in: folder, files) == nil)
    }

    @Test(arguments: ["", "{}", #"{"version":3}"#, "null"])
    func whatCannotBeUnderstoodIsLeftAsItIs(_ text: String) throws {
        files.put(text, at: folder.snapshot(name))
        let failure = #expect(throws: Failure.self) { try SavedCluster.read(name, in: folder, files) }
        #expect(failure?.code == .damaged && failure?.hint?.contains("snapshot delete -c DEV before") == true)
    }

    @Test func oneOfAnotherClusterIsNone() throws {
        var state = try Bench.state(1)
        state.members[0].name = MemberName(try ClusterName("OTHER"), 0)
        try SavedCluster(taken: 7, state: state, bytes: nil, isClone: true).write(name, in: folder, files)
        #expect(throws: Failure.self) { try SavedCluster.read(name, in: folder, files) }
    }

    /// Between now and then every machine of both is named, so that `destroy` finds it.
    @Test func theWayBackNamesAllMachines() throws {
        var then = try NamespaceBench.state(3)
        then.members.remove(at: 1)
        then.remote = ClusterState.Remote(name: "DEV-00")
        var now = try NamespaceBench.state(2)
        now.remote = ClusterState.Remote(name: "DEV-01", formerDefaults: ["local"])
        let saved = SavedCluster(taken: 7, state: then, bytes: nil, isClone: true)
        let between = now.stateForRestore(to: name, saved)
        #expect(between.members.map(\.name.index) == [0, 1, 2] && between.restoring == name)
        #expect(between.members[2].address == IPv4("10.64.0.12"), "which a machine needs to start")
        #expect(try now.lost(by: saved) == [.dev(1)] && now.regained(by: saved) == [.dev(2)])
        let end = between.becoming(saved)
        #expect(end.members == then.members && end.restoring == nil)
        #expect(end.remote == now.remote, "the person's client is of now")
    }
}
