import Foundation
import Provisioning
import Testing

extension Units {
    /// The remote and the project that a user has chosen for a client redirect nothing that the tool does.
    @Suite struct ClientChoice {
        @Test("Another project and another remote chosen, in the members and here: the unit's own instances change")
        func choiceOfTheUser() async throws {
            try await Sandbox.use("UP") { sandbox in
                try await sandbox.upWithImage(members: 2)
                try await sandbox.mustRun("run", "-c", sandbox.cluster, sandbox.unit("web"))
                try await choose(sandbox)
                let other = try await image(of: "other", in: sandbox)

                try await sandbox.mustRun("run", "-c", sandbox.cluster, sandbox.unit("web", count: 3, memory: 48))
                let shown = try await sandbox.ps("web")
                #expect(shown.map(\.name) == ["web-1", "web-2", "web-3"])
                #expect(shown.allSatisfy { $0.state == "running" })
                for instance in shown {
                    let number = instance.name.suffix(1)
                    try await sandbox.expect(instance.name, by: "hostname", in: "web/\(number)")
                }
                try await sandbox.mustRun("unit", "stop", "-c", sandbox.cluster, "web", "--force")
                #expect(Set(try await sandbox.ps("web").map(\.state)) == ["stopped"])
                try await sandbox.mustRun(
                    "exec", "-c", sandbox.cluster, "--", Product.engine.client, "remote", "switch", "images")
                try await sandbox.mustRun("unit", "start", "-c", sandbox.cluster, "web")
                try await sandbox.mustRun("image", "preload", "-c", sandbox.cluster, other)
                try await sandbox.mustRun("member", "add", "-c", sandbox.cluster)
                try await sandbox.mustRun("member", "remove", "-c", sandbox.cluster, "\(sandbox.cluster)-02", "--yes")
                try await sandbox.mustRun("rm", "-c", sandbox.cluster, "web", "--yes")
                #expect(try await sandbox.ps() == [])
                try await expectUntouched(sandbox)
            }
        }

        /// Instances of the same names in another project, which is the default from then on, as is a foreign remote.
        private func choose(_ sandbox: Sandbox) async throws {
            let remote = "\(sandbox.cluster)-00"
            try await sandbox.client(
                "project", "create", "\(remote):p", "-c", "features.images=false", "-c", "features.profiles=false")
            for name in ["web-1", "web-2", "web-3"] {
                try await sandbox.client("init", "\(remote):tiny", "\(remote):\(name)", "--project", "p", "--quiet")
            }
            try await sandbox.client("start", "\(remote):web-3", "--project", "p")
            try await sandbox.mustRun(
                "exec", "-c", sandbox.cluster, "--", Product.engine.client, "project", "switch", "p")
            try await sandbox.client("project", "switch", "\(remote):p")
        }

        /// A second image, which the cluster does not have yet.
        private func image(of name: String, in sandbox: Sandbox) async throws -> String {
            let (first, second) = ("\(sandbox.folder)/tiny.tar.gz", "\(sandbox.folder)/\(name).tar.gz")
            let packed = try await sandbox.run("sh", ["-c", "gunzip -c \(first) | gzip -n -1 > \(second)"])
            try #require(packed.succeeded)
            return second
        }

        private func expectUntouched(_ sandbox: Sandbox) async throws {
            let path = "\(sandbox.cluster)-00:/1.0/instances?recursion=1&project=p"
            let text = try await sandbox.client("query", path)
            let instances = try JSONDecoder().decode([ClusterInstance].self, from: Data(text.utf8))
            let states = Dictionary(instances.map { ($0.name, $0.status) }) { first, _ in first }
            #expect(states == ["web-1": "Stopped", "web-2": "Stopped", "web-3": "Running"])
        }
    }
}
