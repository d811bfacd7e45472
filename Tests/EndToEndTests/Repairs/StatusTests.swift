import Foundation
import Provisioning
import Testing

extension Repairs {
    /// What `status` says of a cluster to which things happen.
    @Suite struct Status {
        private struct Answer: Decodable {
            struct Member: Decodable {
                var name: String
                var daemon: String
                var roles: [String]
                var version: String?
                var instances: Int?
            }
            struct Finding: Decodable {
                var code: String
                var member: String?
            }
            var schemaVersion: Int
            var state: String
            var healthy: Bool
            var message: String
            var members: [Member]
            var findings: [Finding]
        }

        @Test(
            "Healthy, watched on a narrow terminal, hanging, dead, without its remote: each is said, with what to type")
        func whatHappens() async throws {
            try await Sandbox.use("S") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "2")
                try await healthy(sandbox)
                try await watched(sandbox)
                let leader = try #require(try await ask(sandbox).members.first { $0.roles == ["leader"] }).name
                let member = "\(sandbox.cluster)-0\(leader.hasSuffix("1") ? 2 : 1)"
                try await hanging(sandbox, member)
                try #require(try Daemon(member)).kill()
                try await dead(sandbox, member)
                try await sandbox.mustRun("up", "-c", sandbox.cluster)
                try await sandbox.client("remote", "switch", "local")
                try await sandbox.client("remote", "remove", "\(sandbox.cluster)-00")
                let lost = try await ask(sandbox)
                #expect(lost.findings.map(\.code) == ["remote-missing"])
                let nowhere = try await sandbox.bcmcluster("status", "-c", "NO-SUCH")
                #expect(nowhere.ending == .exited(5) && nowhere.errors.contains("cluster NO-SUCH not found"))
            }
        }

        private func ask(_ sandbox: Sandbox) async throws -> Answer {
            let result = try await sandbox.bcmcluster("status", "-c", sandbox.cluster, "--json")
            let answer = try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
            #expect(result.ending == .exited(answer.healthy ? 0 : 4) && answer.schemaVersion == 2)
            #expect(answer.healthy == (answer.state == "healthy"))
            return answer
        }

        private func healthy(_ sandbox: Sandbox) async throws {
            let status = try await sandbox.mustRun("status", "-c", sandbox.cluster)
            #expect(status.output.hasPrefix("✓ \(sandbox.cluster) is healthy: 3 members online.\n"))
            let answer = try await ask(sandbox)
            #expect(answer.members.map(\.daemon) == ["online", "online", "online"])
            #expect(answer.members.allSatisfy { $0.version?.contains(".") == true && $0.instances == 0 })
        }

        private func watched(_ sandbox: Sandbox) async throws {
            let screen = try await TmuxScreen(sandbox, columns: 40, rows: 20)
            try await screen.type("clear; \(Product.bcmcluster) status -c \(sandbox.cluster) --watch; echo ended $?")
            _ = try await screen.wait(for: "\(sandbox.cluster)-02")
            // Long enough for it to have been drawn again.
            try await Task.sleep(for: .seconds(5))
            let shown = try await screen.capture()
            let lines = shown.split(separator: "\n").map(String.init)
            #expect(
                lines.filter { $0.hasPrefix("\(sandbox.cluster)-0") }.count == 3, "drawn over itself, and not wrapped")
            #expect(
                lines.filter { $0.hasPrefix("MEMBER") && $0.contains("ADDRESS") }.count == 1 && !shown.contains("…"))
            try await screen.press("C-c")
            #expect(try await screen.wait(for: "ended 0").contains("\(sandbox.cluster)-02"))
            await screen.close()
        }

        /// One that hangs holds nobody up for long: without a limit LXD's client would wait for ever.
        private func hanging(_ sandbox: Sandbox, _ member: String) async throws {
            let daemon = try #require(try Daemon(member))
            kill(daemon.number, SIGSTOP)
            let start = ContinuousClock.now
            let answer = try await ask(sandbox)
            #expect(ContinuousClock.now - start < .seconds(10), "two seconds on a machine that has nothing else to do")
            kill(daemon.number, SIGCONT)
            #expect(answer.message == "\(member) did not answer within 1.2s.", "no proof that it hangs")
            #expect(answer.members.first { $0.name == member }?.daemon == "noAnswer")
            #expect(answer.findings.contains { $0.code == "no-answer" && $0.member == member })
        }

        private func dead(_ sandbox: Sandbox, _ member: String) async throws {
            // The socket of one that was killed is closed a moment later.
            let answer = try await SystemTime().wait(
                for: "the end of the daemon", limit: .seconds(30), every: .milliseconds(200)
            ) {
                let answer = try await ask(sandbox)
                return answer.members.first { $0.name == member }?.daemon == "dead" ? answer : nil
            }
            #expect(answer.findings.contains { $0.code == "daemon-dead" && $0.member == member })
        }
    }
}
