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
        ("running", WaitGoal.running), ("healthy", .healthy), ("cloud-init", .cloudInit), ("tcp:1", .port(1)),
        ("tcp:65535", .port(65_535)),
    ])
    func goals(_ text: String, _ goal: WaitGoal) { #expect(WaitGoal(text) == goal) }

    @Test(arguments: [
        "", "tcp", "tcp:", "tcp:0", "tcp:65536", "tcp:-1", "tcp:+80", "tcp:80 ", "tcp: 80", "tcp:8o", "udp:80",
        "Running",
        "tcp:99999999999999999999", "cloudinit", "tcp:\u{663}",
    ])
    func noGoals(_ text: String) { #expect(WaitGoal(text) == nil) }

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
}
