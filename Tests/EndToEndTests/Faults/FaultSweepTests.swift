import Foundation
import Provisioning
import Synchronization
import Testing

extension Faults {
    /// Every call that `up` and `destroy` make goes wrong once, in every way.
    @Suite struct FaultSweep {
        @Test("After any one fault the same up ends with the whole cluster, and destroy with nothing left")
        func byNamespace() async throws {
            let sweep = Sweep(title: "with the namespace provider", options: ["--provider", "namespace"]) { body in
                try await Sandbox.use("F") { try await body($0, nil) }
            }
            try await sweep.run()
        }

        @Test("The same over two hosts, by SSH")
        func overHosts() async throws {
            let options = ["--provider", "namespace", "--hosts", "h0,h1"]
            let sweep = Sweep(title: "over hosts", options: options, isShorter: true) { body in
                try await Sandbox.useHosts("FH", 2) { sandbox, net, hosts in
                    let before = Set(try await net.traces(hosts))
                    try await body(sandbox) { try await net.traces(hosts).filter { !before.contains($0) } }
                }
            }
            try await sweep.run()
        }

        @Test("The same by multipass")
        func byMultipass() async throws {
            let options = ["--provider", "multipass", "--storage", "dir"]
            let sweep = Sweep(title: "with the multipass provider", options: options, isShorter: true) { body in
                try await Sandbox.useMultipass("F") { sandbox, _ in try await body(sandbox, nil) }
            }
            try await sweep.run()
        }
    }
}

/// How much a harness does: a sample in `swift test`, everything where `BCM_SOAK` is set.
enum Scale {
    private static let environment = ProcessInfo.processInfo.environment

    static let isLong = environment["BCM_SOAK"] == "1"
    /// Only every so-manieth fault, where a long run has little time; coprime to the number of kinds.
    static let stride = environment["BCM_SOAK_STRIDE"].flatMap { Int($0) } ?? 1
    /// The first of those faults, from 0.
    static let offset = environment["BCM_SOAK_OFFSET"].flatMap { Int($0) } ?? 0
    /// How many faults are tried at a time.
    static let faultsAtOnce = isLong ? environment["BCM_SOAK_AT_ONCE"].flatMap { Int($0) } ?? 2 : 1
    /// How many members come and go in a random order.
    static let memberChanges = isLong ? 20 : 3
    /// How often each command is killed.
    static let kills = environment["BCM_SOAK_KILLS"].flatMap { Int($0) } ?? (isLong ? 20 : 1)
    /// How often a soak goes round.
    static let rounds = environment["BCM_SOAK_ROUNDS"].flatMap { Int($0) } ?? 100
}

/// The faults of one provider, each in surroundings of its own, a few of them at a time in a long run.
private struct Sweep: Sendable {
    let title: String
    let options: [String]
    var isShorter = false
    let inSandbox: @Sendable (@Sendable (Sandbox, FaultTrial.Traces?) async throws -> Void) async throws -> Void

    /// What became of a fault.
    private enum Outcome {
        case held, broken
        /// The run made fewer calls this time.
        case missed
    }

    func run() async throws {
        let further = Scale.isLong ? 2 : 1
        let calls = try await counted(further)
        let faults = chosen(calls)
        var outcomes: [Outcome] = []
        await withTaskGroup(of: Outcome.self) { group in
            for (number, fault) in faults.enumerated() {
                if number >= Scale.faultsAtOnce { outcomes += [await group.next() ?? .broken] }
                group.addTask { await attempt(fault, further, withContainer: number % 10 == 0) }
            }
            for await outcome in group { outcomes.append(outcome) }
        }
        let held = outcomes.count { $0 == .held }
        let tried = outcomes.count { $0 != .missed }
        print(
            "fault sweep \(title), up -m \(further) of \(calls.up) calls and destroy of \(calls.destroy): "
                + "\(tried) faults tried, the promise held in \(held)")
    }

    private func counted(_ further: Int) async throws -> (up: Int, destroy: Int) {
        let calls = Mutex((up: 0, destroy: 0))
        try await inSandbox { sandbox, elsewhere in
            let trial = try await FaultTrial(sandbox, further: further, options: options, elsewhere: elsewhere)
            let found = try await trial.calls()
            calls.withLock { $0 = found }
        }
        return calls.withLock { $0 }
    }

    private func attempt(_ fault: Fault, _ further: Int, withContainer: Bool) async -> Outcome {
        let start = ContinuousClock.now
        let outcome = Mutex(Outcome.missed)
        do {
            try await inSandbox { sandbox, elsewhere in
                let trial = try await FaultTrial(sandbox, further: further, options: options, elsewhere: elsewhere)
                if try await trial.run(fault, withContainer: withContainer) { outcome.withLock { $0 = .held } }
            }
        } catch {
            outcome.withLock { $0 = .broken }
            Issue.record("\(title), \(fault): \(error)")
        }
        let found = outcome.withLock { $0 }
        if Scale.isLong { print("\(title), \(fault): \(found), \((ContinuousClock.now - start).brief)") }
        return found
    }

    private func chosen(_ calls: (up: Int, destroy: Int)) -> [Fault] {
        if Scale.isLong {
            let all = Fault.all(.up, calls: calls.up) + Fault.all(.destroy, calls: calls.destroy)
            return stride(from: Scale.offset, to: all.count, by: Scale.stride).map { all[$0] }
        }
        return Fault.sample(.up, calls: calls.up, count: isShorter ? 1 : 2, firstKind: isShorter ? 1 : 0)
            + Fault.sample(.destroy, calls: calls.destroy, count: 1, firstKind: isShorter ? 8 : 6)
    }
}
