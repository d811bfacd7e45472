import Foundation
import Provisioning
import Testing

extension DayTwo {
    /// A cluster that is what its file says.
    @Suite struct ClusterFiles {
        private func file(
            _ sandbox: Sandbox, members: Int = 2, memory: String = "1GiB", pool: String? = "btrfs",
            size: String = "512MiB",
            units: String = "web.toml"
        ) throws -> String {
            let pool = pool.map { driver in
                "[[pool]]\nname = \"fast\"\ndriver = \"\(driver)\"\n\(driver == "dir" ? "" : "size = \"\(size)\"")"
            }
            return try sandbox.write(
                """
                [cluster]
                name = "\(sandbox.cluster)"
                engine = "\(Product.engine.name)"
                provider = "namespace"
                members = \(members)
                channel = "5.21/stable"
                [machine]
                memory = "\(memory)"
                [[member]]
                index = 0
                memory = "2GiB"
                \(pool ?? "")
                [[image]]
                from = "tiny.tar.gz"
                alias = "tiny"
                [units]
                files = [\(units.isEmpty ? "" : "\"\(units)\"")]
                """, to: "cluster.toml")
        }

        private func apply(_ path: String, _ sandbox: Sandbox, _ words: String..., status: Int32 = 0) async throws
            -> (changes: Set<String>, errors: String)
        {
            struct Told: Decodable { var changes: [ShownChange]? }
            let result = try await sandbox.run(Product.bcmcluster, ["up", "-f", path, "--json"] + words)
            #expect(result.ending == .exited(status), "\(result.errors)\(result.output)")
            let text = words.contains("--dry-run") ? result.output : result.lastLine
            let told = try? JSONDecoder().decode(Told.self, from: Data(text.utf8))
            return (Set((told?.changes ?? []).map(\.brief)), result.errors)
        }

        @Test("From a file: made, unchanged, described, drifted, changed, refused, scaled down and deleted")
        func convergence() async throws {
            try await Sandbox.use("CF") { sandbox in
                let name = sandbox.cluster
                _ = try await TinyImage.make(in: sandbox.folder)
                _ = try sandbox.unit("web", count: 2, instance: "type = \"container\"")
                let path = try file(sandbox)

                let made: Set = [
                    "+ member \(name)-00", "+ member \(name)-01", "+ pool fast", "+ image tiny", "+ unit web",
                ]
                #expect(try await apply(path, sandbox, "--dry-run").changes == made)
                #expect(try sandbox.runtimeContents() == [], "a dry run makes nothing")
                #expect(try await apply(path, sandbox).changes == made)
                #expect(try await sandbox.online() == ["\(name)-00", "\(name)-01"])
                #expect(try await sandbox.client("storage", "list", "--format", "csv").contains("fast,btrfs"))
                #expect(Set(try await sandbox.ps().map(\.name)) == ["web-1", "web-2"])
                #expect(try sandbox.state().members.map { $0.sizes?.memory?.value } == ["2GiB", "1GiB"])

                // Again, and from the description of the cluster: nothing to do.
                let same: Set = [
                    "= member \(name)-00", "= member \(name)-01", "= pool fast", "= image tiny", "= unit web",
                ]
                #expect(try await apply(path, sandbox).changes == same)
                let shown = try await sandbox.mustRun("config", "show", "-c", name)
                let described = try sandbox.write(shown.output, to: "described.toml")
                let before = try sandbox.state()
                let idle = try await sandbox.mustRun("up", "-f", described)
                #expect(idle.errors.contains("is up to date with \(described), unchanged"), "\(idle.errors)")
                var after = try sandbox.state()
                #expect(after.file?.path == described)
                after.file = before.file
                #expect(after == before)

                try await drifts(path, sandbox)
                try await isRefused(sandbox)
                try await grows(sandbox)
                try await shrinks(sandbox)
                try await sandbox.destroy(leavingNothingOf: HostTraces(sandbox.state()))
            }
        }

        /// What was changed behind the file's back is named by `status`, and put right by the file.
        private func drifts(_ path: String, _ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            _ = try await apply(path, sandbox)
            try await sandbox.client("delete", "--force", "web-2")
            try await sandbox.client("storage", "delete", "fast")
            let status = try await sandbox.mustRun("status", "-c", name)
            let sentence = "differs from \(path): the pool fast is missing, the unit web has 1 instance, not 2"
            #expect(
                status.output.contains(sentence) && status.output.contains("bcmcluster up -f \(path)"),
                "\(status.output)")
            let changes = try await apply(path, sandbox).changes
            #expect(changes.isSuperset(of: ["+ pool fast", "+ instance web-2"]), "\(changes)")
            #expect(try await sandbox.mustRun("status", "-c", name).output.contains("differs from") == false)
        }

        /// What cannot be, by name, before anything is changed.
        private func isRefused(_ sandbox: Sandbox) async throws {
            let before = try sandbox.state()
            let cases: [(String, Int32)] = [
                ("has the driver btrfs, and \(try file(sandbox, pool: "dir")) says dir", 2),
                ("a pool cannot shrink", 2),
            ]
            for (index, (sentence, status)) in cases.enumerated() {
                let path =
                    try index == 0 ? file(sandbox, members: 3, pool: "dir") : file(sandbox, members: 3, size: "256MiB")
                let told = try await apply(path, sandbox, "--yes", status: status)
                #expect(told.errors.contains(sentence), "\(told.errors)")
                #expect(try sandbox.state() == before)
            }
            let kept = try await apply(file(sandbox, members: 1), sandbox, status: 2)
            #expect(
                kept.errors.contains("pass --yes") && kept.errors.contains("\(sandbox.cluster)-01"), "\(kept.errors)")
            #expect(try sandbox.state() == before)
            let both = try await sandbox.bcmcluster("up", "-f", file(sandbox), "-m", "2")
            #expect(both.ending == .exited(2) && both.errors.contains("--members is not possible with a cluster file"))
        }

        /// A member more, other sizes in place, and the file that stands in the folder.
        private func grows(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            let path = try file(sandbox, members: 3, memory: "1536MiB")
            let plan = try await apply(path, sandbox, "--dry-run").changes
            let changes = try await apply(path, sandbox).changes
            #expect(plan == changes)
            #expect(
                changes.isSuperset(of: ["~ member \(name)-01", "= member \(name)-00", "+ member \(name)-02"]),
                "\(changes)")
            #expect(try await sandbox.online().count == 3)
            // The new member has the pool, as large as the others'.
            let size = try await sandbox.client("storage", "get", "fast", "size", "--target", "\(name)-02").trimmed
            #expect(ByteSize(size)?.bytes == 512 << 20)
            // What the user edits in .env wins for its member.
            let environment = try sandbox.files().environment(MemberName(ClusterName(name), 1))
            let text = try String(contentsOfFile: environment, encoding: .utf8)
            _ = try await sandbox.run(
                "sed", ["-i", "s/^BCM_ENDPOINT_MEM_SIZE=.*/BCM_ENDPOINT_MEM_SIZE=3GiB/", environment])
            #expect(!text.contains("3GiB"))
            #expect(try await apply(path, sandbox).changes.contains("~ member \(name)-01"))
            #expect(try sandbox.state().members[1].sizes?.memory?.value == "3GiB")
            #expect(try await apply(path, sandbox).changes.contains("= member \(name)-01"), "it stays")
            #expect(try await !sandbox.mustRun("status", "-c", name).output.contains("differs from"))
            #expect(try sandbox.state().members[1].sizes?.memory?.value == "3GiB")
        }

        @Test("config init writes a valid file; up uses that of its folder and of standard input, env stub its sizes")
        func waysIn() async throws {
            try await Sandbox.use("CG") { sandbox in
                let (name, file) = (sandbox.cluster, "\(sandbox.folder)/bcmcluster.toml")
                func here(_ words: String...) async throws -> CommandResult {
                    try await sandbox.run("env", ["-C", sandbox.folder, Product.bcmcluster] + words)
                }
                #expect(try await here("config", "init", "-c", name).succeeded)
                let again = try await here("config", "init")
                #expect(again.ending == .exited(2) && again.errors.contains("bcmcluster.toml already exists"))
                let valid = try await here("config", "validate")
                #expect(valid.output == "bcmcluster.toml is valid: cluster \(name), 3 members\n")
                try await sandbox.mustRun("config", "validate", file, "--json")
                let bad = try sandbox.write("[cluster]\nnam = 1\n", to: "bad.toml")
                let refused = try await sandbox.bcmcluster("config", "validate", bad)
                #expect(refused.ending == .exited(2) && refused.errors.contains("bad.toml, line 2, column 1: "))

                _ = try sandbox.write(
                    "[cluster]\nname = \"\(name)\"\nprovider = \"namespace\"\n[machine]\nmemory = \"1536MiB\"\n",
                    to: "bcmcluster.toml")
                #expect(try await here("env", "stub").succeeded)
                let environment = try sandbox.files().environment(MemberName(ClusterName(name), 0))
                let text = try String(contentsOfFile: environment, encoding: .utf8)
                #expect(text.contains("BCM_ENDPOINT_MEM_SIZE=1536MiB"), "\(text)")
                let up = try await here("up")
                #expect(up.succeeded && up.errors.contains("cluster \(name) is up to date with bcmcluster.toml"))
                #expect(try sandbox.state().members.map { $0.sizes?.memory?.value } == ["1536MiB"])
                let piped = try await sandbox.run(
                    "sh", ["-c", "exec \"$1\" up -f - <\"$2\"", "sh", Product.bcmcluster, file])
                #expect(piped.errors.contains("is up to date with standard input, unchanged"), "\(piped)")
            }
        }

        /// Fewer members, no pool, no unit: each is listed, and goes.
        private func shrinks(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            // A cluster that is off is started, and compared then.
            try await sandbox.mustRun("stop", "-c", name)
            let path = try file(sandbox, members: 2, pool: nil, units: "")
            let changes = try await apply(path, sandbox, "--yes").changes
            #expect(
                changes.isSuperset(of: [
                    "- member \(name)-02", "- pool fast", "- instance web-1", "- instance web-2",
                ]), "\(changes)")
            #expect(try await sandbox.online() == ["\(name)-00", "\(name)-01"])
            #expect(try await sandbox.ps() == [])
            #expect(try await !sandbox.client("storage", "list", "--format", "csv").contains("fast"))
        }
    }
}
