import Provisioning
import Testing

@Suite struct StateStoreTests {
    private func full() throws -> ClusterState {
        var state = try Bench.state(
            2, ClusterSettings(provider: .multipass, storage: .zfs, image: "24.04", channel: "5.21/stable"))
        state.subnet = Subnet("10.64.0.0/22")
        state.members[1].address = IPv4("10.64.0.11")
        state.remote = ClusterState.Remote(name: "DEV-00", formerDefaults: ["mine"])
        return state
    }

    private func folder(_ runtime: String = Bench.runtime) throws -> ClusterFolder {
        ClusterFolder(runtime: runtime, cluster: try ClusterName("DEV"))
    }

    @Test func comesBackAsItWas() async throws {
        let files = InMemoryFiles()
        let state = try full()
        #expect(try StateStore.read(folder(), files) == nil)
        try await StateStore(state, folder: folder(), files: files).write()
        #expect(try StateStore.read(folder(), files) == state)
        #expect(files.files["/r/clusters/DEV/cluster.json"]?.mode == 0o600)
        #expect(files.folders["/r/clusters/DEV"] == 0o700)
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"version":1}"#, #"{"version":"1"}"#,
        #"{"version":1,"name":"../x","identifier":"0123abcd","created":1,"settings":{"provider":"namespace","storage":"dir"},"members":[]}"#,
        #"{"version":1,"name":"DEV","identifier":"0123abcd","created":1,"settings":{"provider":"docker","storage":"dir"},"members":[]}"#,
        #"{"version":1,"name":"DEV","identifier":"0123abcd","created":1,"settings":{"provider":"namespace","storage":"dir"},"members":[{"name":"DEV-00","address":"300.1.1.1"}]}"#,
    ])
    func aDamagedOneIsNamedAndLeftAlone(_ text: String) throws {
        let files = InMemoryFiles(["/r/clusters/DEV/cluster.json": text])
        let failure = try #require(throws: Failure.self) { try StateStore.read(folder(), files) }
        #expect(failure.code == .damagedState)
        #expect(failure.message.contains("/r/clusters/DEV/cluster.json"))
        #expect(files["/r/clusters/DEV/cluster.json"] == text)
    }

    @Test(arguments: ["OTHER-00", "DEV2-00", "DEV-0000"])
    func whatNamesAnothersIsNotTrusted(_ stranger: String) throws {
        let text = try StateStore.encode(try full()).replacing(
            #""name" : "DEV-01""#, with: #""name" : "\#(stranger)""#)
        let files = InMemoryFiles(["/r/clusters/DEV/cluster.json": text])
        let failure = try #require(throws: Failure.self) { try StateStore.read(folder(), files) }
        #expect(failure.code == .damagedState)
    }

    @Test(arguments: [
        ("0123abcd", "../../../x"), ("0123abcd", "0123ABCD"), (#""DEV-01""#, #""DEV-00""#),
        (#""name" : "DEV","#, #""name" : "OTHER","#), ("10.64.0.0/22", "0.0.0.0/0"), ("10.64.0.0/22", "127.0.0.0/16"),
        ("10.64.0.11", "10.65.0.11"), ("10.64.0.11", "10.64.0.0"), ("10.64.0.11", "10.64.3.255"),
        (#""settings""#, #""port":99999999,"settings""#), (#""settings""#, #""port":22,"settings""#),
        (#""settings""#, #""port":-5,"settings""#),
        (#""settings""#, #""spread":[{"host":"local","address":"0.0.0.0","number":0}],"settings""#),
        (#""settings""#, #""spread":[{"host":"local","address":"192.0.2.1","number":10}],"settings""#),
        (#""settings""#, #""spread":[{"host":"local","address":"192.0.2.1","number":-1}],"settings""#),
        (#""settings""#, #""spread":[{"host":"local","address":"192.0.2.1","number":9223372036854775807}],"settings""#),
    ])
    func whatContradictsItselfIsNotTrusted(_ good: String, _ bad: String) throws {
        let text = try StateStore.encode(try full())
        #expect(text.contains(good))
        let files = InMemoryFiles(["/r/clusters/DEV/cluster.json": text.replacing(good, with: bad)])
        let failure = try #require(throws: Failure.self) { try StateStore.read(folder(), files) }
        #expect(failure.code == .damagedState)
    }

    @Test func anUnknownVersionIsNotRead() throws {
        let text = try StateStore.encode(try full()).replacing(#""version" : 2"#, with: #""version" : 3"#)
        let failure = try #require(throws: Failure.self) {
            try StateStore.read(folder(), InMemoryFiles(["/r/clusters/DEV/cluster.json": text]))
        }
        #expect(
            failure.code == .damaged && failure.message.contains("version 3")
                && failure.message.contains("versions up to 2"))
    }

    @Test func aFullDiskLeavesTheStoreAsItWas() async throws {
        let files = InMemoryFiles()
        let store = StateStore(try full(), folder: try folder(), files: files)
        files.fail("/r/clusters/DEV/cluster.json", Failure(.missing, "no space"))
        await #expect(throws: Failure(.missing, "no space")) { try await store.update { $0.remote = nil } }
        #expect(await store.state == (try full()))
    }

    @Test func anUpdateThatChangesNothingWritesNothing() async throws {
        let files = InMemoryFiles()
        let store = StateStore(try full(), folder: try folder(), files: files)
        try await store.update { $0.created += 0 }
        #expect(files.files.isEmpty)
        #expect(try await !store.isWritten())
        try await store.update { $0.remote?.wasMadeDefault = true }
        #expect(try await store.isWritten())
    }
}
