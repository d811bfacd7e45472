import Testing

@testable import Provisioning

/// Tools that a cluster over hosts needs and others do not.
@Suite struct HostToolTests {
    private let runner = ScriptedRunner()

    @Test func aTunnelsPeers() async throws {
        let entries = """
            [{"mac":"00:00:00:00:00:00","dst":"192.0.2.2","flags":["self"],"state":"permanent"},
             {"mac":"0a:01:02:03:04:05","dst":"192.0.2.9","flags":["self"]},
             {"mac":"00:00:00:00:00:00","dst":"192.0.2.3","state":"permanent"}]
            """
        runner.on("bridge -json fdb show dev x1", .prints(entries))
        runner.on("bridge -json fdb show dev x2", .ends(255, "Cannot find device"))
        runner.on("bridge -batch -", .works)
        let bridge = Bridge(runner)
        let peers = ["192.0.2.2", "192.0.2.3"].compactMap(IPv4.init)
        #expect(try await bridge.peers(of: "x1") == Set(peers), "what was learned is no peer")
        #expect(try await bridge.peers(of: "x2") == [])
        try await bridge.change("x1", adding: [peers[0]], removing: [peers[1]])
        try await bridge.change("x1", adding: [], removing: [])
        let lines =
            "fdb append 00:00:00:00:00:00 dev x1 dst 192.0.2.2\nfdb delete 00:00:00:00:00:00 dev x1 dst 192.0.2.3\n"
        #expect(runner.commands.compactMap(\.input) == [lines])
    }

    @Test func aUserWhoCannotBecomeRootIsToldSo() async throws {
        runner.on("id -u", .prints("1000\n"))
        runner.on("sudo -n true", .ends(1, "sudo: a password is required"))
        let failure = try await #require(throws: Failure.self) {
            try await RootOnHost(runner).run(Command("ip", ["link"]))
        }
        #expect(failure.code == .missing && failure.exitStatus == 3)
    }
}
