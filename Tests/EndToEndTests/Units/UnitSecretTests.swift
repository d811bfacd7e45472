import Foundation
import Provisioning
import Testing

extension Units {
    /// What a user writes for programs inside machines and instances is shown nowhere.
    @Suite struct Secrets {
        private static let marker = "MARKER-hunter2-"

        @Test("User-data, variables and what templates hold stand in no dry run, plan, log, error or bundle")
        func nowhere() async throws {
            try await Sandbox.use("US") { sandbox in
                try await ofTemplates(sandbox)
                try await sandbox.upWithImage(members: 1)
                try await ofAUnit(sandbox)
                try await ofLogs(sandbox)
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
            }
        }

        private func expectNone(
            _ result: CommandResult, of parts: [String] = [], at location: SourceLocation = #_sourceLocation
        ) {
            let text = result.output + result.errors
            #expect(!text.contains(Self.marker), "\(text)", sourceLocation: location)
            for part in parts { #expect(text.contains(part), "\(part): \(text)", sourceLocation: location) }
        }

        /// Everything that a user may put into files of templates, and what `vm launch` is given.
        private func ofTemplates(_ sandbox: Sandbox) async throws {
            let templates = "\(sandbox.runtime)/templates"
            try FileManager.default.createDirectory(atPath: templates, withIntermediateDirectories: true)
            func replace(_ name: String, in folder: String, with added: String) throws {
                let text = try String(contentsOfFile: "\(Product.sources)/\(folder)/\(name)", encoding: .utf8)
                try (text + added).write(toFile: "\(templates)/\(name)", atomically: true, encoding: .utf8)
            }
            try replace("user-data.yml", in: "cloud-init", with: "chpasswd: {list: 'root:\(Self.marker)1'}\n")
            try replace("master.env", in: "Templates", with: "API_TOKEN=\(Self.marker)2\n")
            try replace(
                "master.preseed.yml", in: "Templates", with: "  config: {user.password: '\(Self.marker)3'}\n")
            let text = "#cloud-config\npassword: \(Self.marker)4\n"
            let data = try sandbox.write(text, to: "box.yml")
            for form in [[], ["--json"]] {
                for provider in ["multipass", "namespace"] {
                    let words = ["up", "-c", sandbox.cluster, "--provider", provider, "--dry-run"]
                    expectNone(try await sandbox.run(Product.bcmcluster, words + form))
                }
                let stub = ["env", "stub", "-c", sandbox.cluster, "--dry-run"]
                expectNone(try await sandbox.run(Product.bcmcluster, stub + form), of: ["API_TOKEN=<secret>"])
            }
            let launch = try await sandbox.mustRun("vm", "launch", "box", "--cloud-init", data, "--dry-run")
            expectNone(launch, of: ["<user-data, \(text.utf8.count) bytes>"])
        }

        private func ofAUnit(_ sandbox: Sandbox) async throws {
            let data = "#cloud-config\nbootcmd:\n- echo '\(Self.marker)5 \"quoted\"'\n"
            _ = try sandbox.write(data, to: "web.yml")
            func unit(_ number: Int) throws -> String {
                let address = "postgres://u:\(Self.marker)\(number)@db/x"
                return try sandbox.unit(
                    "web", "[instance.env]\nDATABASE_URL = \"\(address)\"\nDB_PASSWORD = '''\(Self.marker)\"\\7'''",
                    instance: "user-data = \"web.yml\"")
            }
            let shown = ["<user-data, \(data.utf8.count) bytes>", "<value, \(18 + Self.marker.utf8.count + 1) bytes>"]
            try await dryRuns(try unit(6), sandbox, of: shown)
            expectNone(try await sandbox.mustRun("run", "-c", sandbox.cluster, try unit(6)))
            try await sandbox.expect(
                "postgres://u:\(Self.marker)6@db/x", by: "sh", "-c", "echo $DATABASE_URL", in: "web")
            // What the instance has already is read to be changed, and shown no more than what is new.
            try await dryRuns(try unit(8), sandbox, of: shown + ["env DATABASE_URL changes"])
            expectNone(try await sandbox.mustRun("run", "-c", sandbox.cluster, try unit(8), "--json"))
            // What TOML does not understand is not repeated.
            let broken = try String(contentsOfFile: unit(9), encoding: .utf8)
            for (mistake, replacement) in [
                ("\"postgres", "postgres"), ("x\"", "x"), ("DB_PASSWORD = ", "DB_PASSWORD "),
            ] {
                let path = try sandbox.write(broken.replacing(mistake, with: replacement), to: "broken.toml")
                let refused = try await sandbox.bcmcluster("run", "-c", sandbox.cluster, path, "--json")
                #expect(refused.ending == .exited(2))
                expectNone(refused)
            }
        }

        private func dryRuns(_ file: String, _ sandbox: Sandbox, of parts: [String]) async throws {
            let words = ["run", "-c", sandbox.cluster, file, "--dry-run"]
            for form in [[], ["--json"]] {
                expectNone(try await sandbox.run(Product.bcmcluster, words + form), of: parts)
            }
        }

        private func ofLogs(_ sandbox: Sandbox) async throws {
            for words in [["logs"], ["logs", "--json"], ["ps", "--json"], ["status", "--json"]] {
                expectNone(try await sandbox.run(Product.bcmcluster, words + ["-c", sandbox.cluster]))
            }
            try await sandbox.mustRun("logs", "-c", sandbox.cluster, "--bundle", "\(sandbox.folder)/bundle.tar.gz")
            try await sandbox.must("tar", ["-xzf", "\(sandbox.folder)/bundle.tar.gz", "-C", sandbox.folder])
            let folders = [try sandbox.files().logs, "\(sandbox.folder)/\(sandbox.cluster)-bundle"]
            let found = try await sandbox.run("grep", ["-rl", Self.marker] + folders)
            #expect(found.ending == .exited(1) && found.output.isEmpty, "\(found.output)")
        }
    }
}
