import Foundation
import Provisioning
import Testing

extension DayTwo {
    /// Networks and storage pools of the user's own, and members that join and come back.
    @Suite struct OwnNetworks {
        @Test("Members join with their own values of networks and pools, or not at all, and come back with the same")
        func values() async throws {
            try await Sandbox.use("NEM") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "1")
                try await makeObjects(sandbox)

                let refused = try await sandbox.bcmcluster("member", "add", "-c", name)
                #expect(refused.ending == .exited(1))
                let parts = [
                    "\(name)-02 cannot join without values of its own", "uplink.parent (\(name)-00 has eth0)",
                    "fast.source (",
                    "--member-config fast.source=VALUE --member-config uplink.parent=VALUE",
                ]
                for part in parts { #expect(refused.errors.contains(part), "\(refused.errors)") }
                #expect(
                    try sandbox.state().members.count == 2
                        && HostFiles.machines().filter { $0.hasPrefix("\(name)-02") } == [])
                let unknown = try await sandbox.bcmcluster(
                    "member", "add", "-c", name, "--member-config", "uplnk.parent=eth0")
                #expect(
                    unknown.ending == .exited(2) && unknown.errors.contains("did you mean uplink.parent?"),
                    "\(unknown.errors)")
                #expect(unknown.errors.contains("bridge.external_interfaces") && unknown.errors.contains("fast.source"))

                let path = try folder(2, sandbox)
                try await sandbox.mustRun(
                    "member", "add", "-c", name, "--member-config", "uplink.parent=eth0", "--member-config",
                    "\(name)-02:fast.source=\(path)", "--json")
                try await expect("\(name)-02", path, sandbox)
                let late = try await sandbox.bcmcluster("up", "-c", name, "--member-config", "uplink.parent=eth9")
                #expect(
                    late.ending == .exited(2) && late.errors.contains("is in the cluster, and has eth0"),
                    "\(late.errors)")
                let same = try await sandbox.mustRun("up", "-c", name, "--member-config", "uplink.parent=eth0")
                #expect(same.errors.contains("unchanged"), "\(same.errors)")

                // One whose values the user gave to bcmcluster, and one whose values the cluster alone knows.
                for index in [2, 1] {
                    let member = "\(name)-0\(index)"
                    let place = try folder(index, sandbox)
                    try await sandbox.loseMachine(member)
                    try await sandbox.must("find", [place, "-mindepth", "1", "-delete"])
                    try await sandbox.mustRun("repair", "-c", name, "--yes", "--json")
                    try await expect(member, place, sandbox)
                    let status = try await sandbox.bcmcluster("status", "-c", name)
                    #expect(status.succeeded, "\(status.output)")
                }
            }
        }

        /// A network over each member's own interface, and a pool in a folder of each member's.
        private func makeObjects(_ sandbox: Sandbox) async throws {
            for index in 0...1 {
                let member = "\(sandbox.cluster)-0\(index)"
                try await sandbox.client(
                    "network", "create", "uplink", "--type=physical", "parent=eth0", "--target", member)
                try await sandbox.client(
                    "storage", "create", "fast", "dir", "source=\(folder(index, sandbox))", "--target", member)
            }
            try await sandbox.client("network", "create", "uplink", "--type=physical")
            try await sandbox.client("storage", "create", "fast", "dir")
        }

        private func folder(_ index: Int, _ sandbox: Sandbox) throws -> String {
            let path = "\(sandbox.folder)/fast-\(index)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            return path
        }

        private func expect(_ member: String, _ path: String, _ sandbox: Sandbox) async throws {
            #expect(try await sandbox.online().contains(member))
            let parent = try await sandbox.client("network", "get", "uplink", "parent", "--target", member)
            let source = try await sandbox.client("storage", "get", "fast", "source", "--target", member)
            #expect(parent.trimmed == "eth0" && source.trimmed == path, "\(parent)\(source)")
        }

        @Test("A bridge that the user deleted stays deleted, whatever joins, continues or is repaired")
        func deletedBridge() async throws {
            try await Sandbox.use("NEB") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "-m", "1")
                try await sandbox.client("profile", "device", "remove", "default", "eth0")
                try await sandbox.client("network", "delete", Product.engine.bridge)
                func expectAsItWas(_ members: Int, at location: SourceLocation = #_sourceLocation) async throws {
                    let networks = try await sandbox.client("network", "list", "--format", "csv")
                    #expect(!networks.contains(Product.engine.bridge), "\(networks)", sourceLocation: location)
                    let devices = try await sandbox.client("profile", "device", "list", "default")
                    #expect(devices.trimmed == "root", sourceLocation: location)
                    let status = try await sandbox.bcmcluster("status", "-c", name)
                    #expect(status.succeeded, "\(status.output)", sourceLocation: location)
                    #expect(try await sandbox.online().count == members, sourceLocation: location)
                }
                try await expectAsItWas(2)
                try await sandbox.mustRun("member", "add", "-c", name)
                try await expectAsItWas(3)
                let again = try await sandbox.mustRun("up", "-c", name)
                #expect(again.errors.contains("unchanged"), "\(again.errors)")
                try await sandbox.mustRun("repair", "-c", name)
                try await expectAsItWas(3)
                try await sandbox.loseMachine("\(name)-02")
                try await sandbox.mustRun("repair", "-c", name, "--yes")
                try await expectAsItWas(3)
            }
        }

        @Test(
            "IPv6 for the members' network is refused in one sentence, and nothing is made",
            arguments: ["fd00:77::/64", "10.77.0.0/22,fd00:77::/64"])
        func noIPv6(_ network: String) async throws {
            try await Sandbox.use("NEV") { sandbox in
                let flag = try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "--network", network)
                #expect(
                    flag.ending == .exited(2) && flag.errors.contains("members reach each other by IPv4 alone"),
                    "\(flag.errors)")
                #expect(flag.errors.contains("hint: give an IPv4 subnet"))
                let variable = try await sandbox.bcmcluster(
                    "up", "-c", sandbox.cluster, "--provider", "namespace", adding: ["BCM_NETWORK": network])
                #expect(variable.ending == .exited(2) && variable.errors.contains("BCM_NETWORK"), "\(variable.errors)")
                #expect(try sandbox.runtimeContents() == [])
                let help = try await sandbox.mustRun("help", "up")
                #expect(help.output.replacing(/\s+/, with: " ").contains("IPv6 and dual stack are refused"))
            }
        }
    }
}
