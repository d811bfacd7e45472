import Foundation
import Provisioning
import Testing

extension Repairs {
    /// What the machines and the tool wrote, shown and packed.
    @Suite struct Logs {
        @Test("logs shows every log; the bundle holds what a bug report needs, and no secret of the cluster's")
        func logs() async throws {
            try await Sandbox.use("XL") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "1")
                let secrets = try Secrets(sandbox)
                try #require(secrets.all.count == 4, "two members' secrets, a token, and the secret in it")
                // As if LXD had been careless.
                let console = "/var/lib/bcmcluster/machines/\(name)-00/console.log"
                let leak =
                    secrets.all.map { "leaked \($0) end\n" }.joined() + "other \(secrets.foreignToken)\n"
                    + Self.credentials
                let handle = try #require(FileHandle(forWritingAtPath: console))
                try handle.seekToEnd()
                try handle.write(contentsOf: Data(leak.utf8))
                try handle.close()

                let shown = try await sandbox.mustRun("logs", "-c", name)
                for member in ["\(name)-00", "\(name)-01"] {
                    #expect(
                        shown.output.contains("==> \(member) \(Product.engine.name): ")
                            && shown.output.contains("==> \(member) console: ")
                    )
                }
                #expect(shown.output.contains("==> bcmcluster: "))
                #expect(shown.output.contains("leaked <secret> end") && shown.output.contains("leaked <token> end"))
                #expect(!secrets.all.contains { shown.output.contains($0) })
                try #require(try MachineProcess(of: "\(name)-01")).end()
                let one = try await sandbox.mustRun("logs", "-c", name, "\(name)-01", "--lines", "1", "--json")
                #expect(
                    one.output.contains(#""name" : "\#(Product.engine.name)""#) && !one.output.contains("\(name)-00"))

                try await expectBundle(sandbox, secrets)
                try await expectTheEndOfTheLogBesideAFailure(sandbox)
            }
        }

        /// A daemon whose database is broken says so in its log, and the failure shows it.
        private func expectTheEndOfTheLogBesideAFailure(_ sandbox: Sandbox) async throws {
            let machine = "/var/lib/bcmcluster/machines/\(sandbox.cluster)-01"
            try "no database".write(
                toFile: "\(machine)/\(Product.engine.name)/database/local.db", atomically: true, encoding: .utf8)
            let start = try await sandbox.bcmcluster(
                "start", "-c", sandbox.cluster, "--timeout", "3s", "--json", adding: ["NO_COLOR": "1"])
            #expect(start.ending == .exited(1))
            #expect(
                start.errors.contains("  the last lines of \(sandbox.cluster)-01's \(machine)/"), "\(start.errors)")
            #expect(start.errors.contains("file is not a database"), "\(start.errors)")
            #expect(start.output.contains("file is not a database"), "\(start.output)")
        }

        /// What programs in a machine could write that is secret and not the tool's.
        private static let credentials = """
            -----BEGIN EC PRIVATE KEY-----
            K3YK3YK3Y
            -----END EC PRIVATE KEY-----
            chpasswd: root:P4SSP4SS

            """

        private func expectBundle(_ sandbox: Sandbox, _ secrets: Secrets) async throws {
            let name = sandbox.cluster
            // What a run that was killed has left.
            let killed = try "\(sandbox.files().path)/bundle-0123abcd/x"
            try await sandbox.must("mkdir", ["-p", killed])
            let file = "\(sandbox.folder)/report.tar.gz"
            let said = try await sandbox.mustRun("logs", "-c", name, "--bundle", file)
            #expect(said.errors.contains("secrets left out"))
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
            try await sandbox.must("tar", ["-xzf", file, "-C", sandbox.folder])
            let folder = "\(sandbox.folder)/\(name)-bundle"
            let paths = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
            let texts = paths.compactMap { path in
                (try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)).map { (path, $0) }
            }
            for (path, text) in texts {
                for secret in secrets.all + [secrets.foreignToken, "K3YK3YK3Y", "P4SSP4SS"] {
                    #expect(!text.contains(secret), "\(path)")
                }
            }
            let contents = Dictionary(texts) { first, _ in first }
            #expect(contents["machines/\(name)-00/console.log"]?.contains("other <token>") == true)
            #expect(contents["machines/\(name)-00/cluster-list.txt"]?.contains("\(name)-01") == true)
            #expect(contents["machines/\(name)-01/cluster-list.txt"]?.contains("does not run") == true)
            #expect(contents["machines/\(name)-01/settings.txt"]?.contains("BCM_ENDPOINT_CPU_COUNT=2") == true)
            #expect(contents["state.json"]?.contains("\"identifier\"") == true)
            #expect(contents["versions.txt"]?.contains("\(Product.engine.name): ") == true)
            #expect(contents.keys.contains { $0.hasPrefix("tool/") && $0.hasSuffix("-up.log") })
            #expect(!contents.keys.contains { $0.contains("preseed") || $0.contains(".env") || $0.contains(".key") })
            let again = try await sandbox.bcmcluster("logs", "-c", name, "--bundle", file)
            #expect(again.ending == .exited(2))
            let inTheAir = try await sandbox.bcmcluster(
                "logs", "-c", name, "--bundle", "\(sandbox.folder)/none/x.tar.gz")
            #expect(inTheAir.ending == .exited(1))
            let left = try FileManager.default.contentsOfDirectory(atPath: sandbox.files().path)
            #expect(!left.contains { $0.hasPrefix("bundle-") })
        }
    }
}

/// Every secret of a cluster's files, found without the program's own reading of them.
private struct Secrets {
    let all: [String]
    /// A token that no file of the cluster's holds.
    let foreignToken = Data(#"{"client_name":"other","fingerprint":"aa","secret":"0123456789abcdef"}"#.utf8)
        .base64EncodedString()

    init(_ sandbox: Sandbox) throws {
        var found: [String] = []
        for member in try sandbox.state().members.map(\.name) {
            let environment = try String(contentsOfFile: sandbox.files().environment(member), encoding: .utf8)
            found += environment.matches(of: /BCM_LXD_SECRET=([A-Z0-9]{30})/).map { String($0.output.1) }
            let preseed = try String(contentsOfFile: sandbox.files().preseed(member, Product.engine), encoding: .utf8)
            for match in preseed.matches(of: /cluster_token: "([^"]+)"/) {
                let token = String(match.output.1)
                let content = try #require(Data(base64Encoded: token))
                let fields = try #require(try JSONSerialization.jsonObject(with: content) as? [String: Any])
                found += [token, try #require(fields["secret"] as? String)]
            }
        }
        all = found
    }
}
