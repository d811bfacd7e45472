import Testing

@testable import Provisioning

/// What version 0.1.0 wrote is read and used.
@Suite struct FormerStateTests {
    private let files = InMemoryFiles()
    private let folder: ClusterFolder

    init() throws { folder = ClusterFolder(runtime: Bench.runtime, cluster: try ClusterName("DEV")) }

    @Test func aStateIsConverted() async throws {
        files.put(try TestFile.fixture("0.1.0/cluster.json"), at: folder.state)
        let state = try #require(try StateStore.read(folder, files))
        #expect(state.version == 2 && state.engine == .lxd && state.isDeleting == true)
        #expect(state.members.map(\.name.text) == ["DEV-00", "DEV-01"] && state.remote?.name == "DEV-00")
        // The next change writes it in today's form.
        let store = StateStore(state, folder: folder, files: files)
        try await store.update { $0.members.removeLast() }
        let text = try #require(files[folder.state])
        #expect(text.contains(#""version" : 2"#) && text.contains(#""engine" : "lxd""#) && !text.contains("isGoing"))
        #expect(try StateStore.read(folder, files) == (await store.state))
    }

    @Test func aSnapshotIsConverted() throws {
        let name = try SnapshotName("before")
        files.put(try TestFile.fixture("0.1.0/snapshot.json"), at: folder.snapshot(name))
        let saved = try #require(try SavedCluster.read(name, in: folder, files))
        #expect(saved.version == 2 && saved.bytes == 4_096 && saved.state.version == 2 && saved.state.engine == .lxd)
        files.put(try TestFile.fixture("0.1.0/cluster.json"), at: folder.state)
        let state = try #require(try StateStore.read(folder, files))
        #expect(state.becoming(saved).members.map(\.name.text) == ["DEV-00"])
        #expect(state.lost(by: saved).map(\.text) == ["DEV-01"])
        try saved.write(name, in: folder, files)
        #expect(try SavedCluster.read(name, in: folder, files) == saved)
    }

    @Test func anEngineThatThereIsNotIsDamage() throws {
        let text = try TestFile.fixture("0.1.0/cluster.json").replacing(
            #""identifier""#, with: #""engine" : "hydra", "identifier""#)
        files.put(text, at: folder.state)
        let failure = #expect(throws: Failure.self) { try StateStore.read(folder, files) }
        #expect(failure?.code == .damagedState)
    }
}
