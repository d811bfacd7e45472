import Foundation
import Provisioning
import Testing

extension Faults {
    /// Whose machine, process and network it is, is proven before anything is removed or recreated.
    @Suite struct Ownership {
        @Test(
            "A member renamed by lxc cluster rename is named by up, status, repair and member remove, and keeps its data"
        )
        func renamed() async throws {
            try await Sandbox.use("OR") { sandbox in
                let name = sandbox.cluster
                try await sandbox.upWithImage(members: 3)
                try await sandbox.client("launch", "tiny", "kept", "--target", "\(name)-01", "--quiet")
                try await sandbox.client("cluster", "rename", "\(name)-01", "storage1")
                let way = "\(Product.engine.client) cluster rename \(name)-00:storage1 \(name)-01"
                for words in [
                    ["up", "-c", name], ["member", "add", "-c", name],
                    ["member", "remove", "-c", name, "\(name)-01", "--yes"],
                    ["member", "remove", "-c", name, "\(name)-01", "--force", "--yes"],
                ] {
                    let refused = try await sandbox.run(Product.bcmcluster, words)
                    #expect(refused.ending == .exited(1) && refused.errors.contains(way), "\(words): \(refused.errors)")
                }
                let status = try await sandbox.bcmcluster("status", "-c", name, "--json")
                #expect(status.ending == .exited(4) && status.output.contains(#""renamed""#))
                _ = try await sandbox.bcmcluster("repair", "-c", name, "--yes")
                // LXD 5.0.2 lists nothing of a renamed member until it has its name back, or was restarted.
                let disk =
                    "/var/lib/bcmcluster/machines/\(name)-01/\(Product.engine.name)/storage-pools/default/containers/kept"
                #expect(FileManager.default.fileExists(atPath: disk))
                try await sandbox.client("cluster", "rename", "storage1", "\(name)-01")
                try await sandbox.mustRun("up", "-c", name)
                try await sandbox.mustRun("status", "-c", name)
                #expect(try await sandbox.instances() == ["kept": "Running"])
            }
        }

        @Test("A member that somebody took out of the cluster by force keeps what is on its disk through up")
        func expelled() async throws {
            try await Sandbox.use("OE") { sandbox in
                let name = sandbox.cluster
                try await sandbox.upWithImage(members: 3)
                try await sandbox.client("launch", "tiny", "kept", "--target", "\(name)-02", "--quiet")
                try await sandbox.client("cluster", "remove", "\(name)-02", "--force", "--yes")
                let up = try await sandbox.bcmcluster("up", "-c", name)
                #expect(up.ending == .exited(1) && up.errors.contains("is not recreated"), "\(up.errors)")
                let disk =
                    "/var/lib/bcmcluster/machines/\(name)-02/\(Product.engine.name)/storage-pools/default/containers/kept"
                #expect(FileManager.default.fileExists(atPath: disk))
            }
        }

        @Test("A state file with another cluster's identifier: destroy refuses, and both clusters keep all they have")
        func exchangedIdentifier() async throws {
            try await Sandbox.use("OI") { sandbox in
                let (one, other) = (sandbox.cluster, "\(sandbox.cluster)B")
                for name in [one, other] { try await sandbox.mustRun("up", "-c", name) }
                let path = try sandbox.files().state
                let own = try String(contentsOfFile: path, encoding: .utf8)
                let identifiers = (try sandbox.state().identifier, try sandbox.state(of: other).identifier)
                try own.replacing(identifiers.0, with: identifiers.1).write(
                    toFile: path, atomically: false, encoding: .utf8)
                let refused = try await sandbox.bcmcluster("destroy", "-c", one, "--yes")
                #expect(refused.ending == .exited(1) && refused.errors.contains("\(other)-00"), "\(refused.errors)")
                for name in [one, other] {
                    #expect(try await sandbox.online("\(name)-00") == ["\(name)-00"])
                    #expect(try Daemon("\(name)-00") != nil)
                }
                try own.replacing(identifiers.0, with: "00000000").write(
                    toFile: path, atomically: false, encoding: .utf8)
                let foreign = try await sandbox.bcmcluster("destroy", "-c", one, "--yes")
                #expect(foreign.ending == .exited(1) && foreign.errors.contains(identifiers.0), "\(foreign.errors)")
                try own.write(toFile: path, atomically: false, encoding: .utf8)
                for name in [one, other] { try await sandbox.mustRun("destroy", "-c", name, "--yes") }
            }
        }

        @Test("Processes in control groups that only look like the cluster's outlive destroy")
        func nestedControlGroups() async throws {
            try await Sandbox.use("OC") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name)
                let root = try #require(
                    ["/sys/fs/cgroup/pids", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup"].first {
                        FileManager.default.fileExists(atPath: "\($0)/cgroup.procs")
                    })
                // A nested run in a container, and a cluster of that name with another identifier.
                let groups = [
                    "\(root)/nested-\(name)/bcmcluster/\(name)-00/init.scope",
                    "\(root)/bcmcluster/\(name)-00.ffffffff/x",
                ]
                let sleeper = "mkdir -p \"$1\" && echo $$ >\"$1/cgroup.procs\" && exec sleep 600"
                var processes: [Int32] = []
                for group in groups {
                    let start = "setsid sh -c '\(sleeper)' sleeper \(group) >/dev/null 2>&1 & echo $!"
                    processes.append(try #require(Int32(try await sandbox.run("sh", ["-c", start]).output.trimmed)))
                }
                defer { for process in processes { kill(process, SIGKILL) } }
                for group in groups {
                    _ = try await SystemTime().wait(for: group, limit: .seconds(120), every: .milliseconds(20)) {
                        (try? String(contentsOfFile: "\(group)/cgroup.procs", encoding: .utf8))?.isEmpty == false
                            ? true : nil
                    }
                }
                try await sandbox.mustRun("destroy", "-c", name, "--yes")
                for process in processes { #expect(kill(process, 0) == 0) }
                for process in processes { kill(process, SIGKILL) }
                _ = try await SystemTime().wait(for: "their groups", limit: .seconds(120), every: .milliseconds(50)) {
                    let folders = ["\(root)/nested-\(name)", "\(root)/bcmcluster/\(name)-00.ffffffff"]
                    let result = try await LocalRunner().run(
                        Command("find", folders + ["-depth", "-type", "d", "-delete"]))
                    return result.succeeded ? true : nil
                }
            }
        }

        @Test("The host's own networks are refused as a cluster's, from the flag and from a state file")
        func networksOfTheHost() async throws {
            try await Sandbox.use("ON") { sandbox in
                let bridge = "on\(sandbox.cluster.lowercased().suffix(5))"
                let network = "10.\(Int.random(in: 221...240)).\(Int.random(in: 0...250))"
                try await sandbox.must("ip", ["link", "add", bridge, "type", "bridge"])
                do {
                    try await sandbox.must("ip", ["addr", "add", "\(network).7/24", "dev", bridge])
                    try await sandbox.must("ip", ["link", "set", bridge, "up"])
                    let refused = try await sandbox.bcmcluster(
                        "up", "-c", sandbox.cluster, "--network", "\(network).0/24")
                    #expect(refused.ending == .exited(1) && refused.errors.contains(bridge), "\(refused.errors)")
                    #expect(try sandbox.runtimeContents() == [])
                    let address = try await sandbox.run("ip", ["-brief", "-4", "addr", "show", "dev", bridge]).output
                    #expect(address.contains("\(network).7/24") && !address.contains("\(network).1/"))
                } catch {
                    try await sandbox.must("ip", ["link", "delete", bridge])
                    throw error
                }
                try await sandbox.must("ip", ["link", "delete", bridge])
                for network in ["0.0.0.0/0", "127.0.0.0/24"] {
                    let refused = try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "--network", network)
                    #expect(refused.ending == .exited(2), "\(refused.errors)")
                }
            }
        }
    }

    /// What the shell that starts a cluster hands down, and what it must not.
    @Suite struct Surroundings {
        @Test(
            "A cluster made under umask 077 and behind a proxy: containers start, members join, later without the proxy too"
        )
        func closedUmaskAndProxy() async throws {
            try await Sandbox.use("US") { sandbox in
                let name = sandbox.cluster
                let proxies = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"]
                let variables = Dictionary(uniqueKeysWithValues: proxies.map { ($0, "http://192.0.2.9:3128") })
                let shell = ["-c", "umask 077; exec \"$@\"", "sh", Product.bcmcluster, "up", "-c", name, "-m", "1"]
                let up = try await sandbox.run("sh", shell, adding: variables.merging(["NOT_FOR_DAEMONS": "1"]) { $1 })
                try #require(up.succeeded, "\(up.errors)")
                let daemon = try #require(try Daemon("\(name)-00")).number
                let environment = try String(contentsOfFile: "/proc/\(daemon)/environ", encoding: .utf8)
                #expect(!environment.lowercased().contains("proxy") && !environment.contains("NOT_FOR_DAEMONS"))
                // Image servers are still reached by it, and members are not.
                #expect(
                    try await sandbox.client("config", "get", "core.proxy_https").trimmed == "http://192.0.2.9:3128")
                #expect(try await sandbox.client("config", "get", "core.proxy_ignore_hosts").contains(".10"))
                let image = try await TinyImage.make(in: sandbox.folder)
                try await sandbox.client("image", "import", image, "--alias", "tiny")
                try await sandbox.client("launch", "tiny", "c1", "--target", "\(name)-01", "--quiet")
                #expect(try await sandbox.instances() == ["c1": "Running"])
                try await sandbox.mustRun("member", "add", "-c", name)
                #expect(try await sandbox.online().count == 3)
                try await sandbox.mustRun("destroy", "-c", name, "--yes")
            }
        }
    }
}
