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

    /// An instance as the API tells of it, started at noon.
    private static func shown(_ name: String, _ status: String, power: String, paused: String? = nil) -> String {
        let mark = paused.map { #","user.bcm.paused":"\#($0)""# } ?? ""
        return
            #"{"name":"\#(name)","location":"DEV-01","status":"\#(status)","project":"default","last_used_at":"noon","#
            + #""config":{"volatile.last_state.power":"\#(power)"\#(mark)}}"#
    }

    /// A `stop` that was cut off leaves daemons running, which start nothing: its note says what ran, unless somebody has
    /// started the instance since.
    @Test(arguments: [
        ("Running", "RUNNING", nil, false, false), ("Stopped", "STOPPED", nil, false, false),
        ("Stopped", "RUNNING", nil, true, false), ("Stopped", "STOPPED", "noon", true, true),
        ("Stopped", "STOPPED", "morning", false, true), ("Running", "RUNNING", "noon", false, true),
    ])
    func whatWasPausedIsStartedOnItsOwnMember(
        _ status: String, _ power: String, _ paused: String?, _ starts: Bool, _ unmarks: Bool
    ) async throws {
        let instance = Self.shown("a", status, power: power, paused: paused)
        let start = "lxc start a"
        let unmark =
            #"lxc query --request PATCH --data '{"config":{"user.bcm.paused":""}}' '/1.0/instances/a?project=default'"#
        let other = ScriptedRunner([
            start: [.ends(1, "Error: Instance is busy running a stop operation"), .works], unmark: [.works],
            "lxc query '/1.0/operations?recursion=1'": [
                .prints(#"{"running":[{"resources":{"instances":["/1.0/instances/a"]}}]}"#), .works,
            ],
            "lxc query '/1.0/instances/a?project=default'": [.prints(instance)],
        ])
        let first = ScriptedRunner([Self.instances: [.prints("[\(instance)]")]])
        let machines = [try MemberName.dev(0): Machine(state: .running)]
        let bench = try Bench(
            members: 2, provider: StubProvider(inside: ["DEV-00": first, "DEV-01": other], machines: machines))
        let step = ResumeInstances(first: try .dev(0))
        let isDone = try await step.isDone(bench.context)
        #expect(isDone == !(starts || unmarks))
        if !isDone { try await step.run(bench.context) }
        #expect(other.changes == (starts ? [start, start] : []) + (unmarks ? [unmark] : []))
    }

    @Test("What is to run again is written on an instance before it is stopped, and for its daemon afterwards")
    func pause() async throws {
        let running = Self.shown("a", "Running", power: "RUNNING")
        let mark =
            #"lxc query --request PATCH --data '{"config":{"user.bcm.paused":"noon"}}' '/1.0/instances/a?project=default'"#
        let words = [
            "lxc stop a --timeout 30", "lxc stop a --force", "lxc config set a volatile.last_state.power=RUNNING",
        ]
        let inside = ScriptedRunner([
            Self.instances: [.prints("[\(running)]")], mark: [.works], words[1]: [.works], words[2]: [.works],
            words[0]: [.ends(1, "Error: Instance is busy running a stop operation")],
            "lxc query '/1.0/operations?recursion=1'": [.works],
        ])
        let machines = [try MemberName.dev(1): Machine(state: .running)]
        let bench = try Bench(members: 2, provider: StubProvider(inside: ["DEV-01": inside], machines: machines))
        try await StopInstances(name: try .dev(1)).run(bench.context)
        #expect(inside.changes == [mark] + words)
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
