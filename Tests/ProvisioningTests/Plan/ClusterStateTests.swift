import Testing

@testable import Provisioning

@Suite struct ClusterStateTests {
    private func sentence(_ states: [Machine.State?], _ members: [(String, String)]?) async throws -> String {
        var machines: [MemberName: Machine] = [:]
        for (index, state) in states.enumerated() { if let state { machines[try .dev(index)] = Machine(state: state) } }
        let inside = ScriptedRunner()
        inside.on("lxc query '/1.0/cluster/members?recursion=1'", members.map(Server.members) ?? .ends(1, "no"))
        let names = (0..<states.count).map { "DEV-0\($0)" }
        let provider = StubProvider(
            inside: Dictionary(uniqueKeysWithValues: names.map { ($0, inside) }), machines: machines)
        return try await ClusterState(record: try Bench.record(states.count), provider: provider, time: VirtualTime())
            .sentence()
    }

    @Test func aClusterIsDescribedByWhatItAnswers() async throws {
        let online = [("DEV-00", "Online"), ("DEV-01", "Online")]
        #expect(try await sentence([.running, .running], online) == "online")
        #expect(
            try await sentence([.running, .running], [("DEV-00", "Online"), ("DEV-01", "Offline")])
                == "1 of 2 members online: DEV-01 is offline")
        #expect(
            try await sentence([.stopped, .running], online) == "1 of 2 members online: DEV-00 does not run",
            "asked of the one that runs")
        #expect(try await sentence([nil, .running], online) == "1 of 2 members online: DEV-00 has no machine")
        #expect(
            try await sentence([.running, .running], [("DEV-00", "Online")])
                == "1 of 2 members online: DEV-01 has not joined")
        #expect(try await sentence([.stopped, .stopped], nil) == "stopped")
        #expect(try await sentence([.running, .stopped], nil) == "1 of 2 machines run, and LXD answers on none")
        #expect(try await sentence([nil, nil], nil).hasPrefix("no machine is left"))
    }

    @Test func whileTheMembersChooseALeaderTheyAreAskedAgain() async throws {
        let time = VirtualTime()
        let gone = ScriptedRunner()
        let silent = ScriptedRunner.Answer.ends(1, "dial unix /x/unix.socket: connect: connection refused")
        gone.on("lxc query '/1.0/cluster/members?recursion=1'", silent)
        let other = ScriptedRunner()
        other.on(
            "lxc query '/1.0/cluster/members?recursion=1'", .ends(1, "no leader"), .ends(1, "no leader"),
            Server.members([("DEV-00", "Online"), ("DEV-01", "Online")]))
        let running = [try MemberName.dev(0): Machine(state: .running), try .dev(1): Machine(state: .running)]
        let record = try Bench.record(2)
        func sentence(_ inside: [String: ScriptedRunner]) async throws -> String {
            let provider = StubProvider(inside: inside, machines: running)
            return try await ClusterState(record: record, provider: provider, time: time).sentence()
        }
        #expect(
            try await sentence(["DEV-00": gone, "DEV-01": other]) == "1 of 2 members online: DEV-00 does not answer")
        #expect(time.elapsed == .seconds(1))
        #expect(
            try await sentence(["DEV-00": gone, "DEV-01": gone]) == "2 of 2 machines run, and LXD answers on none")
        #expect(time.elapsed == .seconds(1), "nobody is there to wait for")
    }
}
