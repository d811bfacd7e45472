import Testing

@testable import Provisioning

/// Turning machines off and on.
@Suite struct PowerStepTests {
    private static let instances = "lxc query '/1.0/instances?recursion=1&all-projects=true'"

    private func bench(_ state: Machine.State?, _ inside: ScriptedRunner = ScriptedRunner()) throws
        -> (Bench, StubProvider)
    {
        let name = try MemberName.dev(0)
        let provider = StubProvider(
            inside: ["DEV-00": inside], machines: state.map { [name: Machine(state: $0)] } ?? [:])
        return (try Bench(provider: provider), provider)
    }

    /// A `stop` that was cut off leaves daemons running, which start nothing.
    @Test func whatWasPausedIsStartedOnItsOwnMember() async throws {
        func list(_ state: String) -> ScriptedRunner.Answer {
            .prints(
                """
                [{"name":"a","location":"DEV-00","status":"Running","config":{"volatile.last_state.power":"RUNNING"}},
                 {"name":"b","location":"DEV-00","status":"Stopped","config":{"volatile.last_state.power":"STOPPED"}},
                 {"name":"c","location":"DEV-01","status":"\(state)","project":"p",
                  "config":{"volatile.last_state.power":"RUNNING"}}]
                """)
        }
        let first = ScriptedRunner([Self.instances: [list("Stopped")]])
        let other = ScriptedRunner(["lxc --project p start c": [.ends(1, "The instance is already running")]])
        let bench = try Bench(members: 2, provider: StubProvider(inside: ["DEV-00": first, "DEV-01": other]))
        let step = ResumeInstances(first: try .dev(0))
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(other.changes == ["lxc --project p start c"] && first.changes.isEmpty)
        first.on(Self.instances, list("Running"))
        #expect(try await step.isDone(bench.context))
    }

    @Test(
        "An instance gets its own shutdown timeout, within the limit of the run",
        arguments: [
            (nil, 30), ("120", 120), ("0", 1), ("-5", 1), ("86400", 890), ("99999999999999999999", 30), ("x", 30),
        ])
    func shutdownTimeout(_ text: String?, _ seconds: Int64) {
        var instance = ClusterInstance(name: "a", location: "DEV-00", status: "Running")
        instance.expandedConfig = text.map { ["boot.host_shutdown_timeout": $0] }
        #expect(instance.shutdownTimeout(atMost: .seconds(900)) == seconds)
        #expect(instance.shutdownTimeout(atMost: .seconds(5)) == 1)
    }

    @Test("Ephemeral instances are named, and nothing is stopped: LXD would delete them")
    func ephemeralInstancesAreNamed() async throws {
        let list = """
            [{"name":"a","location":"DEV-00","status":"Running","project":"default","ephemeral":false},
             {"name":"e1","location":"DEV-00","status":"Running","project":"p","ephemeral":true},
             {"name":"e0","location":"DEV-00","status":"Stopped","project":"default","ephemeral":true},
             {"name":"e2","location":"DEV-00","status":"Frozen","project":"default","ephemeral":true}]
            """
        let members = Server.members([("DEV-00", "Online")])
        let inside = ScriptedRunner([
            Self.instances: [.prints(list)], "lxc query '/1.0/cluster/members?recursion=1'": [members],
        ])
        let (bench, _) = try bench(.running, inside)
        let failure = await #expect(throws: Failure.self) { try await StopPlan.check(bench.context) }
        #expect(failure?.code == .conflict)
        #expect(failure?.message == "LXD deletes ephemeral instances when they stop: e1 of project p, e2")
        #expect(failure?.hint?.contains("lxc config edit e1 --project p") ?? false)
        await #expect(throws: Failure.self) { try await StopInstances(name: .dev(0)).run(bench.context) }
        #expect(inside.changes == [])

        inside.on(Self.instances, .ends(1, "no majority"))
        try await StopPlan.check(bench.context)
    }
}
