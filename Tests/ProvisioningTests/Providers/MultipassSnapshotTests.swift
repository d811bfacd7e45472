import Testing

@testable import Provisioning

/// Multipass's own snapshots.
@Suite struct MultipassSnapshotTests {
    private static let list = "multipass list --snapshots --format json"
    private static let probe = "multipass snapshot no-such-machine-asked-by-bcmcluster"
    private static let limit = Duration.seconds(60)

    private let runner = ScriptedRunner()
    private let provider: MultipassProvider
    private let state: ClusterState
    private let name: SnapshotName

    init() throws {
        provider = MultipassProvider(
            base: runner, engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: InMemoryFiles()),
            time: VirtualTime())
        state = try Bench.state(2, ClusterSettings(provider: .multipass, storage: .zfs))
        name = try SnapshotName("before")
        runner.on(Self.probe, .ends(2, "snapshot failed: instance \"no-such-machine\" does not exist"))
        runner.on(
            Self.list,
            .prints(
                """
                {"errors":[],"info":{
                    "DEV-00":{"before":{"comment":"bcmcluster","parent":""},"mine":{"comment":"","parent":"before"}},
                    "DEV-01":{"before":{"comment":"bcmcluster","parent":""}},
                    "DEV-07":{"left":{"comment":"bcmcluster","parent":""}},
                    "OTHER-00":{"before":{"comment":"bcmcluster","parent":""}}}}
                """))
    }

    @Test func oursAreThoseThatSaySo() async throws {
        let found = try await provider.snapshots(of: state)
        #expect(found == [name: [try .dev(0), try .dev(1)], try SnapshotName("left"): [try .dev(7)]])
        #expect(!provider.traits.snapshotsOutliveMachines)
    }

    @Test func aNameThatAPersonTookIsTheirs() async throws {
        let room = try await provider.room(for: name, of: state, limit: Self.limit)
        #expect(room.isShared && room.needed == 0)
        let failure = try await #require(throws: Failure.self) {
            try await provider.room(for: SnapshotName("mine"), of: state, limit: Self.limit)
        }
        #expect(failure.code == .conflict && failure.message.contains("DEV-00 has a snapshot mine already"))
    }

    @Test(arguments: [
        ("Error: Unknown command or alias 'snapshot'", Int32(1), "this multipass does not support snapshots"),
        (
            "snapshot failed: The snapshots feature is not implemented on this backend.", 2,
            "multipass does not support snapshots with the driver"
        ),
        ("snapshot failed: cannot connect to the multipass socket", 2, "the multipass daemon does not answer"),
    ])
    func whoTakesNoneSaysSo(_ errors: String, _ status: Int32, _ message: String) async throws {
        runner.on(Self.probe, .ends(status, errors))
        let failure = try await #require(throws: Failure.self) {
            try await provider.room(for: name, of: state, limit: Self.limit)
        }
        #expect(failure.exitStatus == 3 && failure.message.hasPrefix(message) && failure.hint != nil)
    }

    @Test func aNewerOneHasACommandForTheList() async throws {
        runner.on(Self.list, .ends(1, "Unknown option 'snapshots'."))
        runner.on("multipass snapshots --format json", .prints(#"{"errors":[],"info":{}}"#))
        #expect(try await provider.snapshots(of: state) == [:])
        runner.on("multipass snapshots --format json", .ends(1, "Error: Unknown command or alias 'snapshots'"))
        let failure = try await #require(throws: Failure.self) { try await provider.snapshots(of: state) }
        #expect(failure.message == "this multipass does not support snapshots: 1.13 or later is required")
    }

    @Test func aMachineThatIsOnHoldsItsSnapshotsFast() async throws {
        for errors in [
            "delete failed: Cannot list snapshots from the image: Failed to get shared \"write\" lock",
            "delete failed: Instance 'DEV-00' must be stopped before deleting a snapshot.",
        ] {
            runner.on("multipass delete --purge DEV-00.before", .ends(2, errors))
            let failure = try await #require(throws: Failure.self) {
                try await provider.delete(name, of: state, limit: Self.limit)
            }
            #expect(failure.message == "multipass deletes snapshots only of machines that are stopped")
            #expect(failure.code == .conflict && failure.hint?.contains("bcmcluster stop") == true)
        }
    }
}
