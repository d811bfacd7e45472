import Testing

@testable import Provisioning

@Suite struct AwaitInstanceTests {
    private let inside = ScriptedRunner()
    private let status = "lxc exec web-1 -T -- cloud-init status --long"
    private func bench() throws -> Bench {
        try Bench(provider: StubProvider(inside: ["DEV-00": inside]), limits: Limits(timeout: .seconds(3)))
    }

    private func wait(_ goal: WaitGoal) async throws -> Failure? {
        let bench = try bench()
        do {
            try await AwaitInstance("web-1", on: try .dev(0), goal).run(bench.context)
            return nil
        } catch let failure as Failure { return failure }
    }

    @Test(arguments: [
        ("running", WaitGoal.running), ("cloud-init", .cloudInit), ("tcp:1", .port(1)), ("tcp:65535", .port(65_535)),
    ])
    func goals(_ text: String, _ goal: WaitGoal) { #expect(WaitGoal(text) == goal) }

    @Test(arguments: [
        "", "tcp", "tcp:", "tcp:0", "tcp:65536", "tcp:-1", "tcp:+80", "tcp:80 ", "tcp: 80", "tcp:8o", "udp:80",
        "Running",
        "tcp:99999999999999999999", "cloudinit", "tcp:\u{663}",
    ])
    func noGoals(_ text: String) { #expect(WaitGoal(text) == nil) }

    @Test func untilItRuns() async throws {
        inside.on(Instance.look, Instance.missing, Instance.shown("Stopped"), Instance.shown())
        #expect(try await wait(.running) == nil && inside.lines.count == 3)
        inside.on(Instance.look, Instance.shown("Stopped"))
        let failure = try #require(try await wait(.running))
        #expect(failure.code == .timedOut && failure.message.contains("web-1 to run"))
        #expect(failure.hint?.contains("bcmcluster unit logs") ?? false)
    }

    @Test func untilCloudInitHasEnded() async throws {
        inside.on(
            status, .ends(1, "Error: VM agent isn't currently running"), .prints("status: running\n"),
            .prints("status: done\nextended_status: done\n"))
        #expect(try await wait(.cloudInit) == nil && inside.lines.count == 3)
        inside.on(status, .prints("status: disabled\n"))
        #expect(try await wait(.cloudInit) == nil)
        // From 23.4 on it ends with status 2 where it had warnings, and is done all the same.
        inside.on(status, .result(CommandResult(.exited(2), output: "status: done\nextended_status: degraded done\n")))
        #expect(try await wait(.cloudInit) == nil)
    }

    @Test func whatCloudInitSaysWentWrongEndsTheWait() async throws {
        inside.on(
            status, .result(CommandResult(.exited(1), output: "status: error\nextended_status: error - done\n")))
        #expect(try await wait(.cloudInit)?.code == .commandFailed)
        inside.on(status, .ends(127, "Error: Command not found"))
        #expect(try await wait(.cloudInit)?.message == "cloud-init not found in web-1")
    }

    @Test func untilAnyOfItsAddressesAnswersAtThePort() async throws {
        func address(_ text: String, _ family: String = "inet", _ scope: String = "global") -> String {
            #"{"address":"\#(text)","family":"\#(family)","scope":"\#(scope)"}"#
        }
        let state = "lxc query /1.0/instances/web-1/state"
        let network =
            #"{"network":{"lo":{"addresses":[\#(address("127.0.0.1", "inet", "local"))]},"#
            + #""eth1":{"addresses":[\#(address("10.2.0.2"))]},"#
            + #""eth0":{"addresses":[\#(address("fd00::2", "inet6")),\#(address("10.1.0.2"))]}}}"#
        inside.on(state, .prints(#"{"network":null}"#), .prints(network))
        func knock(_ address: String) -> String {
            ["bash", "-c", "exec 3<>\"/dev/tcp/$0/$1\"", address, "80"].map(Shell.quoted).joined(separator: " ")
        }
        inside.on(knock("10.1.0.2"), .ends(1, "bash: connect: Connection refused"))
        inside.on(knock("10.2.0.2"), .ends(1, "bash: connect: No route to host"), .works)
        #expect(try await wait(.port(80)) == nil)
        #expect(
            inside.lines.filter { $0.hasPrefix("bash") } == ["10.1.0.2", "10.2.0.2", "10.1.0.2", "10.2.0.2"].map(knock))
        inside.on(knock("10.2.0.2"), .ends(1, "bash: connect: No route to host"))
        #expect(try await wait(.port(80))?.message.contains("port 80 of web-1") ?? false)
    }
}
