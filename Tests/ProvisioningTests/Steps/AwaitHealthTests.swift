import Testing

@testable import Provisioning

/// A run that waits for health, and a round of questions for who looks on.
@Suite struct AwaitHealthTests {
    private let inside = ScriptedRunner()
    private let question = "lxc exec web-1 -T -- ready"

    private func step(retries: Int = 3) throws -> AwaitHealth {
        var check = HealthCheck(.exec(["ready"]))
        check.retries = retries
        return AwaitHealth("web-1", of: try UnitName("web"), number: 1, on: try .dev(0), check)
    }

    private func bench() throws -> Bench { try Bench(provider: StubProvider(inside: ["DEV-00": inside])) }

    @Test func whatIsHealthyIsNotAwaited() async throws {
        inside.on(question, .works)
        #expect(try await step().isDone(bench().context))
        inside.on(question, .failure(Failure(.timedOut, "late")))
        #expect(try await step().isDone(bench().context) == false)
        inside.on(question, .failure(Failure(.unreachable, "gone")))
        #expect(try await step().isDone(bench().context) == false)
    }

    @Test func untilItAnswers() async throws {
        inside.on(question, .ends(1), .ends(1), .works)
        let bench = try bench()
        try await step().run(bench.context)
        #expect(inside.lines.count == 3 && bench.time.elapsed == .seconds(4), "one try each two seconds")
    }

    @Test func soManyTriesAndItsLastAnswer() async throws {
        inside.on(question, .ends(1, "no\n"), .ends(2, "not yet\n"))
        let bench = try bench()
        let failure = try await #require(throws: Failure.self) { try await step(retries: 2).run(bench.context) }
        #expect(
            failure.message == "web-1 is unhealthy after 2 tries (exec ready: exit status 2, not yet)"
                && failure.code == .timedOut && failure.exitStatus == 1)
        #expect(failure.hint == "bcmcluster unit logs -c DEV web/1 shows what it wrote on its console")
        #expect(inside.lines.count == 2)
    }

    @Test func theLimitOfTheRunHolds() async throws {
        inside.on(question, .ends(1, "no\n"))
        let bench = try Bench(
            provider: StubProvider(inside: ["DEV-00": inside]), limits: Limits(timeout: .seconds(5)))
        let failure = try await #require(throws: Failure.self) { try await step(retries: 1000).run(bench.context) }
        #expect(
            failure.message
                == "timed out waiting for web-1 to be healthy (exec ready: exit status 1, no) after 5s")
    }

    // MARK: One round

    private func instance(_ name: String, _ question: HealthCheck.Question, timeout: Int = 5_000) -> ClusterInstance {
        var check = HealthCheck(question)
        check.timeout = timeout
        return .running(
            name, on: "DEV-00",
            config: [UnitMark.unit: "web", UnitMark.name: name, UnitMark.health: check.mark ?? ""])
    }

    private func answers(
        _ instances: [ClusterInstance], limit: Duration = .seconds(5), silent: Set<String> = []
    ) async throws -> [String: HealthAnswer] {
        let bench = try bench()
        return await HealthRound(bench.context, of: try ClusterName("DEV"), limit: limit).answers(of: instances) {
            !silent.contains($0.name)
        }
    }

    @Test func eachThatHasACheckIsAsked() async throws {
        inside.on("lxc exec web-1 -T -- ready", .works)
        inside.on("lxc exec web-2 -T -- ready", .ends(1))
        inside.on("lxc exec web-3 -T -- ready", .failure(Failure(.unreachable, "gone")))
        var off = instance("web-4", .exec(["ready"]))
        off.status = "Stopped"
        let found = try await answers(
            (1...3).map { instance("web-\($0)", .exec(["ready"])) } + [
                off, instance("web-5", .tcp(80)), .running("web-6", on: "DEV-00", config: [UnitMark.unit: "web"]),
            ], silent: ["web-5"])
        #expect(
            found == [
                "web-1": .healthy, "web-2": .unhealthy("exec ready: exit status 1"), "web-3": .unknown,
                "web-4": .unhealthy("is stopped"), "web-5": .unknown,
            ])
    }

    @Test func anAddressThatIsKnownIsNotAskedFor() async throws {
        let knock = "bash -c 'exec 3<>\"/dev/tcp/$0/$1\"' 10.1.0.9 80"
        inside.on(knock, .works)
        var fixed = instance("web-1", .tcp(80))
        fixed.devices = ["eth0": ["type": "nic", "ipv4.address": "10.1.0.9"]]
        #expect(try await answers([fixed]) == ["web-1": .healthy] && inside.lines == [knock])
        var shown = instance("web-2", .tcp(80))
        shown.state = ClusterInstance.State(network: [:])
        #expect(try await answers([shown]) == ["web-2": .unhealthy("tcp 80: no address yet")])
    }
}
