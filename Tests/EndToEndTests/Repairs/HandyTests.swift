import Foundation
import Provisioning
import Testing

extension Repairs {
    /// What helps before and beside a cluster: the doctor, images ahead of time.
    @Suite struct Handy {
        @Test("doctor finds this machine fit, and names what is missing where programs are removed")
        func doctor() async throws {
            try await Sandbox.use("XD") { sandbox in
                let fit = try await sandbox.mustRun("doctor", "--json")
                let report = try JSONDecoder().decode(Report.self, from: Data(fit.output.utf8))
                #expect(report.schemaVersion == 2 && report.providers.contains("namespace"))
                #expect(!report.findings.contains { $0.level == "problem" })
                #expect(!FileManager.default.fileExists(atPath: sandbox.runtime), "it changes nothing")

                let programs = "\(sandbox.folder)/bin"
                try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: false)
                for name in ["which", "uname", "df", Product.engine.client, "ip"] {
                    let path = try #require(SystemCalls.pathOfProgram(name))
                    try FileManager.default.createSymbolicLink(atPath: "\(programs)/\(name)", withDestinationPath: path)
                }
                let poor = try await sandbox.run(
                    "/usr/bin/env", ["PATH=\(programs)", "BCM_PROVIDER_NAME=", Product.bcmcluster, "doctor"])
                #expect(poor.ending == .exited(3))
                #expect(poor.output.contains("✗ provider: no provider works here"))
                #expect(poor.output.contains("! provider namespace: the namespace provider needs lxd, nft, dnsmasq"))
                #expect(poor.output.contains("hint: apt-get install lxd nftables dnsmasq-base"))
            }
        }

        @Test("image preload puts an image onto every member, from a file and from another cluster, and nothing else")
        func imagePreload() async throws {
            try await Sandbox.use("XP") { sandbox in
                let (name, other) = (sandbox.cluster, "\(sandbox.cluster)B")
                try await sandbox.mustRun("up", "-c", name, "-m", "3")
                let image = try await TinyImage.make(in: sandbox.folder)
                let plan = try await sandbox.mustRun("image", "preload", "-c", name, image, "--dry-run")
                #expect(
                    plan.output.contains(
                        "\(Product.engine.client) image import \(image) \(name)-00: --project default --alias tiny"))
                #expect(try await sandbox.client("image", "list", "\(name)-00:", "--format", "csv").isEmpty)

                try await sandbox.mustRun("image", "preload", "-c", name, image)
                try await sandbox.mustRun("image", "preload", "-c", name, "\(name)-00:tiny", "--dry-run", "--json")
                let all = (0...3).map { "\(name)-0\($0)" }
                let kept = "ls /var/lib/bcmcluster/machines/$(hostname)/\(Product.engine.name)/images"
                let files = try await sandbox.mustRun("exec", "-c", name, "--", "sh", "-c", kept)
                for member in all { #expect(files.output.contains("\(member): "), "\(files.output)") }
                #expect(try await sandbox.client("list", "\(name)-00:", "--format", "csv").isEmpty)
                let again = try await sandbox.mustRun("image", "preload", "-c", name, image, "--json")
                #expect(again.output.contains(#""changed":false"#))
                try await sandbox.client("launch", "\(name)-00:tiny", "\(name)-00:c", "--target", all[3], "--quiet")

                try await sandbox.mustRun("up", "-c", other)
                try await sandbox.mustRun("image", "preload", "-c", other, "\(name)-00:tiny")
                #expect(try await sandbox.client("image", "list", "\(other)-00:", "--format", "csv").hasPrefix("tiny,"))
                let unknown = try await sandbox.bcmcluster("image", "preload", "-c", name, "/no/such.tar.gz")
                #expect(unknown.ending == .exited(2))
            }
        }

        private struct Report: Decodable {
            struct Finding: Decodable {
                var topic: String
                var level: String
            }
            var schemaVersion: Int
            var providers: [String]
            var findings: [Finding]
        }
    }
}
