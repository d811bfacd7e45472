import Foundation
import Provisioning
import Testing

extension Faults {
    /// What `destroy` leaves alone: everything that is not in the state.
    @Suite struct BlastRadius {
        @Test("destroy NAME leaves NAME2, NAME-A, MYNAME and the user's remotes as they were, to the byte")
        func namesThatLookAlike() async throws {
            try await Sandbox.use("F") { sandbox in
                let neighbours = ["\(sandbox.cluster)2", "\(sandbox.cluster)-A", "MY\(sandbox.cluster)"]
                for neighbour in neighbours { try await sandbox.mustRun("up", "-c", neighbour) }
                try await sandbox.client(
                    "remote", "add", "mine", "https://192.0.2.77:8443", "--protocol", "simplestreams")
                try await sandbox.client("remote", "switch", "mine")
                let before = try Everything(sandbox, neighbours)
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "1")
                #expect(try Everything(sandbox, neighbours) != before, "else this test sees nothing")
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                #expect(try Everything(sandbox, neighbours) == before)
                for neighbour in neighbours {
                    #expect(try await sandbox.online("\(neighbour)-00") == ["\(neighbour)-00"])
                }
            }
        }

        /// Two users of one host, or a copy of a home.
        @Test("Files of a cluster that is gone reach into no cluster that has its name now")
        func olderFiles() async throws {
            try await Sandbox.use("F") { sandbox in
                let cluster = sandbox.cluster
                let stale = ["BCM_RUNTIME_DIR": "\(sandbox.folder)/stale", "LXD_CONF": "\(sandbox.folder)/stale-lxc"]
                try await sandbox.mustRun("up", "-c", cluster, "-m", "1")
                try await sandbox.must("cp", ["-a", sandbox.runtime, "\(sandbox.folder)/stale"])
                try await sandbox.must("cp", ["-a", sandbox.clientConfiguration, "\(sandbox.folder)/stale-lxc"])
                let former = try sandbox.state().identifier
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
                try await sandbox.mustRun("up", "-c", cluster, "-m", "1")
                try await sandbox.client("project", "create", "theirs")
                let before = try Everything(sandbox, [cluster])
                let attempts = [
                    "exec -c C C-00 -- \(Product.engine.client) project delete theirs", "rm -c C web --yes",
                    "unit stop -c C web",
                    "stop -c C", "start -c C", "repair -c C --yes", "up -c C",
                    "member remove -c C C-01 --force --yes",
                ]
                for line in attempts {
                    let words = line.split(separator: " ").map { word in
                        word == "C" || word.hasPrefix("C-") ? cluster + word.dropFirst() : String(word)
                    }
                    let result = try await sandbox.run(Product.bcmcluster, words, adding: stale)
                    #expect(try Everything(sandbox, [cluster]) == before, "\(line)")
                    guard ["exec", "rm", "unit"].contains(words[0]) else { continue }
                    #expect(!result.succeeded)
                    #expect(result.errors.contains("belongs to another cluster"), "\(line): \(result.errors)")
                }
                try await sandbox.bcmcluster("destroy", "-c", cluster, "--yes", adding: stale)
                let places = ["/var/lib/bcmcluster/subnets", "/var/lib/bcmcluster/clusters", "/sys/class/net"]
                let marks = ["(", "-lname", former, "-o", "-name", "*\(former)*", ")"]
                #expect(try await sandbox.run("find", places + ["-maxdepth", "1"] + marks).output == "")
                #expect(try Everything(sandbox, [cluster]) == before)
                #expect(try await sandbox.online() == ["\(cluster)-00", "\(cluster)-01"])
                #expect(try await sandbox.client("project", "list", "--format", "csv").contains("theirs"))
            }
        }

        @Test("destroy NAME leaves the user's own VMs NAME-07 and, deleted and not purged, NAME-05 as they were")
        func strangers() async throws {
            try await Sandbox.useMultipass("F") { sandbox, multipass in
                let cluster = sandbox.cluster
                for number in [5, 7] { _ = try await multipass("launch", "24.04", "--name", "\(cluster)-0\(number)") }
                _ = try await multipass("delete", "\(cluster)-05")
                // In no order of its own, as the real one lists them.
                func listed() async throws -> [Substring] {
                    try await multipass("list", "--format", "csv").split(separator: "\n").sorted()
                }
                let before = try await listed()
                try await sandbox.mustRun("up", "-c", cluster, "--provider", "multipass", "--storage", "dir")
                #expect(try await listed().count == before.count + 1)
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
                #expect(try await listed() == before)
            }
        }
    }
}

/// All that the user has besides one cluster.
private struct Everything: Equatable {
    /// The files of the other clusters and of the user's client, by path, to the byte.
    private var files: [String: Data] = [:]
    /// The processes of the other clusters' machines.
    private var processes: Set<String> = []
    /// The clusters that have a folder.
    private var clusters: [String]

    init(_ sandbox: Sandbox, _ neighbours: [String]) throws {
        clusters = try FileManager.default.contentsOfDirectory(atPath: "\(sandbox.runtime)/clusters").sorted()
        // Logs of LXD itself are not files of the user's; the client's key and certificates are.
        let folders = try neighbours.map { try sandbox.files(of: $0).path } + [sandbox.clientConfiguration]
        for folder in folders {
            for path in FileManager.default.enumerator(atPath: folder)?.compactMap({ $0 as? String }) ?? [] {
                files["\(folder)/\(path)"] = FileManager.default.contents(atPath: "\(folder)/\(path)") ?? Data()
            }
        }
        for neighbour in neighbours {
            let machine = "/var/lib/bcmcluster/machines/\(neighbour)-00"
            let holder = try FileManager.default.destinationOfSymbolicLink(atPath: "\(machine)/holder")
            let daemon = try #require(try Daemon("\(neighbour)-00"))
            processes.formUnion([holder, "\(daemon.number)"])
        }
    }
}
