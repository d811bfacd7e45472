import Foundation
import Provisioning
import Testing

extension DayTwo {
    /// A whole cluster in one file, brought up beside the original, and where the original was.
    @Suite struct Archives {
        @Test("Three members in a file; beside the original under another name; again under its own, also after a kill")
        func thereAndBack() async throws {
            try await Sandbox.use("EX") { sandbox in
                let (name, copy, file) = (sandbox.cluster, "\(sandbox.cluster)B", "\(sandbox.folder)/all of it.tar")
                try await prepare(sandbox)
                try await export(file, sandbox)
                let traces = try HostTraces(sandbox.state())

                // Beside it, while it runs: other names, other addresses, the same contents.
                let plan = try await DryRun(sandbox, "snapshot", "import", file, "-c", copy)
                #expect(plan.steps.count { $0.title == "unpack the machine" } == 3)
                #expect(try !FileManager.default.fileExists(atPath: sandbox.files(of: copy).path))
                let imported = try await sandbox.mustRun("snapshot", "import", file, "-c", copy)
                #expect(imported.errors.contains("cluster \(copy) is up (3 members, "), "\(imported.errors)")
                try await expectContents(of: copy, sandbox)
                #expect(try await sandbox.online() == Set((0...2).map { "\(name)-0\($0)" }))
                #expect(
                    try Set(sandbox.state().members.map(\.address)).isDisjoint(
                        with: sandbox.state(of: copy).members.map(\.address)))
                try await launch("c9", on: copy, sandbox)
                try await sandbox.mustRun("member", "add", "-c", copy)
                #expect(try await sandbox.online("\(copy)-00").count == 4)
                let again = try await sandbox.bcmcluster("snapshot", "import", file)
                #expect(again.ending == .exited(1) && again.errors.contains("cluster \(name) already exists"))
                try await sandbox.mustRun("destroy", "-c", copy, "--yes")

                // Where it was; what a kill has left is finished by what is said, or destroyed.
                try await sandbox.destroy(leavingNothingOf: traces)
                try await killHalfWay(file, sandbox)
                let identifier = try sandbox.state().identifier
                try await sandbox.mustRun("destroy", "-c", name, "--yes")
                for place in ["machines/\(name)-00", "clusters/\(identifier)"] {
                    #expect(!FileManager.default.fileExists(atPath: "/var/lib/bcmcluster/\(place)"))
                }
                try await killHalfWay(file, sandbox)
                try await sandbox.mustRun("snapshot", "import", file, "-c", name)
                try await expectContents(of: name, sandbox)
                #expect(try await sandbox.mustRun("up", "-c", name).errors.contains("unchanged"))
            }
        }

        /// An instance that runs, one that does not, and a volume, on different members.
        private func prepare(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            try await sandbox.upWithImage(members: 3)
            try await sandbox.client("launch", "tiny", "c1", "--target", "\(name)-01", "--quiet")
            try await sandbox.client("init", "tiny", "c2", "--target", "\(name)-02", "--quiet")
            try await sandbox.client("storage", "volume", "create", "default", "data", "--target", "\(name)-01")
            try await sandbox.client("storage", "volume", "attach", "default", "data", "c1", "/data")
            try await sandbox.client("exec", "c1", "--", "sh", "-c", "echo then > /data/text")
            try await sandbox.mustRun("snapshot", "create", "-c", name, "before")
        }

        private func export(_ file: String, _ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            let plan = try await DryRun(sandbox, "snapshot", "export", "-c", name, "before", file)
            #expect(plan.steps.count { $0.title == "pack the machine" } == 3)
            #expect(!FileManager.default.fileExists(atPath: file))
            let unknown = try await sandbox.bcmcluster("snapshot", "export", "-c", name, "after", file)
            #expect(unknown.ending == .exited(5) && unknown.errors.contains("has no snapshot after"))
            let made = try await sandbox.mustRun("snapshot", "export", "-c", name, "before", file, "--json")
            #expect(made.errors.contains("it holds the cluster's keys"), "\(made.errors)")
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: sandbox.folder).allSatisfy {
                    !$0.hasSuffix(".part")
                })
            let twice = try await sandbox.bcmcluster("snapshot", "export", "-c", name, "before", file)
            #expect(twice.ending == .exited(2) && twice.errors.contains("already exists"))
        }

        /// Creates an instance on the third member, and starts it: the engine's answer to the client may be lost, as to its
        /// creation, and the instance is there, or is there and was not started.
        private func launch(_ instance: String, on cluster: String, _ sandbox: Sandbox) async throws {
            let words = ["launch", "tiny", "\(cluster)-00:\(instance)", "--target", "\(cluster)-02", "--quiet"]
            _ = try await SystemTime().wait(for: instance, limit: .seconds(120), every: .seconds(1)) { detail in
                let result = try await sandbox.run(Product.engine.client, words)
                detail = "\(result.ending): \(result.errors.trimmed)"
                let state = try await sandbox.client(
                    "list", "\(cluster)-00:\(instance)", "--format", "csv", "--columns", "s")
                if state.trimmed == "STOPPED" {
                    let start = try await sandbox.run(Product.engine.client, ["start", "\(cluster)-00:\(instance)"])
                    detail = "\(start.ending): \(start.errors.trimmed)"
                }
                return state.trimmed == "RUNNING" ? true : nil
            }
        }

        private func expectContents(of cluster: String, _ sandbox: Sandbox) async throws {
            let remote = "\(cluster)-00"
            #expect(try await sandbox.online(remote) == Set((0...2).map { "\(cluster)-0\($0)" }))
            let text = try await SystemTime().wait(for: "c1", limit: .seconds(120), every: .milliseconds(100)) {
                let result = try await sandbox.run(
                    Product.engine.client, ["exec", "\(remote):c1", "--", "cat", "/data/text"])
                return result.succeeded ? result.output.trimmed : nil
            }
            #expect(text == "then")
            let list = try await sandbox.client("list", "\(remote):", "--format", "csv", "--columns", "nsL")
            #expect(list.trimmed == "c1,RUNNING,\(cluster)-01\nc2,STOPPED,\(cluster)-02")
            let status = try await sandbox.bcmcluster("status", "-c", cluster)
            #expect(status.output.hasPrefix("✓ \(cluster) is healthy"), "\(status.output)")
        }

        /// Ends an import as soon as a machine is unpacked; from then on only another import continues.
        private func killHalfWay(_ file: String, _ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            let run = try Spawned(sandbox, ["snapshot", "import", file])
            _ = try await SystemTime().wait(for: "a machine", limit: .seconds(60), every: .milliseconds(2)) {
                FileManager.default.fileExists(atPath: "/var/lib/bcmcluster/machines/\(name)-00/import") ? true : nil
            }
            run.send(SIGKILL)
            _ = try await run.wait()
            let way = "bcmcluster snapshot import '\(file)' -c \(name)"
            for words in [["start"], ["up"], ["repair"], ["snapshot", "restore", "before", "--yes"]] {
                let result = try await sandbox.run(Product.bcmcluster, words + ["-c", name])
                #expect(result.ending == .exited(1) && result.errors.contains(way), "\(words): \(result.errors)")
            }
            let status = try await sandbox.bcmcluster("status", "-c", name, "--json")
            #expect(status.output.contains("import-incomplete") && status.output.contains(way), "\(status.output)")
        }

        @Test(
            "What is no archive, is truncated, was changed, is of a later engine or leads out of its folder is refused")
        func refusals() async throws {
            try await Sandbox.use("EY") { sandbox in
                let (name, file) = (sandbox.cluster, "\(sandbox.folder)/good.tar")
                try await sandbox.mustRun("up", "-c", name)
                try await sandbox.mustRun("snapshot", "create", "-c", name, "one")
                try await sandbox.mustRun("snapshot", "export", "-c", name, "one", file)
                try await sandbox.mustRun("destroy", "-c", name, "--yes")
                let good = try Data(contentsOf: URL(filePath: file))
                func refused(
                    _ change: String, _ data: Data, _ words: String, at location: SourceLocation = #_sourceLocation
                ) async throws {
                    let path = "\(sandbox.folder)/\(change).tar"
                    try data.write(to: URL(filePath: path))
                    let result = try await sandbox.bcmcluster("snapshot", "import", path, "-c", "\(name)B")
                    #expect(
                        !result.succeeded && result.errors.contains(words), "\(result.errors)", sourceLocation: location
                    )
                    #expect(!FileManager.default.fileExists(atPath: "/var/lib/bcmcluster/machines/\(name)B-00"))
                    // What the checksums refuse has left the log of the run.
                    let state = try sandbox.files(of: "\(name)B").state
                    #expect(!FileManager.default.fileExists(atPath: state), sourceLocation: location)
                }
                try await refused("empty", Data(), "is not a complete archive")
                try await refused("text", Data("hello\n".utf8), "is not a complete archive")
                try await refused("short", good.dropLast(1024), "is not a complete archive")
                var changed = good
                changed[good.count / 2] ^= 1
                try await refused("changed", changed, "was changed since it was made")
                let later = good.replacing(Data(#""format" : 1"#.utf8), with: Data(#""format" : 2"#.utf8))
                try await refused("format", later, "has format 2")
                let archive = ArchiveFile(file, LocalRunner(), LocalFiles())
                let manifest = try await archive.layout().manifest
                var newer = manifest
                newer.engineVersion = "99.0"
                try await refused(
                    "newer",
                    try await remade(newer, sandbox) { file in
                        try await copyPart(of: archive, onto: file)
                    }, "cannot read the database of a later version")
                try await hostile(manifest, sandbox)
            }
        }

        /// An archive whose checksums are right, made by that manifest, with one part.
        private func remade(
            _ manifest: ArchiveManifest, _ sandbox: Sandbox, _ pack: (String) async throws -> Void
        ) async throws -> Data {
            var manifest = manifest
            let file = ArchiveFile("\(sandbox.folder)/remade.tar", LocalRunner(), LocalFiles())
            try await file.begin(ArchiveLayout(manifest))
            manifest.parts[0] = try await file.add(manifest.parts[0]) { try await pack(file.path) }
            try await file.end(ArchiveLayout(manifest))
            return try Data(contentsOf: URL(filePath: file.path))
        }

        private func copyPart(of archive: ArchiveFile, onto file: String) async throws {
            var copy = Command("cat", [], effect: .changes)
            (copy.inputFile, copy.inputRange) = (archive.path, try await archive.layout().range(of: 0))
            (copy.outputFile, copy.appendsOutput) = (file, true)
            try await LocalRunner().output(of: copy)
        }

        /// Archives that are made to break out of their folder, or to bring a device.
        private func hostile(_ manifest: ArchiveManifest, _ sandbox: Sandbox) async throws {
            let (name, folder) = ("\(sandbox.cluster)B", sandbox.folder)
            let script = """
                set -e; mkdir -p \(folder)/evil/in; cd \(folder)/evil/in; rm -rf ./*
                case "$1" in
                absolute) echo x > ../../escaped; tar --zstd -P -cf - \(folder)/escaped; rm ../../escaped ;;
                above) echo x > ../escaped; tar --zstd -P -cf - ../escaped; rm ../escaped ;;
                link) ln -s \(folder) l; tar -cf ../a.tar l; rm l; mkdir l; echo x > l/escaped
                  tar -rf ../a.tar l/escaped; zstd -qc ../a.tar ;;
                hard) echo x > ../victim; ln ../victim h; tar -P -cf - ../victim h | zstd -qc ;;
                device) mknod d b 7 77; tar --zstd -cf - d ;;
                esac
                """
            for kind in ["absolute", "above", "link", "hard", "device"] {
                let data = try await remade(manifest, sandbox) { file in
                    var pack = Command("sh", ["-c", script, "sh", kind], effect: .changes)
                    (pack.outputFile, pack.appendsOutput) = (file, true)
                    try await LocalRunner().output(of: pack)
                }
                let path = "\(folder)/\(kind).tar"
                try data.write(to: URL(filePath: path))
                let result = try await sandbox.bcmcluster("snapshot", "import", path, "-c", name)
                #expect(result.ending == .exited(1), "\(kind): \(result.errors)")
                if kind != "link" { #expect(result.errors.contains("is refused"), "\(kind): \(result.errors)") }
                #expect(!FileManager.default.fileExists(atPath: "\(folder)/escaped"))
                #expect(!FileManager.default.fileExists(atPath: "/var/lib/bcmcluster/machines/\(name)-00/import"))
                let again = try await sandbox.bcmcluster("start", "-c", name)
                #expect(again.errors.contains("bcmcluster destroy -c \(name)"), "\(again.errors)")
                try await sandbox.mustRun("destroy", "-c", name, "--yes")
            }
        }

        @Test("Snapshots of multipass's machines stay where they are: refused in one sentence")
        func byMultipass() async throws {
            try await Sandbox.useMultipass("EM") { sandbox, _ in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "--storage", "dir", "--provider", "multipass")
                let result = try await sandbox.bcmcluster(
                    "snapshot", "export", "-c", name, "one", "\(sandbox.folder)/one.tar")
                #expect(result.ending == .exited(3), "\(result.errors)")
                #expect(result.errors.contains("the multipass provider cannot write a snapshot to a file"))
            }
        }
    }
}
