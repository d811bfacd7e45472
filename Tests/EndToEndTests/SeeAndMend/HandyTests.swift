import Foundation
import Provisioning
import Testing

extension SeeAndMend {
    /// What helps before and beside a cluster: the doctor, the tabulator, images ahead of time.
    @Suite struct Handy {
        @Test("doctor finds this machine fit, and names what is missing where programs are taken away")
        func doctor() async throws {
            try await Sandbox.use("XD") { sandbox in
                let fit = try await sandbox.mustRun("doctor", "--json")
                let report = try JSONDecoder().decode(Report.self, from: Data(fit.output.utf8))
                #expect(report.version == 1 && report.providers.contains("namespace"))
                #expect(!report.findings.contains { $0.level == "problem" })
                #expect(!FileManager.default.fileExists(atPath: sandbox.runtime), "it changes nothing")

                let programs = "\(sandbox.folder)/bin"
                try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: false)
                for name in ["which", "uname", "df", "lxc", "ip"] {
                    let path = try #require(SystemCalls.pathOfProgram(name))
                    try FileManager.default.createSymbolicLink(atPath: "\(programs)/\(name)", withDestinationPath: path)
                }
                let poor = try await sandbox.run(
                    "/usr/bin/env", ["PATH=\(programs)", "BCM_PROVIDER_NAME=", Product.bcmcluster, "doctor"])
                #expect(poor.ending == .exited(3))
                #expect(poor.output.contains("✗ provider: no provider works here"))
                #expect(poor.output.contains("! provider namespace: the namespace provider needs lxd, nft, dnsmasq"))
                #expect(poor.output.contains("what to do: apt-get install lxd nftables dnsmasq-base"))
            }
        }

        @Test("bash completes commands, flags, clusters and members, with the script that completion prints")
        func completion() async throws {
            try await Sandbox.use("XC") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("env", "stub", "-c", name, "-m", "1", "--dry-run", "--json")
                let stub = try await sandbox.mustRun("env", "stub", "-c", name, "-m", "1", "--json")
                #expect(stub.output.contains("\(name)-01"))
                // What bash does at the tabulator: the words as it cuts them, then the function that was registered.
                let script = """
                    PATH="\(Product.folder):$PATH"
                    source <(bcmcluster completion bash) || exit 1
                    press() {
                        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
                        COMPREPLY=(left over)
                        $(complete -p bcmcluster | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
                        echo "${COMPREPLY[*]}"
                    }
                    press bcmcluster des
                    press bcmcluster env st
                    press bcmcluster up --dry
                    press bcmcluster destroy -c ''
                    press bcmcluster destroy --cluster = \(name.prefix(3))
                    press bcmcluster exec -c \(name) ''
                    press bcmcluster exec -c \(name) \(name)-01 \(name)-0
                    press bcmcluster exec -c \(name) -- l
                    """
                let result = try await sandbox.run("bash", ["--norc", "-c", script])
                #expect(result.errors == "" && result.succeeded)
                #expect(
                    result.output.split(separator: "\n", omittingEmptySubsequences: false) == [
                        "destroy", "stub", "--dry-run", "\(name)", "\(name)", "\(name)-00 \(name)-01", "\(name)-00", "",
                        "",
                    ])
                try await expectTabulator(sandbox)
            }
        }

        /// A person at a terminal.
        private func expectTabulator(_ sandbox: Sandbox) async throws {
            let screen = try await TmuxScreen(sandbox, columns: 120, rows: 20)
            try await screen.type("exec bash --norc --noprofile")
            try await screen.type(
                "PS1='> '; PATH=\"\(Product.folder):$PATH\"; source <(bcmcluster completion bash); clear")
            _ = try await screen.wait(for: ">")
            try await screen.press("bcmcluster dest")
            try await screen.press("Tab")
            _ = try await screen.wait(for: "> bcmcluster destroy")
            try await screen.press("--clu")
            try await screen.press("Tab")
            _ = try await screen.wait(for: "> bcmcluster destroy --cluster")
            try await screen.press("\(sandbox.cluster.prefix(3))")
            try await screen.press("Tab")
            _ = try await screen.wait(for: "> bcmcluster destroy --cluster \(sandbox.cluster)")
            await screen.close()
        }

        @Test("image preload puts an image onto every member, from a file and from another cluster, and nothing else")
        func imagePreload() async throws {
            try await Sandbox.use("XP") { sandbox in
                let (name, other) = (sandbox.cluster, "\(sandbox.cluster)B")
                try await sandbox.mustRun("up", "-c", name, "-m", "3")
                let image = try await TinyImage.make(in: sandbox.folder)
                let plan = try await sandbox.mustRun("image", "preload", "-c", name, image, "--dry-run")
                #expect(plan.output.contains("lxc image import \(image) \(name)-00: --alias tiny"))
                #expect(try await sandbox.lxc("image", "list", "\(name)-00:", "--format", "csv").isEmpty)

                try await sandbox.mustRun("image", "preload", "-c", name, image)
                try await sandbox.mustRun("image", "preload", "-c", name, "\(name)-00:tiny", "--dry-run", "--json")
                let all = (0...3).map { "\(name)-0\($0)" }
                let kept = "ls /var/lib/bcmcluster/machines/$(hostname)/lxd/images"
                let files = try await sandbox.mustRun("exec", "-c", name, "--", "sh", "-c", kept)
                for member in all { #expect(files.output.contains("\(member): "), "\(files.output)") }
                #expect(try await sandbox.lxc("list", "\(name)-00:", "--format", "csv").isEmpty)
                let again = try await sandbox.mustRun("image", "preload", "-c", name, image, "--json")
                #expect(again.output.contains(#""changed" : false"#))
                try await sandbox.lxc("launch", "\(name)-00:tiny", "\(name)-00:c", "--target", all[3], "--quiet")

                try await sandbox.mustRun("up", "-c", other)
                try await sandbox.mustRun("image", "preload", "-c", other, "\(name)-00:tiny")
                #expect(try await sandbox.lxc("image", "list", "\(other)-00:", "--format", "csv").hasPrefix("tiny,"))
                let unknown = try await sandbox.bcmcluster("image", "preload", "-c", name, "/no/such.tar.gz")
                #expect(unknown.ending == .exited(2))
            }
        }

        private struct Report: Decodable {
            struct Finding: Decodable {
                var topic: String
                var level: String
            }
            var version: Int
            var providers: [String]
            var findings: [Finding]
        }
    }
}
