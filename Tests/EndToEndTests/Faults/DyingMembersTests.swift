import Foundation
import Provisioning
import Testing

extension Faults {
    /// Members that die with containers on them.
    @Suite struct DyingMembers {
        @Test("Daemons, machines and the whole host die: list says so, and up brings all back with the containers")
        func deaths() async throws {
            try await Sandbox.use("F") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "2")
                let members = (0...2).map { "\(sandbox.cluster)-0\($0)" }
                try await launchContainers(sandbox, members)
                let traces = try HostTraces(sandbox.state())
                let addresses = try sandbox.state().members.map(\.address)
                let leader = try await leader(sandbox)
                let voter = try #require(members.first { $0 != leader })
                try await loseDaemons(sandbox, [leader], says: "2 of 3 members online: \(leader) does not answer")
                if Scale.isLong {
                    try await loseDaemons(sandbox, [voter], says: "2 of 3 members online: \(voter) does not answer")
                }
                try await loseDaemons(sandbox, members, says: "3 of 3 machines run, and LXD answers on none")
                if Scale.isLong { try await loseMachine(sandbox, members[1]) }
                try await loseHost(sandbox, members)
                #expect(try sandbox.state().members.map(\.address) == addresses)
                try await sandbox.destroy(leavingNothingOf: traces)
            }
        }

        /// A container that starts with its member on each, `c0`, `c1` and so on.
        private func launchContainers(_ sandbox: Sandbox, _ members: [String]) async throws {
            try await sandbox.importImage()
            for (number, member) in members.enumerated() {
                try await sandbox.client(
                    "launch", "tiny", "c\(number)", "--target", member, "--config", "boot.autostart=true", "--quiet")
            }
        }

        private func leader(_ sandbox: Sandbox) async throws -> String {
            let text = try await sandbox.client("query", "/1.0/cluster/members?recursion=1")
            let members = try JSONDecoder().decode([ClusterMember].self, from: Data(text.utf8))
            return try #require(members.first { $0.roles?.contains("database-leader") ?? false }).name
        }

        /// The containers continue while their daemons are dead.
        private func loseDaemons(_ sandbox: Sandbox, _ members: [String], says sentence: String) async throws {
            let before = try await processes(sandbox)
            for member in members { try #require(try Daemon(member)).kill() }
            let state = try await state(sandbox)
            #expect(state == sentence)
            try await comeBack(sandbox)
            #expect(try await processes(sandbox) == before, "no container was started anew")
        }

        /// A machine whose first process dies takes its containers along; they start with it.
        private func loseMachine(_ sandbox: Sandbox, _ member: String) async throws {
            try kill(machine: member)
            #expect(try await state(sandbox) == "2 of 3 members online: \(member) does not run")
            try await comeBack(sandbox)
        }

        /// What a reboot of the host takes: processes, namespaces, the bridge, the rules, the control groups.
        private func loseHost(_ sandbox: Sandbox, _ members: [String]) async throws {
            let identifier = try sandbox.state().identifier
            for member in members { try kill(machine: member) }
            for member in members {
                try await sandbox.must("ip", ["netns", "delete", "bcm-\(member)"])
                _ = try await ControlGroups(LocalRunner()).remove(["\(member).\(identifier)"])
            }
            try await sandbox.must("ip", ["link", "delete", "bcm\(identifier)"])
            try await sandbox.must("nft", ["delete", "table", "ip", "bcm\(identifier)"])
            #expect(try await state(sandbox) == "stopped")
            try await comeBack(sandbox)
        }

        private func kill(machine: String) throws {
            let link = "/var/lib/bcmcluster/machines/\(machine)/holder"
            let holder = try #require(Int32(FileManager.default.destinationOfSymbolicLink(atPath: link)))
            Foundation.kill(holder, SIGKILL)
            while FileManager.default.fileExists(atPath: "/proc/\(holder)/ns/net") { usleep(10_000) }
        }

        private func comeBack(_ sandbox: Sandbox) async throws {
            try await sandbox.mustRun("up", "-c", sandbox.cluster)
            #expect(try await sandbox.online().count == 3)
            #expect(try await state(sandbox) == "online")
            _ = try await SystemTime().wait(for: "the containers", limit: .seconds(90), every: .milliseconds(200)) {
                try await processes(sandbox).filter { $0 > 0 }.count == 3 ? true : nil
            }
        }

        private func state(_ sandbox: Sandbox) async throws -> String {
            let line = try await sandbox.mustRun("list").output.split(separator: "\n").last.map(String.init) ?? ""
            return line.split(separator: " ", omittingEmptySubsequences: true).dropFirst(3).joined(separator: " ")
        }

        /// The containers' first processes; 0 for one that does not run.
        private func processes(_ sandbox: Sandbox) async throws -> [Int] {
            struct State: Decodable { var pid: Int }
            var processes: [Int] = []
            for number in 0...2 {
                // A member that is online again may need a moment more until others can hand it questions.
                let text = try await SystemTime().wait(
                    for: "c\(number)", limit: .seconds(60), every: .milliseconds(200)
                ) {
                    let result = try await sandbox.run(
                        Product.engine.client, ["query", "/1.0/instances/c\(number)/state"])
                    return result.succeeded ? result.output : nil
                }
                processes.append(try JSONDecoder().decode(State.self, from: Data(text.utf8)).pid)
            }
            return processes
        }
    }
}
