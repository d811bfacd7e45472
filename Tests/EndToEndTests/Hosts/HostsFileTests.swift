import Foundation
import Provisioning
import Testing

extension Hosts {
    /// A `hosts.json` that cannot be read.
    @Suite struct HostsFile {
        @Test("A damaged hosts.json is named by every command that reads it, with what is wrong, and stays as it is")
        func damaged() async throws {
            try await Sandbox.useHosts("HD", 1) { sandbox, _, _ in
                let cluster = sandbox.cluster
                try await sandbox.mustRun("up", "-c", cluster, "--hosts", "h0", "--provider", "namespace")
                let path = "\(sandbox.runtime)/hosts.json"
                let whole = try String(contentsOfFile: path, encoding: .utf8)
                let faults = [
                    (#"{"version":1,"hosts":[{"#, "it is not JSON"),
                    (#"{"version":1,"hosts":[{"name":"h0"}]}"#, "hosts[0].address is missing"),
                ]
                let commands = [
                    ["host", "list"], ["host", "list", "--json"],
                    ["host", "add", "x", "root@127.0.0.9", "--port", "1"],
                    ["host", "remove", "x"], ["vm", "list"], ["vm", "info", "h0/x"], ["vm", "launch", "h0/x"],
                    ["vm", "start", "x"], ["vm", "stop", "x"], ["vm", "delete", "x", "--yes"],
                    ["vm", "exec", "x", "--", "true"], ["list"], ["status", "-c", cluster], ["ps", "-c", cluster],
                    ["up", "-c", cluster], ["up", "-c", "\(cluster)X", "--hosts", "h0"], ["start", "-c", cluster],
                    ["repair", "-c", cluster], ["logs", "-c", cluster], ["destroy", "-c", cluster, "--yes"],
                ]
                for (text, fault) in faults {
                    try text.write(toFile: path, atomically: true, encoding: .utf8)
                    for words in commands {
                        let result = try await sandbox.run(Product.bcmcluster, words)
                        #expect(result.ending == .exited(1), "\(words): \(result)")
                        #expect(
                            result.errors.contains(path) && result.errors.contains(fault), "\(words): \(result.errors)")
                        #expect(result.errors.contains("hint: fix it by hand"), "\(words): \(result.errors)")
                    }
                    #expect(try String(contentsOfFile: path, encoding: .utf8) == text, "it was changed")
                }
                try whole.write(toFile: path, atomically: true, encoding: .utf8)
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
            }
        }
    }
}
