import Foundation
import Provisioning
import Testing

extension EndToEnd {
    /// The multipass provider against the stand-in, whose machines are real LXD daemons.
    @Suite struct ByMultipass {
        @Test("Three multipass members: the dry run holds, a deleted name is refused, strangers are left alone")
        func wholeLife() async throws {
            try await Sandbox.useMultipass("M") { sandbox, multipass in
                let cluster = sandbox.cluster
                let stranger = "\(cluster)-07"
                _ = try await multipass("launch", "24.04", "--name", stranger)
                let options = ["up", "-c", cluster, "-m", "2", "--storage", "dir", "--provider", "multipass"]
                let plan = try await DryRun(sandbox, options)
                let up = try await sandbox.run(Product.bcmcluster, options)
                try #require(up.succeeded, "\(up.errors)")
                try plan.expectTrace(in: sandbox, command: "up")
                #expect(try await sandbox.online() == Set((0...2).map { "\(cluster)-0\($0)" }))
                let again = try await sandbox.mustRun("up", "-c", cluster)
                #expect(again.errors.contains("unchanged"))

                let taken = try await sandbox.bcmcluster("up", "-c", cluster, "-m", "7")
                #expect(taken.ending == .exited(1))
                #expect(taken.errors.contains("a VM named \(stranger) already exists"))
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
                let listed = try await multipass("list", "--format", "json")
                #expect(listed.contains(stranger))
                #expect(!listed.contains("\(cluster)-00"))
                #expect(try sandbox.runtimeContents() == [])
            }
        }

        @Test("Three multipass members with Incus: up, status, a unit, a repair, a member removed, destroy")
        func withIncus() async throws {
            try await Sandbox.useMultipass("I") { plain, multipass in
                let sandbox = plain.adding(["BCM_ENGINE": "incus"])
                let cluster = sandbox.cluster
                let options = ["up", "-c", cluster, "-m", "2", "--storage", "dir", "--provider", "multipass"]
                let refused = try await sandbox.run(Product.bcmcluster, options + ["--channel", "6/stable"])
                #expect(refused.ending == .exited(2))
                #expect(refused.errors.contains("--channel is not possible with Incus"), "\(refused.errors)")
                let up = try await sandbox.run(Product.bcmcluster, options)
                try #require(up.succeeded, "\(up.errors)")
                let state = try sandbox.state()
                #expect(state.engine == .incus && state.settings.channel == nil)
                let variables = try String(
                    contentsOfFile: sandbox.files().environment(MemberName(coded: "\(cluster)-00")), encoding: .utf8)
                #expect(variables.contains("BCM_LXD_CHANNEL=\n") && variables.contains("BCM_ENGINE=incus\n"))
                let mark = try await multipass("exec", "\(cluster)-00", "--", "cat", "/etc/bcmcluster")
                #expect(mark == "cluster \(state.identifier)")
                let status = try await sandbox.mustRun("status", "-c", cluster)
                #expect(status.output.hasPrefix("✓ \(cluster) is healthy: 3 members online."), "\(status.output)")
                #expect(try await sandbox.mustRun("up", "-c", cluster).errors.contains("unchanged"))

                func incus(_ words: String...) async throws -> String {
                    let result = try await sandbox.run("incus", words)
                    try #require(result.succeeded, "incus \(words): \(result.errors)")
                    return result.output
                }
                _ = try await incus("image", "import", TinyImage.make(in: sandbox.folder), "--alias", "tiny")
                try await sandbox.mustRun("run", "-c", cluster, sandbox.unit("web", count: 2))
                #expect(try await incus("list", "--format", "csv", "--columns", "ns").contains("web-1,RUNNING"))

                // The daemon of a member that hangs is restarted by the package's units; its instances keep running.
                _ = try await multipass(
                    "exec", "\(cluster)-01", "--", "sudo", "pkill", "-STOP", "-f", "^\(Engine.incus.daemon) --group")
                try await sandbox.mustRun("repair", "-c", cluster)
                try await sandbox.mustRun("member", "remove", "-c", cluster, "\(cluster)-02", "--yes")
                try await sandbox.mustRun("status", "-c", cluster)
                #expect(try await !multipass("list", "--format", "csv").contains("\(cluster)-02"))
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
                #expect(try await !multipass("list", "--format", "csv").contains(cluster))
                #expect(try sandbox.runtimeContents() == [])
            }
        }

        @Test("An image that there is not can be replaced; sizes of the cluster hold for members that are added later")
        func corrections() async throws {
            try await Sandbox.useMultipass("C") { sandbox, _ in
                let cluster = sandbox.cluster
                let wrong = try await sandbox.bcmcluster(
                    "up", "-c", cluster, "--storage", "zfs", "--provider", "multipass", "--image", "nosuch",
                    "--channel", "5.21/stable")
                #expect(wrong.ending == .exited(3) && wrong.errors.contains("multipass has no such image"))
                #expect(wrong.errors.contains("possible while the cluster has no machine"))
                let corrected = [
                    "--image", "22.04", "--storage", "dir", "--channel", "5.0/stable", "--cpus", "1", "--memory", "1G",
                    "--disk", "6G",
                ]
                let up = try await sandbox.run(Product.bcmcluster, ["up", "-c", cluster] + corrected)
                try #require(up.succeeded, "\(up.errors)")
                try await sandbox.mustRun("member", "add", "-c", cluster)
                #expect(try await sandbox.online() == ["\(cluster)-00", "\(cluster)-01"])
                let calls = try String(contentsOfFile: "\(sandbox.folder)/multipass/calls.log", encoding: .utf8)
                let launch = #"["launch","22.04","--name","\#(cluster)-01","--cpus","1","-m","1G","--disk","6G","#
                #expect(calls.contains(launch), "\(calls)")

                let late = try await sandbox.bcmcluster("up", "-c", cluster, "--image", "24.04")
                #expect(late.ending == .exited(2) && late.errors.contains("only while the cluster has no machine"))
                let version = try await sandbox.bcmcluster("up", "-c", cluster, "--channel", "5.21/stable")
                #expect(version.ending == .exited(2))
                #expect(version.errors.contains("a channel of the version that all machines run"))
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
            }
        }

        @Test("LXD of another version than the channel's is a failure of up; the channel can be made that of what runs")
        func versionsThatDiffer() async throws {
            try await Sandbox.useMultipass("V") { sandbox, _ in
                let cluster = sandbox.cluster
                let up = try await sandbox.bcmcluster(
                    "up", "-c", cluster, "--storage", "dir", "--provider", "multipass", "--channel", "5.21/stable")
                #expect(up.ending == .exited(1))
                #expect(up.errors.contains("LXD on \(cluster)-00 is 5.0."), "\(up.errors)")
                #expect(up.errors.contains("and the channel 5.21/stable was asked for"))
                #expect(up.errors.contains("bcmcluster up -c \(cluster) --channel 5.0/stable"))
                #expect(up.errors.contains("/var/log/bcmcluster-install.log"))
                try await sandbox.mustRun("up", "-c", cluster, "--channel", "5.0/stable")
                #expect(try await sandbox.online() == ["\(cluster)-00"])
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
            }
        }

        @Test("A damaged state by multipass: destroy names the machines, and --orphaned deletes them")
        func damagedRecord() async throws {
            try await Sandbox.useMultipass("O") { sandbox, multipass in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "--storage", "dir", "--provider", "multipass")
                let identifier = try sandbox.state().identifier
                try await sandbox.damageRecord(
                    naming: "\(sandbox.cluster)-00 (multipass provider, identifier \(identifier))")
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                #expect(try await !multipass("list", "--format", "csv").contains(sandbox.cluster))
                #expect(try await sandbox.client("remote", "get-default").trimmed == "local")
                #expect(try sandbox.runtimeContents() == [])
            }
        }

        @Test("Without lxc on the user's machine the cluster comes up all the same, with a line on how to get one")
        func withoutClient() async throws {
            try await Sandbox.useMultipass("N") { sandbox, _ in
                // A PATH with nothing on it but multipass, which finds its own programs all the same.
                let folder = "\(sandbox.folder)/bare"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let script =
                    "#!/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin exec \(sandbox.folder)/bin/multipass \"$@\"\n"
                try await Executable.write(script, to: "\(folder)/multipass")
                let bare = ["PATH": folder]
                let up = try await sandbox.mustRun(
                    "up", "-c", sandbox.cluster, "--storage", "dir", adding: bare)
                #expect(up.errors.contains("provider multipass (multipass is installed)"))
                #expect(up.errors.contains("lxc: command not found"))
                #expect(up.errors.contains("install lxd-client"))
                let later = try await sandbox.mustRun("up", "-c", sandbox.cluster)
                #expect(!later.errors.contains("there is no lxc"))
                #expect(try await sandbox.online() == ["\(sandbox.cluster)-00"])
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
            }
        }
    }
}

extension Sandbox {
    /// Surroundings in which `multipass` is the stand-in; its machines go in the end, however the test ends.
    static func useMultipass(
        _ prefix: String, _ body: (Sandbox, (String...) async throws -> String) async throws -> Void
    ) async throws {
        try await use(prefix) { plain in
            let bin = "\(plain.folder)/bin"
            try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: "\(bin)/multipass", withDestinationPath: Product.multipassStandIn)
            let sandbox = plain.adding([
                "PATH": "\(bin):/usr/sbin:/usr/bin:/sbin:/bin", "MULTIPASS_STAND_IN_DIR": "\(plain.folder)/multipass",
                // The guests run the LXD of this host, which is Debian's.
                "BCM_LXD_CHANNEL": "5.0/stable",
            ])
            func multipass(_ arguments: String...) async throws -> String {
                let result = try await sandbox.run("\(bin)/multipass", arguments)
                try #require(result.succeeded, "multipass \(arguments): \(result.errors)")
                return result.output
            }
            do {
                try await body(sandbox, multipass)
            } catch {
                _ = try? await multipass("--tear-down")
                throw error
            }
            _ = try await multipass("--tear-down")
        }
    }
}
