import Foundation
import Provisioning
import Testing

extension EndToEnd {
    /// Every call that `up` and `destroy` make goes wrong once, in every way.
    @Suite struct FaultSweep {
        @Test("After any one fault the same up ends with the whole cluster, and destroy with nothing left")
        func byNamespace() async throws {
            let sweep = Sweep(title: "by namespace", options: ["--provider", "namespace"]) {
                try await Sandbox.use("F", $0)
            }
            try await sweep.run()
        }

        @Test("The same by multipass")
        func byMultipass() async throws {
            let options = ["--provider", "multipass", "--storage", "dir"]
            let sweep = Sweep(title: "by multipass", options: options, isShorter: true) { body in
                try await Sandbox.useMultipass("F") { sandbox, _ in try await body(sandbox) }
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
    /// How often a soak goes round.
    static let rounds = environment["BCM_SOAK_ROUNDS"].flatMap { Int($0) } ?? 100
}

/// The faults of one provider, one after the other, each in surroundings of its own.
private struct Sweep {
    let title: String
    let options: [String]
    var isShorter = false
    let inSandbox: ((Sandbox) async throws -> Void) async throws -> Void

    func run() async throws {
        let further = Scale.isLong ? 2 : 1
        var calls = (up: 0, destroy: 0)
        try await inSandbox { calls = try await FaultTrial($0, further: further, options: options).calls() }
        let faults = chosen(calls)
        var broken = 0
        var missed = 0
        for (number, fault) in faults.enumerated() {
            let start = ContinuousClock.now
            do {
                var wasMet = false
                try await inSandbox { sandbox in
                    wasMet = try await FaultTrial(sandbox, further: further, options: options)
                        .run(fault, withContainer: number % 10 == 0)
                }
                if !wasMet { missed += 1 }
            } catch {
                broken += 1
                Issue.record("\(title), \(fault): \(error)")
            }
            if Scale.isLong {
                print("\(title), \(fault): \((ContinuousClock.now - start).brief), \(broken) broken so far")
            }
        }
        print(
            "fault sweep \(title), up -m \(further) of \(calls.up) calls and destroy of \(calls.destroy): "
                + "\(faults.count - missed) faults tried, the promise held in \(faults.count - missed - broken)")
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
