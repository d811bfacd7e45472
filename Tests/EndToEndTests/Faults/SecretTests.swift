import Foundation
import Provisioning
import Testing

extension Faults {
    /// Secrets are read by nobody but the person.
    @Suite struct Secrets {
        @Test(
            "No secret in any process, log, plan or answer; folders and files closed under any umask",
            arguments: ["000", "077"])
        func nobodySees(mask: String) async throws {
            try await Sandbox.use("ZS") { sandbox in
                let witness = try await LXCWitness(sandbox)
                let watch = ProcessWatch()
                let watching = Task.detached { watch.sampleUntilCancelled() }
                let words = [
                    "-c", "umask \(mask); exec \"$@\"", "sh", Product.bcmcluster, "up", "-c", sandbox.cluster, "-m",
                    "1",
                ]
                let up = try await sandbox.run("sh", words, adding: witness.variables)
                watching.cancel()
                await watching.value
                try #require(up.succeeded, "\(up.errors)")
                let secrets = try secrets(of: sandbox)
                #expect(secrets.count == 3, "two members' secrets and a join token")
                for secret in secrets { #expect(watch.sightings(of: secret) == []) }
                print(
                    "secrets, umask \(mask): \(watch.rounds) looks at all processes, \(watch.count) command lines and environments"
                )
                let address = try #require(sandbox.record().members.first?.address)
                let tokens = try witness.tokens(to: "\(address)")
                #expect(Set(watch.tokens(to: "\(address)")).isSubset(of: tokens), "no other program is given one")
                #expect(tokens.count == 1, "only the token for the client's trust is on a command line")
                try await tokensAreUsedUp(tokens, sandbox)
                try modes(below: sandbox.runtime)
                let answers =
                    [up] + [
                        try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "-m", "2", "--dry-run"),
                        try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "-m", "2", "--dry-run", "--json"),
                        try await sandbox.bcmcluster("destroy", "-c", sandbox.cluster, "--dry-run", "--json"),
                        try await sandbox.bcmcluster("list", "--json"),
                        try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "-m", "0"),
                    ]
                let texts = answers.flatMap { [$0.output, $0.errors] } + (try logs(of: sandbox))
                for secret in secrets + tokens { #expect(!texts.contains { $0.contains(secret) }) }
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
            }
        }

        @Test(
            "Somebody in the middle with another certificate: the remote is refused, left absent, and its token worthless"
        )
        func inTheMiddle() async throws {
            try await Sandbox.use("ZM") { sandbox in
                let first = "10.213.240.10"
                let middle = try await ManInTheMiddle(sandbox, in: first)
                let witness = try await LXCWitness(sandbox)
                let up = try await sandbox.bcmcluster(
                    "up", "-c", sandbox.cluster, "--network", "10.213.240.0/22", adding: witness.variables)
                await middle.leave()
                #expect(up.ending == .exited(1))
                #expect(up.errors.contains("add the lxc remote"), "\(up.errors)")
                let remotes = try await sandbox.lxc("remote", "list", "--format", "csv")
                #expect(!remotes.contains(sandbox.cluster))
                let pinned = "\(sandbox.clientConfiguration)/servercerts/\(sandbox.cluster)-00.crt"
                #expect(!FileManager.default.fileExists(atPath: pinned))
                let tokens = try witness.tokens(to: first)
                #expect(!tokens.isEmpty)
                try await tokensAreUsedUp(tokens, sandbox)
                try await sandbox.mustRun("up", "-c", sandbox.cluster)
                #expect(try await sandbox.online().count == 1)
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
            }
        }

        /// What is in the members' `.env` files and preseeds.
        private func secrets(of sandbox: Sandbox) throws -> [String] {
            let folder = try sandbox.files()
            let preseed = try String(
                contentsOfFile: folder.preseed(MemberName(ClusterName(sandbox.cluster), 1)), encoding: .utf8)
            let token = preseed.split(separator: "\n").compactMap { line -> String? in
                guard let label = line.firstRange(of: "cluster_token: ") else { return nil }
                return String(line[label.upperBound...]).replacing("\"", with: "")
            }
            return try token
                + sandbox.record().members.compactMap { member in
                    let path = folder.environment(member.name)
                    return try EnvironmentFile(String(contentsOfFile: path, encoding: .utf8), path: path).values[
                        "BCM_LXD_SECRET"]
                }
        }

        private func logs(of sandbox: Sandbox) throws -> [String] {
            let logs = try sandbox.files().logs
            return try FileManager.default.contentsOfDirectory(atPath: logs).map {
                try String(contentsOfFile: "\(logs)/\($0)", encoding: .utf8)
            }
        }

        /// A token that stood on a command line opens nothing any more.
        private func tokensAreUsedUp(_ tokens: [String], _ sandbox: Sandbox) async throws {
            for token in tokens {
                let other = ["LXD_CONF": "\(sandbox.folder)/thief"]
                let result = try await sandbox.run("lxc", ["remote", "add", "thief", token], adding: other)
                #expect(!result.succeeded, "a token that was seen can be used again")
            }
        }

        private func modes(below folder: String) throws {
            let files = FileManager.default
            for name in [""] + (files.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []) {
                let attributes = try files.attributesOfItem(atPath: "\(folder)/\(name)")
                let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue
                let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
                #expect(mode == (isFolder ? 0o700 : 0o600), "\(name)")
            }
        }
    }
}
