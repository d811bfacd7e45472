import Foundation
import Provisioning
import Testing

extension EndToEnd {
    /// VMs get other sizes one after the other, while the cluster stays.
    @Suite struct ResizeByMultipass {
        @Test(
            "member set stops, resizes and starts one VM after the other; what the cluster would not stand is refused")
        func resize() async throws {
            try await Sandbox.useMultipass("FM") { sandbox, multipass in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "2", "--storage", "dir", "--provider", "multipass")
                func size(_ index: Int, _ key: String) async throws -> String {
                    try await multipass("get", "local.\(name)-0\(index).\(key)")
                        .trimmingCharacters(in: .whitespacesAndNewlines)
                }
                let up = try await sandbox.bcmcluster("up", "-c", name, "--memory", "64G")
                #expect(
                    up.ending == .exited(2) && up.errors.contains("bcmcluster member set -c \(name) \(name)-00"),
                    "\(up.errors)")
                let words = [
                    "member", "set", "-c", name, "\(name)-01", "\(name)-02", "--memory", "64GiB", "--cpus", "3",
                    "--disk",
                    "60G",
                ]
                let plan = try await sandbox.run(Product.bcmcluster, words + ["--dry-run"])
                #expect(
                    plan.succeeded && plan.output.contains("multipass set local.\(name)-01.memory=64GiB"), "\(plan)")
                #expect(try await size(1, "cpus") == "2")
                let set = try await sandbox.run(Product.bcmcluster, words)
                #expect(set.succeeded, "\(set)")
                for index in 1...2 {
                    #expect(try await size(index, "memory") == "64.0GiB")
                    #expect(try await size(index, "cpus") == "3")
                    #expect(try await size(index, "disk") == "60.0GiB")
                }
                #expect(try await size(0, "memory") == "4.0GiB")
                #expect(try await sandbox.online() == Set((0...2).map { "\(name)-0\($0)" }))
                let again = try await sandbox.run(Product.bcmcluster, words)
                #expect(again.succeeded && again.errors.contains("unchanged"), "\(again)")
                #expect(try await sandbox.mustRun("up", "-c", name).errors.contains("unchanged"))
                #expect(try await size(1, "memory") == "64.0GiB")

                // So does the cluster's file, which else changes nothing.
                let shown = try await sandbox.mustRun("config", "show", "-c", name)
                let file = try sandbox.write(shown.output, to: "cluster.toml")
                #expect(
                    try await sandbox.mustRun("up", "-f", file).errors.contains("is up to date with \(file), unchanged")
                )
                _ = try sandbox.write(shown.output.replacing("64GiB", with: "66GiB"), to: "cluster.toml")
                let applied = try await sandbox.mustRun("up", "-f", file)
                #expect(
                    applied.errors.contains(/~ +member +\S+-01 +memory 66GiB; requires a stop/), "\(applied.errors)")
                for index in 1...2 { #expect(try await size(index, "memory") == "66.0GiB") }
                #expect(try await sandbox.online() == Set((0...2).map { "\(name)-0\($0)" }))

                for (flags, status, message) in [
                    (["--disk", "10G"], 2, "a disk cannot be made smaller"),
                    (["--memory", "200M"], 1, "of memory, more than"),
                ] as [([String], Int32, String)] {
                    let refused = try await sandbox.run(
                        Product.bcmcluster, ["member", "set", "-c", name, "\(name)-01"] + flags)
                    #expect(refused.ending == .exited(status) && refused.errors.contains(message), "\(refused)")
                }
                try await waysIn(sandbox)
                // Nothing is stopped beside one that is off; that one is resized and started.
                _ = try await multipass("stop", "\(name)-02")
                let beside = try await sandbox.bcmcluster("member", "set", "-c", name, "\(name)-01", "--cpus", "5")
                #expect(
                    beside.ending == .exited(1) && beside.errors.contains("\(name)-02 is not online"), "\(beside)")
                #expect(try await size(1, "cpus") == "3")
                try await sandbox.mustRun("member", "set", "-c", name, "\(name)-02", "--cpus", "5")
                #expect(try await size(2, "cpus") == "5")
                #expect(try await sandbox.online() == Set((0...2).map { "\(name)-0\($0)" }))
                // Of a cluster that is off none is started.
                try await sandbox.mustRun("stop", "-c", name)
                try await sandbox.mustRun("member", "set", "-c", name, "\(name)-00", "--cpus", "6")
                #expect(try await size(0, "cpus") == "6")
                #expect(try await !multipass("list", "--format", "json").contains("\"Running\""))
            }
        }

        /// OpenSSH reads the configuration, and files of more than `exec` passes on get into a VM whole.
        private func waysIn(_ sandbox: Sandbox) async throws {
            let (name, folder) = (sandbox.cluster, sandbox.folder)
            let printed = try await sandbox.mustRun("ssh-config", "-c", name)
            try await sandbox.mustRun("ssh-config", "-c", name, "--json")
            let file = try sandbox.write(printed.output, to: "ssh-config")
            let settings = try await sandbox.run("ssh", ["-G", "-F", file, "\(name)-01"])
            let address = try await sandbox.mustRun("status", "-c", name).output.firstMatch(of: /-01.* (10[0-9.]+)/)?.1
            #expect(settings.output.contains("hostname \(try #require(address))\n"), "\(settings)")
            #expect(settings.output.contains("user ubuntu\n") && settings.output.contains("/ssh-keys/id_rsa\n"))
            try await sandbox.must(
                "sh", ["-c", "head -c 5000000 /dev/urandom >'\(folder)/big'; chmod 700 '\(folder)/big'"])
            try await sandbox.mustRun("cp", "-c", name, "\(folder)/big", "\(name)-01:\(folder)/there")
            try await sandbox.mustRun("cp", "-c", name, "\(name)-01:\(folder)/there", "\(name)-02:\(folder)/further")
            try await sandbox.must("cmp", ["\(folder)/big", "\(folder)/further"])
            #expect(try await sandbox.run("stat", ["-c", "%a", "\(folder)/further"]).output == "700\n")
        }
    }
}
