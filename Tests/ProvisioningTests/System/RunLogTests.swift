import Testing

@testable import Provisioning

@Suite struct RunLogTests {
    @Test func aLinePerCommandWithoutSecrets() async throws {
        let home = try TemporaryFolder()
        let path = "\(home.path)/run.log"
        let redactor = Redactor()
        redactor.conceal("HUNTER22", as: "<secret>")
        let time = VirtualTime()
        let log = try RunLog(path, mode: 0o600, redactor: redactor, time: time)
        let base = ScriptedRunner([
            "lxc list": [.works], "lxc x HUNTER22": [.ends(7, "no\tHUNTER22\nmore")],
            "nope": [.failure(Failure(.missing, "none"))],
        ])
        let runner = LoggingRunner(base, log, time)
        time.advance(.milliseconds(1005))
        _ = try await runner.run(Command("lxc", ["list"]))
        _ = try await StepScope.$current.withValue(StepScope(step: "DEV-01 join", phase: .running)) {
            try await runner.run(Command("lxc", ["x", "HUNTER22"], effect: .changes))
        }
        await #expect(throws: Failure.self) { try await runner.run(Command("nope", [])) }
        WriteQueue.flush()
        let lines = try #require(try LocalFiles().read(path)).split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "1.005\t-\t-\treads\t0\t0.000\tlxc list",
                "1.005\tDEV-01 join\trunning\tchanges\t7\t0.000\tlxc x <secret>\tno <secret>\\nmore",
                "1.005\t-\t-\treads\tmissing\t0.000\tnope",
            ])
    }

    /// Nothing is added to what somebody has put in its place.
    @Test func aLogIsANewFile() throws {
        let home = try TemporaryFolder()
        let path = "\(home.path)/run.log"
        try LocalFiles().write("theirs", to: path, mode: 0o600)
        #expect(throws: Failure.self) { try RunLog(path, mode: 0o600, redactor: Redactor(), time: VirtualTime()) }
        #expect(try LocalFiles().read(path) == "theirs")
    }
}
