import Foundation
import Provisioning
import Testing

/// The same over and over: what grows is a leak.
///
/// Only what can be these clusters' is looked at: others may come and go meanwhile.
@Suite struct Soak {
    @Test("Two clusters come and go in turns: each leaves nothing behind")
    func inTurns() async throws {
        try await Sandbox.use("F") { sandbox in
            let clusters = [sandbox.cluster, "\(sandbox.cluster)2"]
            let further = Scale.isLong ? "2" : "0"
            var runs: [Run] = []
            var standing: HostTraces?
            let rounds = Scale.isLong ? Scale.rounds : 3
            for round in 0..<rounds {
                // One cluster stands while the other goes: each comes up beside another, and alone never.
                runs.append(try await Run(sandbox, "up", clusters[round % 2], "-m", further))
                if let standing { try await runs.append(destroy(standing, in: sandbox)) }
                standing = try HostTraces(sandbox.state(of: clusters[round % 2]))
            }
            if let standing { try await runs.append(destroy(standing, in: sandbox)) }
            #expect(try sandbox.runtimeContents() == [])
            #expect(LeftProcesses.of(sandbox) == [] && Self.openFiles(of: sandbox) == [])
            let slow = Run.slow(runs)
            // How fast runs are says something on a machine that has nothing else to do.
            if Scale.isLong { #expect(slow == []) }
            print(
                "soak: \(rounds) rounds of up -m \(further) and destroy, \(slow.count) slow runs, \(Run.summary(runs))"
            )
        }
    }

    private func destroy(_ traces: HostTraces, in sandbox: Sandbox) async throws -> Run {
        #expect(try await !traces.left().isEmpty, "a cluster that is up leaves traces, else this test sees nothing")
        let run = try await Run(sandbox, "destroy", traces.cluster, "--yes")
        #expect(try await traces.leftInTheEnd() == [])
        return run
    }

    /// Files of the sandbox that this process, which runs commands in the same way as the tool, has left open.
    private static func openFiles(of sandbox: Sandbox) -> [String] {
        let folder = "/proc/self/fd"
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return numbers.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
            .filter { $0.contains(sandbox.folder) }
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
