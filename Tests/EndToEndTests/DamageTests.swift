import Foundation
import Provisioning
import Testing

extension EndToEnd {
    /// What somebody broke by hand is named in a sentence with the way out, and `destroy` works for what is left.
    @Suite struct Damage {
        private let files = FileManager.default

        @Test("What stands in a cluster's place and is no folder of ours is named and left alone")
        func inThePlace() async throws {
            try await Sandbox.use("ZP") { sandbox in
                let place = try sandbox.files().path
                let elsewhere = "\(sandbox.folder)/elsewhere"
                try files.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
                try files.createDirectory(
                    atPath: ClusterFolder.clusters(in: sandbox.runtime), withIntermediateDirectories: true)
                try "mine".write(toFile: place, atomically: true, encoding: .utf8)
                try await refused(sandbox, "\(place) is not a folder")
                #expect(try String(contentsOfFile: place, encoding: .utf8) == "mine")
                try files.removeItem(atPath: place)
                try files.createSymbolicLink(atPath: place, withDestinationPath: elsewhere)
                try await refused(sandbox, "\(place) is a symbolic link")
                #expect(try files.contentsOfDirectory(atPath: elsewhere) == [])
                try files.removeItem(atPath: place)
                try files.createDirectory(atPath: place, withIntermediateDirectories: true)
                chown(place, 65534, 65534)
                try await refused(sandbox, "\(place) belongs to another user (UID 65534)")
                try files.removeItem(atPath: place)
            }
        }

        private func refused(_ sandbox: Sandbox, _ sentence: String) async throws {
            for words in [["up"], ["destroy", "--yes"], ["env", "stub"], ["up", "--dry-run"]] {
                let result = try await sandbox.run(Product.bcmcluster, words + ["-c", sandbox.cluster])
                #expect(result.ending == .exited(1))
                #expect(result.errors.contains(sentence) && result.errors.contains("hint: "), "\(result.errors)")
            }
            let list = try await sandbox.mustRun("list")
            #expect(list.output.contains(sentence))
        }

        @Test("A machine without its first process, its folder or its LXD; files of an endpoint; in the end the state")
        func oneAfterTheOther() async throws {
            try await Sandbox.use("ZD") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "1")
                let traces = try HostTraces(sandbox.state())
                let machine = "/var/lib/bcmcluster/machines/\(sandbox.cluster)-01"
                try files.removeItem(atPath: sandbox.files().endpoint(MemberName(ClusterName(sandbox.cluster), 1)))
                try await repaired(sandbox, "is not finished: \(sandbox.cluster)-01: write .env")
                kill(try holder(machine), SIGKILL)
                try await repaired(sandbox, "\(sandbox.cluster)-01 does not run")
                kill(try holder(machine), SIGKILL)
                try await sandbox.must("rm", ["-rf", "--one-file-system", "\(machine)/\(Product.engine.name)"])
                try await repaired(sandbox, "\(sandbox.cluster)-01 does not run")
                try await theFirstIsLost(sandbox)
                let members = "\(sandbox.cluster)-00, \(sandbox.cluster)-01"
                try await sandbox.damageRecord(
                    naming: "\(members) (namespace provider, identifier \(traces.identifier))")
                try await sandbox.destroy(leavingNothingOf: traces)
                #expect(try sandbox.runtimeContents() == [])
            }
        }

        @Test("A cluster whose removal was cut off is named so, and up ends the removal before it recreates it")
        func deletionIncomplete() async throws {
            try await Sandbox.use("ZH") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "1")
                let traces = try HostTraces(sandbox.state())
                var state = try sandbox.state()
                state.isDeleting = true
                let path = try sandbox.files().state
                try StateStore.encode(state).write(toFile: path, atomically: true, encoding: .utf8)
                let list = try await sandbox.mustRun("list")
                #expect(list.output.contains("deletion incomplete: destroy finishes it, up recreates the cluster"))
                let plan = try await sandbox.mustRun("up", "-c", sandbox.cluster, "--dry-run")
                #expect(plan.output.contains("is incomplete: a real run finishes it first"))
                let daemon = try #require(try Daemon("\(sandbox.cluster)-00"))
                let up = try await sandbox.mustRun("up", "-c", sandbox.cluster)
                #expect(up.errors.contains("deletion incomplete; it is finished first"))
                #expect(try await sandbox.online().count == 2)
                #expect(try Daemon("\(sandbox.cluster)-00")?.number != daemon.number, "it was made anew")
                try await sandbox.destroy(leavingNothingOf: traces)
                #expect(try sandbox.runtimeContents() == [])
            }
        }

        /// `list` says what is the matter, and the same `up` repairs it.
        private func repaired(_ sandbox: Sandbox, _ state: String) async throws {
            // What was killed takes a moment to end.
            _ = try await SystemTime().wait(
                for: "list to say: \(state)", limit: .seconds(120), every: .milliseconds(200)
            ) {
                try await sandbox.mustRun("list").output.contains(state) ? true : nil
            }
            try await sandbox.mustRun("up", "-c", sandbox.cluster)
            #expect(try await sandbox.online().count == 2)
        }

        /// A second cluster beside the rest of the first would be the wrong way out.
        private func theFirstIsLost(_ sandbox: Sandbox) async throws {
            let machine = "/var/lib/bcmcluster/machines/\(sandbox.cluster)-00"
            kill(try holder(machine), SIGKILL)
            try await sandbox.must("rm", ["-rf", "--one-file-system", machine])
            let up = try await sandbox.bcmcluster("up", "-c", sandbox.cluster)
            #expect(up.ending == .exited(1))
            #expect(up.errors.contains("\(sandbox.cluster)-00 has lost its data"), "\(up.errors)")
        }

        private func holder(_ machine: String) throws -> Int32 {
            try #require(Int32(files.destinationOfSymbolicLink(atPath: "\(machine)/holder")))
        }
    }
}

extension Sandbox {
    /// Damages the state, and goes the way out that `destroy` names.
    func damageRecord(naming machines: String) async throws {
        try "{\"version\": 1, \"na".write(toFile: files().state, atomically: true, encoding: .utf8)
        let refused = try await bcmcluster("destroy", "-c", cluster, "--yes")
        #expect(refused.ending == .exited(1))
        #expect(refused.errors.contains("machines with its name: \(machines)"), "\(refused.errors)")
        #expect(
            refused.errors.contains("bcmcluster destroy --orphaned -c \(cluster) deletes them"), "\(refused.errors)")
        try await mustRun("destroy", "--orphaned", "-c", cluster, "--yes")
    }
}
