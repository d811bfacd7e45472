import Foundation
import Provisioning
import Testing

/// The same over and over: what grows is a leak.
///
/// Alone on its host, for it counts what everything else makes too.
@Suite struct Soak {
    @Test("Two clusters come and go in turns: the machine is as before, and no run is slow without a reason")
    func inTurns() async throws {
        try await Sandbox.use("F") { sandbox in
            let clusters = [sandbox.cluster, "\(sandbox.cluster)2"]
            let further = Scale.isLong ? "2" : "0"
            let before = try await MachineState(sandbox)
            var runs: [Run] = []
            let rounds = Scale.isLong ? Scale.rounds : 3
            for round in 0..<rounds {
                // One cluster stands while the other goes: each comes up beside another, and alone never.
                let cluster = clusters[round % 2]
                runs.append(try await Run(sandbox, "up", cluster, "-m", further))
                if round > 0 { runs.append(try await Run(sandbox, "destroy", clusters[(round + 1) % 2], "--yes")) }
            }
            try await sandbox.mustRun("destroy", "-c", clusters[(rounds + 1) % 2], "--yes")
            var after = try await MachineState(sandbox)
            for _ in 0..<50 where after != before {
                try await Task.sleep(for: .milliseconds(100))
                after = try await MachineState(sandbox)
            }
            #expect(after == before, "\(after.difference(from: before))")
            let slow = Run.slow(runs)
            #expect(slow == [])
            print(
                "soak: \(rounds) rounds of up -m \(further) and destroy, \(slow.count) slow runs, \(Run.summary(runs))"
            )
        }
    }
}

/// One run, and how long it took.
private struct Run {
    let verb: String
    let seconds: Double
    /// The command that took longest, by the run's own log.
    let slowest: String

    init(_ sandbox: Sandbox, _ verb: String, _ cluster: String, _ options: String...) async throws {
        let start = ContinuousClock.now
        let result = try await sandbox.run(Product.bcmcluster, [verb, "-c", cluster] + options)
        try #require(result.succeeded, "\(verb): \(result.errors)")
        self.verb = verb
        seconds = (ContinuousClock.now - start).seconds
        slowest = verb == "up" ? try RunLogFile.newest(in: sandbox, command: "up", of: cluster).slowest : "not known"
    }

    /// Runs that took more than three times the median of their kind.
    static func slow(_ runs: [Run]) -> [String] {
        runs.filter { $0.seconds > 3 * median(runs, $0.verb) }
            .map { "\($0.verb) took \(Duration.seconds($0.seconds).brief), most of it: \($0.slowest)" }
    }

    static func summary(_ runs: [Run]) -> String {
        ["up", "destroy"].map { "\($0) \(Duration.seconds(median(runs, $0)).brief)" }.joined(separator: ", ")
            + " (median)"
    }

    private static func median(_ runs: [Run], _ verb: String) -> Double {
        let sorted = runs.filter { $0.verb == verb }.map(\.seconds).sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}
