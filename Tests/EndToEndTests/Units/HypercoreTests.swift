import Foundation
import Provisioning
import Testing

extension Units {
    /// Hypercore's `hac.toml` in the forms in which it is published.
    @Suite struct Hypercore {
        @Test(
            "A title, a kernel and a drive beside a reference, behind a byte order mark; the newer form; VMs have no kernel"
        )
        func published() async throws {
            try await Sandbox.use("LOU") { sandbox in
                try await sandbox.upWithImage(members: 1)
                let page = """
                    [spacecore]
                    name = "Test Node"
                    description = "Testing"

                    [hardware] # resource allocation
                    cores = 1 # Number of CPU cores
                    memory = 64 # Memory in MB
                    kernel = "/home/dev/images/vmlinux-5.10.217"
                    drive = "/home/dev/rootfs.img"
                    ref = "tiny" # Reference of the image to use
                    """
                let older = try sandbox.write("\u{feff}" + page, to: "hac.toml")
                let run = try await sandbox.mustRun("run", "-c", sandbox.cluster, older)
                for note in [
                    "'Test Node' becomes the unit test-node: ", "drive is ignored: ",
                    "kernel is ignored: containers use",
                ] {
                    #expect(run.errors.contains(note), "\(run.errors)")
                }
                #expect(try await sandbox.ps("test-node").map(\.name) == ["test-node-1"])
                #expect(try await sandbox.changes("run", older).map(\.sign) == ["="])
                let vm = try sandbox.write(page + "\n[instance]\ntype = \"vm\"\n", to: "vm.toml")
                let refused = try await sandbox.bcmcluster("run", "-c", sandbox.cluster, vm)
                #expect(refused.ending == .exited(2), "\(refused)")
                #expect(refused.errors.contains("vm.toml, line 8, column 10: hardware.kernel is not supported for VMs"))

                let newer = try sandbox.write(
                    "version = \"1.0\"\n[spacecore]\nname = \"newer\"\n[resources]\ncpu = 1\nmemory = \"64MiB\"\nimage = \"tiny\"\n",
                    to: "newer.toml")
                try await sandbox.mustRun("run", "-c", sandbox.cluster, newer)
                #expect(try await sandbox.ps("newer").map(\.state) == ["running"])
                for unit in ["newer", "test-node"] {
                    try await sandbox.mustRun("rm", "-c", sandbox.cluster, unit, "--yes")
                }
            }
        }
    }
}
