import Foundation
import Provisioning
import Testing

extension Repairs {
    /// Clusters whose state is lost or damaged: named, rebuilt, or deleted, and never somebody else's.
    @Suite struct LostStates {
        private let files = FileManager.default

        @Test(
            "A lost runtime directory: every command names the machines, list shows them; destroy --orphaned ends them")
        func destroyed() async throws {
            try await Sandbox.use("LOD") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "1", "--provider", "namespace")
                let traces = try HostTraces(sandbox.state())
                try files.removeItem(atPath: sandbox.runtime)

                let listed = try await sandbox.mustRun("list", "--json")
                let row = try #require(try row(of: name, in: listed.output))
                #expect(
                    row.members == 2 && row.provider == "namespace"
                        && row.state == "orphaned" && row.message.hasPrefix("orphaned: its state is lost"))
                for words in [["destroy", "--yes"], ["status"], ["up", "--provider", "namespace"], ["ps"], ["stop"]] {
                    let refused = try await sandbox.run(Product.bcmcluster, words + ["-c", name])
                    #expect(refused.ending == .exited(1), "\(words): \(refused)")
                    #expect(
                        refused.errors.contains("\(name)-00, \(name)-01 (namespace provider, identifier"),
                        "\(words): \(refused)")
                    #expect(
                        refused.errors.contains("hint: bcmcluster repair -c \(name) rebuilds"), "\(words): \(refused)")
                    #expect(
                        refused.errors.contains("bcmcluster destroy --orphaned -c \(name) deletes"),
                        "\(words): \(refused)")
                }
                let unasked = try await sandbox.bcmcluster("destroy", "--orphaned", "-c", name)
                #expect(unasked.ending == .exited(2) && unasked.errors.contains("pass --yes"), "\(unasked)")
                #expect(unasked.errors.contains("the machine \(name)-01 (namespace) and everything in it"))
                try await sandbox.mustRun("destroy", "--orphaned", "-c", name, "--yes", "--json")
                #expect(try await traces.leftInTheEnd() == [])
                #expect(try await !sandbox.client("remote", "list", "--format", "json").contains("\(name)-00"))
                let again = try await sandbox.mustRun("destroy", "--orphaned", "-c", name, "--yes")
                #expect(again.errors.contains("nothing to destroy"))
                #expect(try sandbox.runtimeContents() == [])
            }
        }

        @Test("repair rebuilds a lost state: healthy, with the remote, and with what up and destroy need")
        func rebuilt() async throws {
            try await Sandbox.use("LOR") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "2", "--provider", "namespace")
                try await sandbox.mustRun("member", "remove", "-c", name, "\(name)-01", "--yes")
                let former = try sandbox.state()
                let traces = try HostTraces(former)
                try files.removeItem(atPath: sandbox.runtime)

                let plan = try await sandbox.mustRun("repair", "-c", name, "--dry-run")
                #expect(plan.output.contains("write the state"))
                #expect(!files.fileExists(atPath: sandbox.runtime))
                let repair = try await sandbox.mustRun("repair", "-c", name)
                #expect(repair.errors.contains("its state is rebuilt"), "\(repair.errors)")
                let state = try sandbox.state()
                #expect(state.members == former.members && state.identifier == former.identifier)
                #expect(
                    state.subnet == former.subnet && state.settings == former.settings
                        && state.created == former.created)
                #expect(
                    state.remote?.name == former.remote?.name && state.remote?.certificate == former.remote?.certificate
                )
                try await sandbox.mustRun("status", "-c", name)
                let unchanged = try await sandbox.mustRun("up", "-c", name)
                #expect(unchanged.errors.contains("unchanged"), "\(unchanged.errors)")
                try await sandbox.mustRun("up", "-c", name, "-m", "3")
                #expect(try await sandbox.online().count == 4)
                try await sandbox.destroy(leavingNothingOf: traces)
                #expect(try sandbox.runtimeContents() == [])
            }
        }

        @Test(
            "A state that is cut off, emptied or garbage is kept aside and rebuilt; the snapshots stay; machines may be off"
        )
        func damaged() async throws {
            try await Sandbox.use("LOG") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "1", "--provider", "namespace")
                try await sandbox.mustRun("snapshot", "create", "-c", name, "before")
                let former = try sandbox.state()
                let traces = try HostTraces(former)
                let path = try sandbox.files().state
                for (number, text) in ["{\"version\": 2, \"na", "", "\u{1}garbage", "{\"version\": 2}"].enumerated() {
                    try text.write(toFile: path, atomically: true, encoding: .utf8)
                    let refused = try await sandbox.bcmcluster("destroy", "-c", name, "--yes")
                    #expect(
                        refused.ending == .exited(1) && refused.errors.contains("hint: bcmcluster repair -c \(name)"))
                    #expect(
                        try String(contentsOfFile: path, encoding: .utf8) == text, "nothing is overwritten silently")
                    if number == 1 {
                        for member in former.members.map(\.name) {
                            let link = "/var/lib/bcmcluster/machines/\(member)/holder"
                            kill(try #require(Int32(files.destinationOfSymbolicLink(atPath: link))), SIGKILL)
                        }
                    }
                    let repair = try await sandbox.mustRun("repair", "-c", name, "--yes")
                    #expect(repair.errors.contains("the damaged state is kept in \(path).damaged-"), "\(repair.errors)")
                    #expect(try sandbox.state().members == former.members)
                    try await sandbox.mustRun("status", "-c", name)
                }
                let folder = try sandbox.files().path
                let kept = try files.contentsOfDirectory(atPath: folder).filter {
                    $0.hasPrefix("cluster.json.damaged-")
                }
                #expect(!kept.isEmpty)
                try await sandbox.mustRun("snapshot", "restore", "-c", name, "before", "--yes")
                #expect(try await sandbox.online().count == 2)
                try await sandbox.destroy(leavingNothingOf: traces)
            }
        }

        @Test("Clusters of a live runtime directory are its own: not listed elsewhere, not taken, not deleted")
        func others() async throws {
            try await Sandbox.use("LOF") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "--provider", "namespace")
                let other = ["BCM_RUNTIME_DIR": "\(sandbox.folder)/other"]
                let listed = try await sandbox.mustRun("list", "--json", adding: other)
                #expect(try row(of: name, in: listed.output) == nil)
                let destroy = try await sandbox.mustRun("destroy", "-c", name, "--yes", adding: other)
                #expect(destroy.errors.contains("nothing to destroy"))
                let identifier = try sandbox.state().identifier
                for words in [["destroy", "--orphaned", "--yes"], ["repair"]] {
                    for more in [[], ["--identifier", identifier]] {
                        let refused = try await sandbox.run(
                            Product.bcmcluster, words + more + ["-c", name], adding: other)
                        #expect(refused.ending == .exited(1), "\(refused)")
                        #expect(refused.errors.contains("its state is \(try sandbox.files().state)"), "\(refused)")
                    }
                }
                let wrong = try await sandbox.bcmcluster("destroy", "--orphaned", "-c", name, "--yes")
                #expect(wrong.ending == .exited(1) && wrong.errors.contains("it is not orphaned"))
                try await sandbox.mustRun("status", "-c", name)

                // One that is gone leaves its clusters to whoever finds them.
                let gone = "\(sandbox.folder)/gone"
                try files.moveItem(atPath: sandbox.runtime, toPath: gone)
                let found = try await sandbox.mustRun("list", "--json", adding: other)
                #expect(try row(of: name, in: found.output)?.state == "orphaned")
                try files.moveItem(atPath: gone, toPath: sandbox.runtime)
            }
        }

        @Test("Machines of version 0.1.0, which keep no copy of the state, are rebuilt from what they are")
        func withoutACopy() async throws {
            try await Sandbox.use("LOV") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "1", "--provider", "namespace")
                let former = try sandbox.state()
                let traces = try HostTraces(former)
                try files.removeItem(atPath: "/var/lib/bcmcluster/clusters/\(former.identifier)/state.json")
                try files.removeItem(atPath: sandbox.runtime)
                #expect(try await row(of: name, in: sandbox.mustRun("list", "--json").output) == nil)
                let refused = try await sandbox.bcmcluster("destroy", "-c", name, "--yes")
                #expect(refused.ending == .exited(1) && refused.errors.contains("\(name)-00, \(name)-01"), "\(refused)")
                try await sandbox.mustRun("repair", "-c", name)
                let state = try sandbox.state()
                #expect(state.members.map(\.name) == former.members.map(\.name))
                #expect(state.members.map(\.address) == former.members.map(\.address) && state.subnet == former.subnet)
                #expect(state.settings.storage == former.settings.storage && state.remote?.name == "\(name)-00")
                try await sandbox.mustRun("status", "-c", name)
                try await sandbox.mustRun("member", "add", "-c", name)
                #expect(try await sandbox.online().count == 3)
                try await sandbox.destroy(leavingNothingOf: traces)
            }
        }

        private struct Row: Decodable {
            var name: String
            var provider: String?
            var members: Int
            var state: String
            var message: String
        }

        private func row(of name: String, in output: String) throws -> Row? {
            struct List: Decodable { var clusters: [Row] }
            return try JSONDecoder().decode(List.self, from: Data(output.utf8)).clusters.first { $0.name == name }
        }
    }
}
