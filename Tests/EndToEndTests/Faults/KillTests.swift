import Foundation
import Provisioning
import Synchronization
import Testing

extension Faults {
    /// Commands that are killed at moments that a seed picks.
    @Suite struct Kills {
        @Test("After a kill -9 of any command the hints of status lead to a healthy cluster on which all runs that ran")
        func byNamespace() async throws {
            let harness = KillHarness(
                title: "with the namespace provider", up: ["--provider", "namespace"],
                sample: [.stop, .createSnapshot, .rm, .removeMember]
            ) { body in
                try await Sandbox.use("KI") { try await body($0) }
            }
            try await harness.run()
        }

        @Test("The same by multipass")
        func byMultipass() async throws {
            let harness = KillHarness(
                title: "with the multipass provider", up: ["--provider", "multipass", "--storage", "dir"],
                sample: [.stop, .rm]
            ) { body in
                try await Sandbox.useMultipass("KI") { sandbox, _ in try await body(sandbox) }
            }
            try await harness.run()
        }

        @Test("The same on hosts that exist")
        func byBaremetal() async throws {
            let harness = KillHarness(
                title: "with the baremetal provider", up: ["--provider", "baremetal", "--hosts", "h0,h1"],
                add: ["--hosts", "h2"],
                commands: KillTrial.Killed.allCases.filter { ![.createSnapshot, .restoreSnapshot].contains($0) },
                sample: [.addMember]
            ) { body in
                try await Sandbox.useHosts("KI", 3, programs: ["systemctl": HostPrograms.systemctl]) { sandbox, _, _ in
                    try await body(sandbox)
                }
            }
            try await harness.run()
        }
    }
}

/// The kills of one provider.
private struct KillHarness: Sendable {
    let title: String
    let up: [String]
    var add: [String] = []
    /// The commands that the provider has.
    var commands = KillTrial.Killed.allCases
    /// Those that are killed where it is no soak; `nil` is all.
    var sample: [KillTrial.Killed]?
    let inSandbox: @Sendable (@Sendable (Sandbox) async throws -> Void) async throws -> Void

    func run() async throws {
        var counts: [String] = []
        let names = ProcessInfo.processInfo.environment["BCM_SOAK_COMMANDS"]?.split(separator: ",").map(String.init)
        for command in commands
        where names?.contains(command.rawValue) ?? (Scale.isLong || sample?.contains(command) ?? true) {
            var rounds = Rounds(command)
            // What a failure leaves says nothing about the next kill: that meets another cluster.
            while rounds.isUnfinished { rounds = await played(rounds) }
            counts.append("\(command.rawValue): \(rounds.held) of \(rounds.tried)")
            print("kills \(title), \(counts.last ?? "")")
            for failure in rounds.failures { Issue.record("\(title), \(failure)") }
        }
        print("kills \(title): \(counts.joined(separator: ", "))")
    }

    private struct Rounds: Sendable {
        let command: KillTrial.Killed
        var tried = 0
        var held = 0
        var failures: [String] = []
        private var state: UInt64

        init(_ command: KillTrial.Killed) {
            self.command = command
            let seed = ProcessInfo.processInfo.environment["BCM_SEED"].flatMap { UInt64($0) } ?? 1
            state = command.rawValue.utf8.reduce(seed) { $0 &* 31 &+ UInt64($1) }
        }

        var isUnfinished: Bool { tried < Scale.kills }

        mutating func moment(of calls: Int) -> KillTrial.Moment {
            KillTrial.Moment(call: 1 + roll(calls), kind: KillTrial.Moment.kinds[roll(3)])
        }

        private mutating func roll(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }

    /// The rounds on one cluster, until they are over or one fails.
    private func played(_ before: Rounds) async -> Rounds {
        let rounds = Mutex(before)
        do {
            try await inSandbox { sandbox in
                let trial = try await KillTrial(before.command, sandbox, up: up, add: add)
                let calls = try await trial.calls()
                while rounds.withLock(\.isUnfinished) {
                    let moment = rounds.withLock { $0.moment(of: calls) }
                    guard try await trial.round(moment) else { continue }
                    rounds.withLock { ($0.tried, $0.held) = ($0.tried + 1, $0.held + 1) }
                }
            }
        } catch {
            print("kills \(title): \(Failure(error).message)")
            rounds.withLock {
                $0.tried += 1
                $0.failures.append(Failure(error).message)
            }
        }
        return rounds.withLock { $0 }
    }
}
