import Foundation
import Provisioning
import Testing

extension Faults {
    /// Files that several runs change at the same time.
    @Suite struct SharedFiles {
        @Test(
            "Four runtime directories and one client configuration: no remote is lost, none is left, local is the default"
        )
        func oneClientConfiguration() async throws {
            try await Sandbox.use("CC") { sandbox in
                let clusters = (0..<4).map { "\(sandbox.cluster)\($0)" }
                do {
                    try await live(clusters, sandbox)
                } catch {
                    for cluster in clusters { _ = try? await run(["destroy"], cluster, sandbox) }
                    throw error
                }
            }
        }

        private func live(_ clusters: [String], _ sandbox: Sandbox) async throws {
            let before = Set(clusters.map { "\($0)-00" })
            try await inParallel(["up", "--provider", "namespace"], clusters, sandbox)
            #expect(try await remotes(sandbox).isSuperset(of: before))
            for cluster in clusters { #expect(try await sandbox.online("\(cluster)-00") == ["\(cluster)-00"]) }
            #expect(before.contains(try await sandbox.client("remote", "get-default").trimmed))
            #expect(try locks(sandbox) == [])

            try await inParallel(["destroy"], clusters, sandbox)
            #expect(try await remotes(sandbox).isDisjoint(with: before))
            #expect(try await sandbox.client("remote", "get-default").trimmed == "local")
            #expect(try locks(sandbox) == [])
        }

        /// Runs the command for all clusters at once, each with a runtime directory of its own; all have to succeed.
        private func inParallel(_ words: [String], _ clusters: [String], _ sandbox: Sandbox) async throws {
            let results = try await withThrowingTaskGroup(of: CommandResult.self) { group in
                for cluster in clusters { group.addTask { try await run(words, cluster, sandbox) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let failed = results.filter { !$0.succeeded }.map(\.errors)
            try #require(failed == [], "\(words)")
        }

        private func run(_ words: [String], _ cluster: String, _ sandbox: Sandbox) async throws -> CommandResult {
            try await sandbox.run(
                Product.bcmcluster, words + ["-c", cluster],
                adding: ["BCM_RUNTIME_DIR": "\(sandbox.folder)/runtime-\(cluster)"])
        }

        private func remotes(_ sandbox: Sandbox) async throws -> Set<String> {
            let text = try await sandbox.client("remote", "list", "--format", "json")
            struct Remote: Decodable {}
            return Set(try JSONDecoder().decode([String: Remote].self, from: Data(text.utf8)).keys)
        }

        private func locks(_ sandbox: Sandbox) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: sandbox.clientConfiguration)
                .filter { $0.contains("lock") || $0.hasSuffix(".new") }
        }

        @Test("Clusters of one runtime directory that come and go at the same time leave each other's files alone")
        func oneRuntimeDirectory() async throws {
            try await Sandbox.use("CF") { sandbox in
                let clusters = (0..<6).map { "\(sandbox.cluster)\($0)" }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for cluster in clusters {
                        group.addTask {
                            let environment = try sandbox.files(of: cluster).environment(
                                MemberName(try ClusterName(cluster), 0))
                            for _ in 0..<6 {
                                try await sandbox.mustRun("env", "stub", "-c", cluster)
                                #expect(FileManager.default.fileExists(atPath: environment))
                                try await sandbox.mustRun("destroy", "-c", cluster)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try sandbox.runtimeContents() == [])
            }
        }
    }
}

extension Hosts {
    /// The list of hosts while several runs change it.
    @Suite struct SharedList {
        @Test("Of eight hosts that are added at the same time eight are in the list, and of eight removals none is")
        func parallel() async throws {
            try await Sandbox.use("HP") { plain in
                try await TestHost.use(1, in: plain) { net, hosts in
                    let sandbox = plain.adding(["PATH": try await net.personsPath()])
                    let names = (0..<8).map { "parallel\($0)" }
                    try await inParallel(names, sandbox) { ["host", "add", $0, "root@\(hosts[0].address)"] }
                    let store = HostStore(runtime: sandbox.runtime, files: LocalFiles(), time: SystemTime())
                    #expect(try store.all().map(\.name.text) == names)
                    #expect(try sandbox.runtimeContents() == ["hosts.json"])
                    try await inParallel(names, sandbox) { ["host", "remove", $0] }
                    #expect(try store.all().map(\.name.text) == [])
                    #expect(try sandbox.runtimeContents() == ["hosts.json"])
                }
            }
        }

        private func inParallel(
            _ names: [String], _ sandbox: Sandbox, _ words: @escaping @Sendable (String) -> [String]
        ) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for name in names {
                    group.addTask {
                        let result = try await sandbox.run(Product.bcmcluster, words(name))
                        try #require(result.succeeded, "\(name): \(result.errors)")
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
