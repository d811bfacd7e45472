import Synchronization
import Testing

@testable import Provisioning

/// A runner that remembers the last command, and answers that the database has nothing.
final class LastCommand: CommandRunner {
    private let last = Mutex<Command?>(nil)

    /// The command as it could be pasted.
    var line: String { last.withLock { $0 }?.pasteable ?? "" }

    func run(_ command: Command) async throws -> CommandResult {
        last.withLock { $0 = command }
        return CommandResult(output: #"{"Results":[]}"#)
    }
}

/// What units are made of, as LXD tells it.
@Suite struct UnitToolTests {
    private let runner = ScriptedRunner()
    private var client: LXC { LXC(runner, engine: .lxd) }

    @Test func anInstanceWithItsState() async throws {
        runner.on(
            "lxc query '/1.0/instances?recursion=2&all-projects=true'",
            .prints(
                #"""
                [{"name":"web-1","location":"DEV-00","status":"Running","project":"default","type":"virtual-machine",
                "config":{"user.bcm.unit":"web"},"expanded_config":{"limits.cpu":"1"},"last_used_at":"2026-01-02T03:04:05.6Z",
                "devices":{"vol-b":{"type":"disk","pool":"p","source":"web_b_1","path":"/b"},
                "vol-a":{"type":"disk","pool":"p","source":"web_a_1","path":"/a"},
                "host":{"type":"disk","source":"/etc","path":"/e"},"root":{"type":"disk","pool":"p","path":"/"}},
                "state":{"network":{"eth0":{"addresses":[
                {"address":"10.0.0.2","family":"inet","scope":"global"},{"address":"fe80::1","family":"inet6","scope":"link"}]}}}},
                {"name":"x","location":"DEV-00","status":"Stopped","project":"other","config":{"user.bcm.unit":"web"},
                "last_used_at":"1970-01-01T00:00:00Z"}]
                """#))
        let all = try await client.instances(withState: true)
        #expect(all[0].addresses == ["10.0.0.2"] && all[0].volumes == ["web_a_1", "web_b_1"])
        #expect(all[0].unit == "web" && all[0].isRunning && all[0].hasRun && !all[0].isNameAlone)
        #expect(all[1].unit == nil && !all[1].hasRun && all[1].addresses.isEmpty, "units are in the default project")
    }

    @Test func volumesAndNetworks() async throws {
        runner.on(
            "lxc query '/1.0/storage-pools/fast/volumes/custom?recursion=1'",
            .prints(
                #"""
                [{"name":"a","config":{"size":"1GiB","user.bcm.unit":"web"},"location":"DEV-01",
                "used_by":["/1.0/instances/web-2","/1.0/instances/web-1?project=default","/1.0/profiles/p"]},
                {"name":"b","config":{},"location":"none"},{"name":"c","config":{},"location":""}]
                """#))
        let volumes = try await client.volumes(in: "fast")
        #expect(volumes.map(\.member) == ["DEV-01", nil, nil] && volumes.map(\.unit) == ["web", nil, nil])
        #expect(volumes[0].users == ["web-1", "web-2"] && volumes[1].users == [])
        let one = ClusterInstance.running("web-1", on: "DEV-00")
        #expect(volumes[0].user(besides: [one]) == "web-2" && volumes[1].user(besides: []) == nil)
        runner.on(
            "lxc query '/1.0/networks?recursion=1'",
            .prints(
                #"""
                [{"name":"lo","managed":false,"type":"loopback"},{"name":"back","managed":true,"type":"bridge",
                "status":"Created","config":{"user.bcm.unit":"web"},"used_by":["/1.0/instances/web-1"]}]
                """#))
        let networks = try await client.networks()
        #expect(networks.map(\.units) == [[], ["web"]])
        #expect(networks[1].user(besides: [one]) == nil && networks[1].user(besides: []) == "web-1")
    }

    @Test func theDatabaseTellsOfThoseThatAreSilent() async throws {
        let asked = LastCommand()
        #expect(try await LXC(asked, engine: .lxd).notes(marks: "user.bcm.", and: "volatile.uuid").isEmpty)
        runner.on(
            asked.line,
            .prints(
                #"""
                {"Results":[{"type":"select","rows":[["web-1","type","1",""],["web-1","config","user.bcm.unit","web"],
                ["web-1","device","vol-d","web_d_1"],["web-1","device","port-tcp-80",""],["x","type","0",""],["odd"]]}]}
                """#))
        let notes = try await client.notes(marks: "user.bcm.", and: "volatile.uuid")
        #expect(
            notes == [
                "web-1": InstanceNotes(
                    isVM: true, config: ["user.bcm.unit": "web"], sources: ["vol-d": "web_d_1", "port-tcp-80": ""]),
                "x": InstanceNotes(),
            ])
        var bare = ClusterInstance.running("web-1", on: "DEV-01", type: "")
        bare.config = nil
        #expect(bare.isNameAlone)
        let own: InstanceNotes = try #require(notes["web-1"])
        bare = bare.with(own)
        #expect(bare.isSilent && bare.type == "virtual-machine" && bare.unit == "web" && bare.volumes == ["web_d_1"])
        #expect(Set(bare.devices?.keys ?? [:].keys) == ["vol-d", "port-tcp-80"])
    }
}
