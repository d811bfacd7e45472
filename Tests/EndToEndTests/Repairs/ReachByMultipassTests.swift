import Foundation
import Provisioning
import Testing

extension Repairs {
    /// Reaching into VMs goes through `multipass exec`.
    @Suite struct ReachByMultipass {
        @Test("exec, shell and logs reach VMs too; a command's own status 2 is not taken for multipass's")
        func vms() async throws {
            try await Sandbox.useMultipass("XM") { sandbox, _ in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "1", "--storage", "dir", "--provider", "multipass")
                let all = try await sandbox.mustRun("exec", "-c", name, "--", "sh", "-c", "echo I am $(hostname)")
                #expect(
                    Set(all.output.split(separator: "\n"))
                        == ["\(name)-00: I am \(name)-00", "\(name)-01: I am \(name)-01"])
                let two = try await sandbox.bcmcluster("exec", "-c", name, "\(name)-01", "--", "sh", "-c", "exit 2")
                #expect(two.ending == .exited(2))
                let piped = try await sandbox.run(
                    "sh", ["-c", "echo hostname | \(Product.bcmcluster) shell -c \(name) \(name)-01"])
                #expect(piped.output.trimmed == "\(name)-01", "\(piped.errors)")
                let shown = try await sandbox.mustRun("env", "show", "-c", name, "--json")
                #expect(shown.output.ranges(of: "https://").count == 2)
                let logs = try await sandbox.bcmcluster("logs", "-c", name, "\(name)-00", "--lines", "3")
                #expect(logs.succeeded, "\(logs.errors)")
                try await sandbox.mustRun("destroy", "-c", name, "--yes")
            }
        }
    }
}
