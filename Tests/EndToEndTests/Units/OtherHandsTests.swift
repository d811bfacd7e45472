import Foundation
import Provisioning
import Testing

extension Units {
    /// What the user's own `lxc` does to a unit's instances, and where new ones may go.
    @Suite(.serialized) struct OtherHands {
        @Test("Renamed, moved and stopped by lxc, an instance stays the unit's; a copy of it is nobody's")
        func renamed() async throws {
            try await Sandbox.use("NEI") { sandbox in
                try await sandbox.upWithImage(members: 3)
                let (name, free) = (sandbox.cluster, "\(sandbox.cluster)-02")
                let file = try sandbox.unit("web", count: 2, "[[port]]\nlisten = 8080\ntarget = 80")
                try await sandbox.mustRun("run", "-c", name, file)
                try await sandbox.client("stop", "web-2")
                try await sandbox.client("rename", "web-2", "mine")
                try await sandbox.client("copy", "mine", "copy", "--quiet")
                try await sandbox.client("config", "device", "remove", "copy", "port-tcp-8080")
                try await sandbox.client("move", "mine", "--target", free, "--quiet")

                let shown = try await sandbox.ps("web")
                #expect(shown.map(\.name) == ["web-1", "mine"])
                #expect(shown.last?.state == "stopped" && shown.last?.member == free, "\(shown)")
                let changes = try await sandbox.changes("run", file)
                #expect(
                    changes.map(\.brief) == ["~ network web", "~ instance mine", "= instance web-1"], "\(changes)")
                #expect(Set(try await sandbox.instances().keys) == ["web-1", "mine", "copy"], "no second one is made")
                let again = try await sandbox.changes("run", file)
                #expect(again.map(\.brief) == ["= network web", "= instance mine", "= instance web-1"])
                #expect(again.first { $0.name == "mine" }?.message == "on \(free), renamed from web-2")

                try await sandbox.mustRun("unit", "stop", "-c", name, "web")
                #expect(Set(try await sandbox.ps("web").map(\.state)) == ["stopped"])
                try await sandbox.mustRun("unit", "start", "-c", name, "web/2")
                #expect(try await sandbox.instances()["mine"] == "Running")
                #expect(try await sandbox.answer(of: "mine", at: free, 8080) == "pong")
                try await sandbox.expect("mine", by: "hostname", in: "web/2")

                // It keeps its number, also where more are wanted.
                let more = try sandbox.unit("web", count: 3, "[[port]]\nlisten = 8080\ntarget = 80")
                #expect(try await sandbox.changes("run", more).map(\.brief).contains("+ instance web-3"))
                // A copy is on the unit's network, too.
                try await sandbox.refuses("rm", "web", "--yes", status: 4, saying: "web is kept: copy uses it")
                #expect(Set(try await sandbox.instances().keys) == ["copy"])
                try await sandbox.client("config", "device", "remove", "copy", "eth0")
                try await sandbox.mustRun("rm", "-c", name, "web", "--yes")
                try await sandbox.refuses("rm", "web", "--yes", status: 5, saying: "unit web not found")
                #expect(Set(try await sandbox.instances().keys) == ["copy"])
            }
        }

        @Test("Who has a port is said, with the member: somebody's instance, or one that lxc has moved")
        func ports() async throws {
            try await Sandbox.use("NEJ") { sandbox in
                try await sandbox.upWithImage(members: 3)
                let name = sandbox.cluster
                let file = try sandbox.unit("web", count: 2, "[[port]]\nlisten = 8080\ntarget = 80")
                for index in 0...2 {
                    try await sandbox.client(
                        "launch", "tiny", "owner\(index)", "--target", "\(name)-0\(index)", "--quiet")
                    try await sandbox.client(
                        "config", "device", "add", "owner\(index)", "p", "proxy", "listen=tcp:0.0.0.0:8080",
                        "connect=tcp:127.0.0.1:80")
                }
                try await sandbox.refuses(
                    "run", file,
                    saying:
                        "port tcp 8080 is taken: on \(name)-00 by owner0, on \(name)-01 by owner1, on \(name)-02 by owner2"
                )
                for index in 0...2 { try await sandbox.client("delete", "--force", "owner\(index)") }

                try await sandbox.mustRun("run", "-c", name, file)
                let places = try await sandbox.ps("web").map(\.member)
                try await sandbox.client("stop", "web-1")
                try await sandbox.client("move", "web-1", "--target", places[1], "--quiet")
                let sentence =
                    "web-1 cannot have port tcp 8080: on \(places[1]) it is used by web-2 of the unit web"
                try await sandbox.refuses("run", file, saying: sentence)
                try await sandbox.refuses("unit", "start", "web/1", saying: sentence)
                #expect(try await sandbox.instances() == ["web-1": "Stopped", "web-2": "Running"])
                // As the hint says.
                let free = try #require((0...2).map { "\(name)-0\($0)" }.first { $0 != places[1] })
                try await sandbox.client("move", "web-1", "--target", free, "--quiet")
                try await sandbox.mustRun("run", "-c", name, file)
                #expect(try await sandbox.ps("web").allSatisfy { $0.state == "running" })
            }
        }

        @Test("Members that the user closed get no instances, and where all are closed that is said")
        func scheduling() async throws {
            try await Sandbox.use("NEK") { sandbox in
                try await sandbox.upWithImage(members: 3)
                let name = sandbox.cluster
                try await sandbox.client("cluster", "set", "\(name)-00", "scheduler.instance=manual")
                try await sandbox.client("cluster", "group", "create", "blue")
                try await sandbox.client("cluster", "group", "assign", "\(name)-01", "blue")
                try await sandbox.client("cluster", "set", "\(name)-01", "scheduler.instance=group")
                let file = try sandbox.unit("web", count: 3)
                try await sandbox.mustRun("run", "-c", name, file)
                #expect(Set(try await sandbox.ps("web").map(\.member)) == ["\(name)-02"])
                try await sandbox.mustRun("rm", "-c", name, "web", "--yes")

                try await sandbox.client("cluster", "set", "\(name)-02", "scheduler.instance=manual")
                try await sandbox.refuses(
                    "run", file,
                    saying: "no member takes new instances: \(name)-00 has scheduler.instance=manual, \(name)-01 has "
                        + "scheduler.instance=group, \(name)-02 has scheduler.instance=manual")
                // As the hint says.
                try await sandbox.client("cluster", "unset", "\(name)-00", "scheduler.instance")
                try await sandbox.mustRun("run", "-c", name, file)
                #expect(Set(try await sandbox.ps("web").map(\.member)) == ["\(name)-00"])
            }
        }

        @Test("Two of a unit are on one member only where no other is free: in run, and when members leave")
        func spread() async throws {
            try await Sandbox.use("NEL") { sandbox in
                try await sandbox.upWithImage(members: 4)
                let name = sandbox.cluster
                let file = try sandbox.unit(
                    "store", count: 2,
                    "[[volume]]\nname = \"data\"\npath = \"/data\"\nsize = \"8MiB\"\nper-instance = true")
                try await sandbox.mustRun("run", "-c", name, file)
                let places = try await sandbox.ps("store").map(\.member)
                #expect(Set(places).count == 2)

                // The second is tied to its volume's member, which is the least loaded one.
                try await sandbox.mustRun("rm", "-c", name, "store", "--yes")
                try await sandbox.client(
                    "storage", "volume", "delete", "default", "store_data_1", "--target", places[0])
                let others = (0...3).map { "\(name)-0\($0)" }.filter { $0 != places[1] }
                for (index, member) in others.enumerated() {
                    try await sandbox.client("launch", "tiny", "load\(index)", "--target", member, "--quiet")
                }
                try await sandbox.mustRun("run", "-c", name, file)
                let now = try await sandbox.ps("store").map(\.member)
                #expect(now[1] == places[1] && now[0] != places[1], "\(now)")

                let three = try sandbox.unit(
                    "store", count: 3,
                    "[[volume]]\nname = \"data\"\npath = \"/data\"\nsize = \"8MiB\"\nper-instance = true")
                try await sandbox.mustRun("run", "-c", name, three)
                #expect(Set(try await sandbox.ps("store").map(\.member)).count == 3)
                // One of four members is free of the unit: what leaves goes there.
                let leaving = now[1]
                try await sandbox.mustRun("member", "remove", "-c", name, leaving, "--yes")
                let left = try await sandbox.ps("store").map(\.member)
                #expect(Set(left).count == 3 && !left.contains(leaving), "\(left)")
                #expect(try await sandbox.changes("run", three).allSatisfy { $0.sign == "=" })
            }
        }
    }
}
