import Dispatch
import Provisioning
import Schemas
import Synchronization
import Testing

/// Thousands of stories of faults, kills and restarts, each from a seed, each held to the promises.
///
/// `BCM_SIMULATION_SEEDS` says how many; `BCM_SIMULATION_SEED` plays one of them again.
@Suite struct SimulationTests {
    @Test func everyStoryEndsWell() throws {
        if let text = Person.variable("BCM_SIMULATION_SEED"), let seed = UInt64(text) { return try replay(seed) }
        let count = Person.variable("BCM_SIMULATION_SEEDS").flatMap { Int($0) } ?? 400
        let tally = Tally()
        let start = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: (count + 99) / 100) { block in
            for seed in block * 100..<min(count, block * 100 + 100) { tally.add(UInt64(seed)) }
        }
        for (excuse, times) in tally.excuses { print("  \(times) times a person had to help: \(excuse)") }
        for release in SimulatedRelease.all {
            try Evidence(
                "simulated", provider: ProviderName.multipass.rawValue, engine: release.engine.title,
                version: release.version, system: "any", suite: "SimulationTests"
            ).append()
        }
        print("simulation: \(tally.figure), in \((ContinuousClock.now - start).brief)")
        for seed in tally.broken.sorted().prefix(50) {
            print("  broken: \(seed)  \(try Shrinker.broken(Scenario(seed: seed))?.violations.first ?? "")")
        }
        for seed in tally.broken.sorted().prefix(3) { try tell(seed) }
        #expect(tally.broken.isEmpty)
    }

    @Test func aSeedReplaysTheSame() throws {
        for seed in UInt64(1)...20 {
            let traces = try (0..<2).map { _ in
                let story = try Story(Scenario(seed: seed), isTraced: true)
                story.play()
                return story.world.trace
            }
            #expect(traces[0] == traces[1])
        }
    }

    private func replay(_ seed: UInt64) throws {
        if try Shrinker.broken(Scenario(seed: seed)) != nil { return try tell(seed) }
        let story = try Story(Scenario(seed: seed), isTraced: true)
        story.play()
        print("---- \(story.scenario)\n\(story.world.trace.joined(separator: "\n"))")
        print("simulation: seed \(seed) keeps all promises; \(story.hindrance ?? "nothing was in the way")")
    }

    /// The shortest trace that still breaks a promise.
    private func tell(_ seed: UInt64) throws {
        guard try Shrinker.broken(Scenario(seed: seed)) != nil else { return }
        let shortest = try Shrinker.shortest(Scenario(seed: seed))
        guard let (violations, trace) = try Shrinker.broken(shortest) else { return }
        print("---- \(shortest)\n\(trace.joined(separator: "\n"))")
        Issue.record("seed \(seed): \(violations.joined(separator: "; ")); again with BCM_SIMULATION_SEED=\(seed)")
    }
}

extension Person {
    /// A variable of the process that runs the tests.
    static func variable(_ name: String) -> String? { SystemCalls.environment(name) }
}

/// Counts what was tried, and in how much of it the promises held.
private final class Tally: Sendable {
    private struct State {
        var stories = 0
        var runs = 0
        var faults = 0
        var whole = 0
        var finished = 0
        /// What persons were told that only they can repair, and how often.
        var excuses: [String: Int] = [:]
        var broken: [UInt64] = []
    }

    private let state = Mutex(State())

    var broken: [UInt64] { state.withLock { $0.broken } }

    var excuses: [(String, Int)] { state.withLock { $0.excuses.sorted { $0.value > $1.value }.map { ($0, $1) } } }

    var figure: String {
        state.withLock {
            "\($0.stories) stories with \($0.runs) runs and \($0.faults) faults; "
                + "\($0.whole) of \($0.finished) clusters to be finished were; the promises held in "
                + "\($0.stories - $0.broken.count) of \($0.stories)"
        }
    }

    func add(_ seed: UInt64) {
        guard let story = try? Story(Scenario(seed: seed)) else { return }
        story.play()
        state.withLock {
            $0.stories += 1
            $0.runs += story.runs
            $0.faults += story.removed
            $0.whole += story.isComplete ? 1 : 0
            if let excuse = story.hindrance { $0.excuses[excuse, default: 0] += 1 }
            $0.finished += story.scenario.isFinished ? 1 : 0
            if !story.world.violations.isEmpty { $0.broken.append(seed) }
        }
    }
}
