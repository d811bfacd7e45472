import Testing

@testable import Provisioning

/// Tools that a cluster over hosts needs and others do not.
@Suite struct HostToolTests {
    private let runner = ScriptedRunner()

    @Test func portsOnWhichSomebodyListens() async throws {
        let text = """
            LISTEN 0      128          0.0.0.0:22        0.0.0.0:*
            LISTEN 0      4096   127.0.0.53%lo:53        0.0.0.0:*
            LISTEN 0      128             [::]:8443         [::]:*

            """
        runner.on("ss -Hltn", .prints(text))
        #expect(try await Sockets(runner).listening() == [22, 53, 8443])
    }

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

    @Test func rootIsAskedForOnce() async throws {
        runner.on("id -u", .prints("1000\n"))
        runner.on("sudo -n true", .works)
        runner.on("sudo -n -- ip link", .works)
        let root = RootOnHost(runner)
        for _ in 0..<2 { _ = try await root.run(Command("ip", ["link"])) }
        #expect(runner.lines == ["id -u", "sudo -n true", "sudo -n -- ip link", "sudo -n -- ip link"])
    }

    @Test func aUserWhoCannotBecomeRootIsToldSo() async throws {
        runner.on("id -u", .prints("1000\n"))
        runner.on("sudo -n true", .ends(1, "sudo: a password is required"))
        let failure = try await #require(throws: Failure.self) {
            try await RootOnHost(runner).run(Command("ip", ["link"]))
        }
        #expect(failure.code == .missing && failure.exitStatus == 3)
    }

    @Test func whatRunsOnAHostSaysSo() async throws {
        let host = try Host(name: HostName("rack"), destination: "me@192.0.2.7", port: 2222)
        runner.on("ssh -p 2222 me@192.0.2.7 \(Shell.quoted("echo 'a b'"))", .works)
        _ = try await RunnerOnHost(host, runner).run(Command("echo", ["a b"]))
        #expect(runner.lines.count == 1)
    }
}
