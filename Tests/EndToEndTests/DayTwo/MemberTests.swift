import Foundation
import Provisioning
import Testing

extension DayTwo {
    /// A cluster that grows and shrinks.
    @Suite struct Members {
        @Test("The first member, leader, with containers on it, goes; others come; a dead one goes")
        func growAndShrink() async throws {
            try await Sandbox.use("B") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "2")
                let traces = try HostTraces(sandbox.state())
                try await sandbox.importImage()
                try await sandbox.client("launch", "tiny", "c1", "--target", "\(name)-00", "--quiet")
                try await sandbox.client("init", "tiny", "c2", "--target", "\(name)-00", "--quiet")

                let plan = try await sandbox.mustRun("member", "remove", "-c", name, "\(name)-00", "--dry-run")
                #expect(plan.output.contains("\(name)-00: move its instances to other members"))
                try await sandbox.mustRun("member", "remove", "-c", name, "\(name)-00", "--dry-run", "--json")
                try await sandbox.mustRun("member", "remove", "-c", name, "\(name)-00", "--yes", "--json")
                #expect(try HostFiles.machines().filter { $0.hasPrefix("\(name)-00") } == [])
                let successor = "\(name)-01"
                #expect(try await sandbox.client("remote", "get-default").trimmed == successor)
                #expect(try await sandbox.instances() == ["c1": "Running", "c2": "Stopped"])
                let shown = try await sandbox.mustRun("env", "show", "-c", name)
                #expect(
                    shown.output.contains("\(Product.engine.remoteVariable)='\(successor)'")
                        || shown.output.contains("\(Product.engine.remoteVariable)=\(successor)"))

                try await sandbox.mustRun("member", "add", "-c", name, "-n", "2", "--dry-run", "--json")
                try await sandbox.mustRun("member", "add", "-c", name, "-n", "2", "--json")
                #expect(try await sandbox.online(successor) == Set((1...4).map { "\(name)-0\($0)" }))
                try await keepsWhatCannotBeMoved(sandbox, "\(name)-02", successor)

                try #require(try Daemon("\(name)-03")).kill()
                try await sandbox.mustRun("member", "remove", "-c", name, "\(name)-03", "--force", "--yes")
                #expect(try sandbox.state().members.map(\.name.index) == [1, 2, 4])
                let status = try await sandbox.bcmcluster("status", "-c", name)
                #expect(status.succeeded, "\(status.output)")
                try await sandbox.destroy(leavingNothingOf: traces)
                let remotes = try await sandbox.client("remote", "list", "--format", "csv")
                #expect(!remotes.contains(name) && remotes.contains("local (current)"), "\(remotes)")
            }
        }

        /// LXD moves no volumes: they are named, and the member stays.
        private func keepsWhatCannotBeMoved(_ sandbox: Sandbox, _ member: String, _ remote: String) async throws {
            try await sandbox.client("storage", "volume", "create", "default", "kept", "--target", member)
            let refused = try await sandbox.bcmcluster(
                "member", "remove", "-c", sandbox.cluster, member, "--yes", "--json")
            #expect(refused.ending == .exited(1))
            #expect(refused.errors.contains("the custom volume kept is on \(member)"), "\(refused.errors)")
            #expect(try await sandbox.online(remote).contains(member))
        }

        @Test("Adds and removes in a random order keep the quorum")
        func random() async throws {
            var dice = SystemRandomNumberGenerator()
            try await Sandbox.use("BR") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "2")
                var trace: [String] = []
                for _ in 0..<Scale.memberChanges {
                    let members = try sandbox.state().members.map(\.name.text)
                    // Two are no cluster that stands the loss of one, and a sixth tells nothing new.
                    let grows = members.count < 3 || members.count < 5 && Bool.random(using: &dice)
                    let leaves = try #require(members.randomElement(using: &dice))
                    trace.append(grows ? "add" : "remove \(leaves)")
                    let words = grows ? ["add"] : ["remove", leaves, "--yes"]
                    let change = try await sandbox.run(
                        Product.bcmcluster, ["member"] + words + ["-c", sandbox.cluster])
                    try #require(change.succeeded, "\(trace): \(change.errors)")
                    let status = try await sandbox.bcmcluster("status", "-c", sandbox.cluster)
                    try #require(status.succeeded, "\(trace): \(status.output)")
                }
                print("members: \(trace.count) random changes, the quorum was kept in all: \(trace)")
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
            }
        }
    }
}

extension Sandbox {
    /// The states of the instances of the default remote, by name.
    func instances() async throws -> [String: String] {
        struct Instance: Decodable {
            var name: String
            var status: String
        }
        let text = try await client("list", "--format", "json")
        let all = try JSONDecoder().decode([Instance].self, from: Data(text.utf8))
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.status) })
    }
}
