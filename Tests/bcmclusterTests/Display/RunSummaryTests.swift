import Schemas
import Testing

@testable import Provisioning
@testable import bcmcluster

@Suite struct RunSummaryTests {
    private func summary(_ failure: Failure?) throws -> RunSummary {
        var outcome = PlanOutcome()
        outcome.done = [0]
        if let failure { outcome.failures = [(1, failure)] }
        let run = ChangeReport.Run(
            outline: try .sample(1), outcome: outcome, took: .milliseconds(1234), members: [], remarks: [], summary: [],
            resume: "")
        let report = ChangeReport(
            command: "up", subject: "DEV", result: .ran(run), snapshot: try SnapshotName("before"))
        return RunSummary(report, run, exitStatus: failure?.exitStatus ?? 0, now: 1_790_000_000)
    }

    @Test func theDataKeepToTheirSchema() throws {
        var failure = Failure(.timedOut, "too slow", hint: "read it")
        let schema = try Schema("run")
        for log in [nil, LogEnd(member: "DEV-00", name: "lxd", path: "/l/lxd.log", lines: ["one", "two"])] {
            failure.log = log
            #expect(try schema.complaints(about: summary(failure)) == [])
            #expect(try JSONText.text(summary(failure)).contains("two") == (log != nil))
        }
        #expect(try schema.complaints(about: summary(nil)) == [])
        let unchanged = RunSummary(command: "destroy", unchanged: "DEV", exitStatus: 0, now: 1_790_000_000)
        #expect(try schema.complaints(about: unchanged) == [] && !unchanged.changed)
    }

    @Test func anErrorIsOneLineThatKeepsToItsSchema() throws {
        let schema = try Schema("error")
        for failure in [
            Failure(.badInput, "no"), Failure(.commandFailed, "no", command: "a b", output: "c\nd", hint: "e"),
        ] {
            let error = ErrorJSON(failure, exitStatus: failure.exitStatus, now: 1_790_000_000)
            #expect(try schema.complaints(about: error) == [])
            #expect(try JSONText.text(error, isCompact: true).split(separator: "\n").count == 1)
        }
    }
}
