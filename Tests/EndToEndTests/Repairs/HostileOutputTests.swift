import Foundation
import Provisioning
import Testing

extension Repairs {
    /// What a container or a machine writes is shown, and obeyed by no terminal.
    @Suite struct HostileOutput {
        @Test("Sequences on a console and in a log stay out of a terminal, and reach a pipe as they are")
        func sequences() async throws {
            try await Sandbox.use("XH") { sandbox in
                let name = sandbox.cluster
                try await sandbox.upWithImage(members: 1)
                try await sandbox.mustRun("run", "-c", name, sandbox.unit("web"))
                for words in [["unit", "logs", "-c", name, "web"], ["logs", "-c", name]] {
                    try await write(sandbox)
                    let piped = try await sandbox.run(Product.bcmcluster, words)
                    #expect(piped.output.contains("\u{1b}]0;HACKED\u{7}\u{1b}[2Jend-of-it"), "\(piped)")
                    // LXD has nothing to show of a console that was read since it was written to.
                    try await write(sandbox)
                    let line = ([Product.bcmcluster] + words).map(Provisioning.Shell.quoted).joined(separator: " ")
                    let shown = try await sandbox.run("script", ["--quiet", "--command", line, "/dev/null"])
                    #expect(shown.output.contains("end-of-it"), "\(shown)")
                    #expect(!shown.output.contains("\u{1b}]0") && !shown.output.contains("\u{1b}[2J"), "\(shown)")
                }
            }
        }

        /// Writes sequences that set the title and clear the screen, on the instance's console and into a machine's log.
        private func write(_ sandbox: Sandbox) async throws {
            let sequence = "\\033]0;HACKED\\007\\033[2Jend-of-it\\n"
            try await sandbox.client("exec", "web-1", "--", "sh", "-c", "printf '\(sequence)' > /dev/console")
            let log = "/var/lib/bcmcluster/machines/\(sandbox.cluster)-00/console.log"
            try await sandbox.must("sh", ["-c", "printf '\(sequence)' >> \(log)"])
        }
    }
}
