import Foundation
import Provisioning
import Testing

extension Units {
    /// Members that die, under units that are there and under units that are being made.
    @Suite struct Trouble {
        @Test("A member dies: it is said; stateless instances are made elsewhere; it comes back, and nothing is twice")
        func memberDies() async throws {
            try await Sandbox.use("UC") { sandbox in
                try await sandbox.upWithImage(members: 3)
                let job = try sandbox.unit("job", count: 3)
                let store = try sandbox.unit(
                    "store", count: 3, "[[volume]]\nname = \"data\"\npath = \"/data\"\nper-instance = true")
                try await sandbox.mustRun("run", "-c", sandbox.cluster, job)
                try await sandbox.mustRun("run", "-c", sandbox.cluster, store)
                let member = "\(sandbox.cluster)-02"
                let lost = try #require(try await sandbox.ps("job").first { $0.member == member }?.name)
                try #require(try Daemon(member)).kill()
                try await offline(member, sandbox)
                try await whileItIsAway(job, store, lost: lost, member, sandbox)
                try await sandbox.mustRun("repair", "-c", sandbox.cluster, "--yes")
                try await onceItIsBack(job, store, lost: lost, sandbox)
            }
        }

        private func offline(_ member: String, _ sandbox: Sandbox) async throws {
            _ = try await SystemTime().wait(for: "the member to be offline", limit: .seconds(90), every: .seconds(1)) {
                try await sandbox.online().contains(member) ? nil : true
            }
        }

        private func whileItIsAway(
            _ job: String, _ store: String, lost: String, _ member: String, _ sandbox: Sandbox
        ) async throws {
            let shown = try await sandbox.ps("job", status: 4)
            #expect(shown.filter { !$0.reachable }.map(\.name) == [lost])
            #expect(shown.first { $0.name == lost }?.state == "unreachable")

            let told = try await sandbox.bcmcluster("run", "-c", sandbox.cluster, job)
            #expect(told.ending == .exited(4))
            #expect(told.errors.contains("note: \(lost) is unreachable with \(member); --reschedule creates"))
            let kept = try await sandbox.bcmcluster("run", "-c", sandbox.cluster, store, "--reschedule")
            #expect(kept.ending == .exited(4) && kept.errors.contains("as are its volumes"), "\(kept.errors)")

            let one = lost.replacing("job-", with: "job/")
            try await sandbox.refuses(
                "unit", "stop", one, status: 4, saying: "\(lost) is unreachable: \(member) does not answer")
            try await sandbox.refuses(
                "unit", "restart", "job", "--force", status: 4, saying: "note: \(lost) is unreachable")

            let moved = try await sandbox.changes("run", job, "--reschedule")
            #expect(moved.filter { $0.sign != "=" }.map(\.brief) == ["+ instance job-4"])
            #expect(moved.last?.message.hasSuffix("replacing \(lost)") ?? false)
            #expect(try await sandbox.changes("run", job).allSatisfy { $0.sign == "=" })
            let successor = try await sandbox.ps("job", status: 4).first { $0.name == "job-4" }
            #expect(successor?.state == "running" && successor?.member != member)

            // Nothing new goes to a member that is offline.
            let more = try sandbox.unit("more", count: 4)
            let plan = try await sandbox.changes("run", more, "--dry-run")
            #expect(plan.count == 4 && plan.allSatisfy { !$0.message.contains(member) })
            let network = try sandbox.unit("net", "[[network]]\nname = \"back\"\naddress = \"10.81.0.1/24\"")
            try await sandbox.refuses(
                "run", network, saying: "the network back cannot be created while \(member) is offline")
        }

        private func onceItIsBack(_ job: String, _ store: String, lost: String, _ sandbox: Sandbox) async throws {
            let changes = try await sandbox.changes("run", job, "--yes")
            #expect(
                changes.filter { $0.sign != "=" }.map(\.brief) == ["~ network job", "- instance \(lost)"],
                "names lead to those that are there")
            #expect(try await sandbox.ps("job").count == 3)
            #expect(try await sandbox.changes("run", job).map(\.sign) == ["=", "=", "=", "="])
            let whole = try await sandbox.bcmcluster("run", "-c", sandbox.cluster, store)
            #expect(whole.succeeded, "\(whole.errors)")
            #expect(Set(try await sandbox.ps("store").map(\.state)) == ["running"])
        }

        @Test("The leader is killed while a unit is made: nothing is twice, and nothing is left half-made")
        func leaderDies() async throws {
            try await Sandbox.use("UD") { sandbox in
                try await sandbox.upWithImage(members: 3)
                let unit = try sandbox.unit("many", count: 9)
                let run = try Spawned(sandbox, ["run", "-c", sandbox.cluster, unit])
                let leader = "\(sandbox.cluster)-00"
                // As soon as the first is there.
                _ = try await SystemTime().wait(for: "the first", limit: .seconds(60), every: .milliseconds(20)) {
                    let listed = try await sandbox.run(
                        Product.engine.client, ["list", "--format", "csv", "--columns", "n"])
                    return listed.output.contains("many-") ? true : nil
                }
                try #require(try Daemon(leader)).kill()
                _ = try await run.wait()
                // Whatever came of it, the cluster is repaired and the unit is run again.
                try await sandbox.mustRun("repair", "-c", sandbox.cluster, "--yes")
                try await sandbox.mustRun("run", "-c", sandbox.cluster, unit, "--wait-for", "running")
                let shown = try await sandbox.ps("many")
                #expect(shown.map(\.name) == (1...9).map { "many-\($0)" })
                #expect(shown.allSatisfy { $0.state == "running" })
                let names = (1...9).map { "many-\($0): many-\($0)" }.joined(separator: "\n")
                try await sandbox.expect(names, by: "hostname", in: "many")
                #expect(try await sandbox.changes("run", unit).allSatisfy { $0.sign == "=" })
                try await sandbox.mustRun("rm", "-c", sandbox.cluster, "many", "--yes")
                #expect(try await sandbox.client("list", "--format", "csv", "--columns", "n").isEmpty)
            }
        }

        @Test("A run that is cut off leaves nothing half-made: the next one ends it")
        func cutOff() async throws {
            try await Sandbox.use("UE") { sandbox in
                try await sandbox.upWithImage(members: 2)
                let unit = try sandbox.unit("cut", count: 6)
                for signal in [SIGKILL, SIGINT] {
                    let run = try Spawned(sandbox, ["run", "-c", sandbox.cluster, unit])
                    _ = try await SystemTime().wait(for: "the first", limit: .seconds(60), every: .milliseconds(20)) {
                        let listed = try await sandbox.run(
                            Product.engine.client, ["list", "--format", "csv", "--columns", "n"])
                        return listed.output.contains("cut-") ? true : nil
                    }
                    run.send(signal)
                    _ = try await run.wait()
                    if signal == SIGINT {
                        let states = try await sandbox.ps().map(\.state)
                        #expect(states.allSatisfy { $0 == "running" }, "\(states)")
                    }
                    try await sandbox.mustRun("run", "-c", sandbox.cluster, unit)
                    #expect(try await sandbox.ps("cut").map(\.state) == Array(repeating: "running", count: 6))
                    try await sandbox.mustRun("rm", "-c", sandbox.cluster, "cut", "--yes")
                }
            }
        }
    }
}
