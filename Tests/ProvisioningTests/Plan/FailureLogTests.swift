import Provisioning
import Testing

/// A failure shows the end of the log that says why.
@Suite(.endsHangs) struct FailureLogTests {
    private static let daemon = "tail -n 5 /m/DEV-00/lxd.log"
    private static let console = "tail -n 5 /m/DEV-00/console.log"
    private static let none = ScriptedRunner.Answer.ends(1, "tail: cannot open: No such file or directory")

    private let logs = ScriptedRunner([daemon: [.prints("one\ntwo\n")], console: [.prints("printed\n")]])
    private let bench: Bench

    init() throws { bench = try Bench(provider: StubProvider(inside: ["logs": logs])) }

    private func end(
        _ topic: MachineLog.Topic?, _ failure: Failure = Failure(.commandFailed, "lxd exited with status 1")
    ) async throws -> LogEnd? {
        var plan = ClusterPlan()
        plan.add(TestStep(title: "a", member: try .dev(0), log: topic) { _ in throw failure })
        let outcome = await PlanRunner(plan, bench.context, observer: EventLog(), machinesAtOnce: 1).run()
        #expect(outcome.failures.first?.failure.message == failure.message)
        return outcome.failures.first?.failure.log
    }

    @Test func theLogIsTheOneThatTellsOfTheStep() async throws {
        #expect(
            try await end(.daemon)
                == LogEnd(member: "DEV-00", name: "lxd", path: "/m/DEV-00/lxd.log", lines: ["one", "two"]))
        #expect(try await end(.machine, Failure(.timedOut, "gave up"))?.lines == ["printed"])
        let printed = Failure(.conflict, "cloud-init failed", output: "status: error")
        #expect(try await end(.machine, printed)?.lines == ["printed"])
        #expect(logs.commands.allSatisfy { $0.limit == .seconds(2) && $0.effect == .reads })
    }

    @Test func whereThatOneIsMissingOrEmptyItIsTheNext() async throws {
        for answer in [Self.none, .prints("\n \n")] {
            logs.on(Self.daemon, answer)
            #expect(try await end(.daemon)?.name == "console")
        }
    }

    @Test func aFailureThatNoLogExplainsHasNone() async throws {
        #expect(try await end(nil) == nil)
        for code in [Failure.Code.badInput, .conflict, .locked, .missing, .damaged, .interrupted] {
            #expect(try await end(.daemon, Failure(code, "no")) == nil)
        }
        #expect(logs.lines.isEmpty)
    }

    @Test func aLogThatCannotBeReadMakesNothingWorse() async throws {
        for answer in [
            ScriptedRunner.Answer.ends(1, "Permission denied"), .failure(Failure(.timedOut, "too slow")), .cancelled,
        ] {
            logs.on(Self.daemon, answer)
            #expect(try await end(.daemon) == nil)
        }
        #expect(!logs.lines.contains(Self.console), "it does not wait a second time")
    }

    @Test func noSecretIsInItAndNothingThatMovesTheCursor() async throws {
        bench.files.put("BCM_LXD_SECRET=HUNTER22\n", at: "\(Bench.folder)/endpoints/DEV-00/.env")
        let token = "eyJ" + String(repeating: "a", count: 50)
        let long = String(repeating: "x", count: 5000)
        logs.on(Self.daemon, .prints("a\tHUNTER22 \u{1b}[2Jb\n\(token)\n\(long)\n"))
        let lines = try #require(try await end(.daemon)).lines
        #expect(lines.prefix(2) == ["a <secret> [2Jb", "<token>"])
        #expect(lines.count == 3 && lines[2].count == 401 && lines[2].hasSuffix("…"))
    }

    @Test func whatItMayTellIsNotShownWhereNobodyKnowsTheSecrets() async throws {
        let path = "\(Bench.folder)/endpoints/DEV-00/.env"
        bench.files.put("", at: path)
        bench.files.fail(path, Failure(.files, "cannot be read"))
        #expect(try await end(.daemon) == nil && logs.lines.isEmpty)
    }
}
