import Foundation
import Provisioning
import Testing

extension DayTwo {
    /// A whole cluster that is copied, changed, and brought back.
    @Suite struct Snapshots {
        @Test(
            "Two members copied while they are off; changed; back, also after a kill half-way, with the members of then"
        )
        func thereAndBack() async throws {
            try await Sandbox.use("S") { sandbox in
                let name = sandbox.cluster
                try await sandbox.upWithImage(members: 2)
                try await sandbox.client("launch", "tiny", "c1", "--target", "\(name)-01", "--quiet")
                try await write("then", in: sandbox)

                let plan = try await DryRun(sandbox, "snapshot", "create", "-c", name, "before")
                #expect(plan.steps.filter { $0.title == "take the snapshot" }.count == 2)
                let create = try await sandbox.mustRun("snapshot", "create", "-c", name, "before", "--json")
                #expect(create.lastLine.contains(#""snapshot":"before""#))
                #expect(try await sandbox.online() == ["\(name)-00", "\(name)-01"])
                let again = try await sandbox.bcmcluster("snapshot", "create", "-c", name, "before")
                #expect(again.ending == .exited(2) && again.errors.contains("has a snapshot before already"))
                let list = try await sandbox.mustRun("snapshot", "list", "-c", name)
                #expect(list.output.contains(/before +complete  \d+s ago  2        [\d.]+M/), "\(list.output)")

                try await change(sandbox)
                try await killHalfWay(sandbox)
                try await sandbox.mustRun("snapshot", "restore", "-c", name, "before", "--yes")
                #expect(try await sandbox.online() == ["\(name)-00", "\(name)-01"])
                #expect(try sandbox.state().members.map(\.name.index) == [0, 1])
                #expect(try await sandbox.client("list", "--format", "csv", "--columns", "n").trimmed == "c1")
                #expect(try await read(in: sandbox) == "then")

                try await sandbox.mustRun("snapshot", "delete", "-c", name, "before", "--yes")
                let none = try await sandbox.mustRun("snapshot", "list", "-c", name)
                #expect(none.errors.contains("has no snapshots"))
                try await sandbox.destroy(leavingNothingOf: HostTraces(sandbox.state()))
                #expect(try sandbox.runtimeContents() == [])
            }
        }

        /// A member less, a member more, an instance more, another text.
        private func change(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            try await write("now", in: sandbox)
            try await sandbox.client("init", "tiny", "c2", "--target", "\(name)-00", "--quiet")
            try await sandbox.mustRun("member", "add", "-c", name)
            try await sandbox.mustRun("member", "remove", "-c", name, "\(name)-01", "--force", "--yes")
        }

        /// Ends a run as soon as it has begun to touch machines; from then on nothing else starts the cluster.
        private func killHalfWay(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            let refused = try await sandbox.bcmcluster("snapshot", "restore", "-c", name, "before")
            #expect(refused.ending == .exited(2) && refused.errors.contains("the machines \(name)-02 and everything"))
            let run = try Spawned(sandbox, ["snapshot", "restore", "-c", name, "before", "--yes"])
            _ = try await SystemTime().wait(for: "the mark", limit: .seconds(60), every: .milliseconds(2)) {
                try sandbox.state().restoring
            }
            run.send(SIGKILL)
            _ = try await run.wait()
            let way = "bcmcluster snapshot restore -c \(name) before"
            for words in [["start"], ["stop"], ["repair"], ["up"], ["member", "add"], ["snapshot", "create"]] {
                let result = try await sandbox.run(Product.bcmcluster, words + ["-c", name])
                #expect(
                    result.ending == .exited(1) && result.errors.contains("finish it with \(way)"), "\(result.errors)")
            }
            let status = try await sandbox.bcmcluster("status", "-c", name)
            #expect(status.output.hasPrefix("✗ Restore from before incomplete: "))
            #expect(try await sandbox.mustRun("list").output.contains("restore from before incomplete"))
        }

        private func write(_ text: String, in sandbox: Sandbox) async throws {
            _ = try await inside("sh", "-c", "echo \(text) > /root/text", in: sandbox)
        }

        private func read(in sandbox: Sandbox) async throws -> String {
            try await inside("cat", "/root/text", in: sandbox)
        }

        /// Runs a command in the container, which starts with its member, a moment after it.
        private func inside(_ command: String..., in sandbox: Sandbox) async throws -> String {
            try await SystemTime().wait(for: "the container", limit: .seconds(60), every: .milliseconds(100)) {
                let result = try await sandbox.run(Product.engine.client, ["exec", "c1", "--"] + command)
                return result.succeeded ? result.output.trimmed : nil
            }
        }

        /// A restore that fails while starting is continued by `start`: another restore would lose what came since.
        private func failedStart(_ sandbox: Sandbox) async throws {
            let (name, program) = (sandbox.cluster, "\(sandbox.folder)/bin/multipass")
            try FileManager.default.removeItem(atPath: program)
            let script = """
                #!/bin/sh
                if [ "$1" = start ]; then echo 'start failed: no room' >&2; exit 2; fi
                exec \(Product.multipassStandIn) "$@"

                """
            try await Executable.write(script, to: program)
            let failed = try await sandbox.bcmcluster("snapshot", "restore", "-c", name, "before", "--yes")
            #expect(failed.ending == .exited(1) && failed.errors.contains("bcmcluster start -c \(name)"))
            #expect(!failed.errors.contains("bcmcluster snapshot restore"), "\(failed.errors)")
            let status = try await sandbox.bcmcluster("status", "-c", name)
            #expect(status.output.contains("bcmcluster start -c \(name)"), "\(status.output)")
            try FileManager.default.removeItem(atPath: program)
            try FileManager.default.createSymbolicLink(
                atPath: program, withDestinationPath: Product.multipassStandIn)
            try await sandbox.mustRun("start", "-c", name)
            _ = try await sandbox.client("profile", "create", "since")
            try await sandbox.mustRun("start", "-c", name)
            #expect(try await sandbox.client("profile", "list", "--format", "csv").contains("since"))
        }

        @Test("By multipass: its own snapshots, held fast while machines are on, and gone with their machine")
        func byMultipass() async throws {
            try await Sandbox.useMultipass("SM") { sandbox, multipass in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "--storage", "dir", "--provider", "multipass")
                try await sandbox.mustRun("snapshot", "create", "-c", name, "before")
                _ = try await sandbox.client("profile", "create", "since")
                let held = try await sandbox.bcmcluster("snapshot", "delete", "-c", name, "before", "--yes")
                #expect(held.errors.contains("multipass deletes snapshots only of machines that are stopped"))
                try await sandbox.mustRun("snapshot", "restore", "-c", name, "before", "--yes")
                #expect(try await !sandbox.client("profile", "list", "--format", "csv").contains("since"))
                #expect(try await multipass("list", "--snapshots", "--format", "json").contains(#""before""#))
                try await failedStart(sandbox)
                let plan = try await sandbox.mustRun("destroy", "-c", name, "--dry-run")
                #expect(plan.output.contains("# Note: its snapshots are deleted too: before."))
                try await sandbox.mustRun("destroy", "-c", name, "--yes")
                #expect(try await !multipass("list", "--snapshots", "--format", "json").contains(#""before""#))
            }
        }
    }
}
