import Foundation
import Provisioning
import Testing

extension Faults {
    /// What daemons that outlive the tool take along of whoever called it.
    @Suite struct Inheritance {
        @Test("Daemons hold no open file and no folder of the caller's")
        func filesAndFolders() async throws {
            try await Sandbox.use("F") { sandbox in
                let disk = "\(sandbox.folder)/disk"
                try await sandbox.must("mkdir", [disk])
                try await sandbox.must("mount", ["-t", "tmpfs", "tmpfs", disk])
                let script = #"cd "$0" && exec 200>a 300>b 1000>c && exec "$@""#
                do {
                    let up = [Product.bcmcluster, "up", "-c", sandbox.cluster, "-m", "1"]
                    let result = try await sandbox.run("bash", ["-c", script, disk] + up)
                    #expect(result.succeeded, "\(result.errors)")
                } catch {
                    try await sandbox.must("umount", ["--lazy", disk])
                    throw error
                }
                let users = try await sandbox.run("find", ["/proc", "-maxdepth", "3", "-lname", "\(disk)*"])
                #expect(users.output == "", "a descriptor or a working directory")
                let result = try await sandbox.run("umount", [disk])
                #expect(result.succeeded, "\(result.errors)")
                if !result.succeeded { try await sandbox.must("umount", ["--lazy", disk]) }
            }
        }
    }
}
