import Foundation
import Provisioning
import Testing

extension EndToEnd {
    /// Signals at moments that a seed picks, once and twice, during `up` and `destroy`.
    @Suite struct RandomInterruption {
        private static let signals = [SIGINT, SIGTERM, SIGHUP]

        @Test("A signal at any moment ends the run with its status, leaves no child, and the same command continues")
        func anyMoment() async throws {
            let isSoak = ProcessInfo.processInfo.environment["BCM_SOAK"] == "1"
            var state = UInt64(ProcessInfo.processInfo.environment["BCM_SEED"] ?? "") ?? 1
            func roll(_ limit: Int) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(state >> 33) % limit
            }
            var outcomes: [String] = []
            let count = isSoak ? 60 : 3
            try await Sandbox.use("ZI") { sandbox in
                for round in 0..<count {
                    let signal = Self.signals[round % 3]
                    outcomes += try await cutOff(
                        sandbox, ["up", "-c", sandbox.cluster, "-m", "1"], signal, after: roll(2500),
                        twice: roll(2) == 1)
                    outcomes += try await cutOff(
                        sandbox, ["destroy", "-c", sandbox.cluster, "--yes"], signal, after: roll(500),
                        twice: roll(2) == 1)
                }
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "1")
                #expect(try await sandbox.online().count == 2)
                let traces = try HostTraces(sandbox.state())
                try await sandbox.destroy(leavingNothingOf: traces)
            }
            print(
                "interruption: \(count * 2) signals at random moments, the promise held in \(count * 2 - outcomes.count)"
            )
            #expect(outcomes == [])
        }

        /// What was wrong with a run that got the signal; nothing where it ended well before.
        private func cutOff(
            _ sandbox: Sandbox, _ words: [String], _ signal: Int32, after delay: Int, twice: Bool
        ) async throws -> [String] {
            let process = try Spawned(sandbox, words)
            try await Task.sleep(for: .milliseconds(delay))
            process.send(signal)
            if twice {
                try await Task.sleep(for: .milliseconds(30))
                process.send(signal)
            }
            let start = ContinuousClock.now
            let status = try await process.wait()
            let took = ContinuousClock.now - start
            var wrong: [String] = []
            let named = "\(words[0]), signal \(signal) after \(delay) ms\(twice ? ", twice" : "")"
            // Before its first line the process dies of the signal as every other does.
            if ![128 + signal, -signal, 0].contains(status) {
                wrong.append("\(named): status \(status): \(process.errors)")
            }
            if took > .seconds(15) { wrong.append("\(named): ended only after \(took)") }
            let children = LeftProcesses.of(sandbox)
            if !children.isEmpty { wrong.append("\(named): left \(children)") }
            return wrong
        }

        @Test("On a terminal the cursor is visible and the echo on after a signal, and the command continues")
        func terminal() async throws {
            try await Sandbox.use("ZT") { sandbox in
                let screen = try await TmuxScreen(sandbox, columns: 120, rows: 40)
                defer { Task { await screen.close() } }
                let variables = sandbox.environment.map { "\($0)='\($1)'" }.sorted().joined(separator: " ")
                try await screen.type("stty -g > \(sandbox.folder)/before")
                try await screen.type("\(variables) \(Product.bcmcluster) up -c \(sandbox.cluster) -m 2; echo ended $?")
                // The line before the live table.
                _ = try await screen.wait(for: "\(sandbox.cluster): provider ")
                try await screen.press("C-c")
                _ = try await screen.wait(for: "ended 130")
                try await screen.type("stty -g > \(sandbox.folder)/after; echo done")
                _ = try await screen.wait(for: "done")
                let before = try String(contentsOfFile: "\(sandbox.folder)/before", encoding: .utf8)
                #expect(try String(contentsOfFile: "\(sandbox.folder)/after", encoding: .utf8) == before)
                #expect(try await screen.value(of: "cursor_flag") == "1")
                await screen.close()
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
            }
        }
    }
}
