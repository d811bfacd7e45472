import Testing

@testable import Provisioning

/// Networks and volumes of units.
@Suite struct UnitObjectStepTests {
    private let inside = ScriptedRunner()
    private let other = ScriptedRunner()
    private func context() throws -> PlanContext {
        try Bench(members: 2, provider: StubProvider(inside: ["DEV-00": inside, "DEV-01": other])).context
    }

    private func network(_ work: ChangeNetwork.Work, _ keys: [String] = []) throws -> ChangeNetwork {
        ChangeNetwork("back", work, keys, respondingMember: try .dev(0))
    }

    private func volume(_ work: ChangeVolume.Work, _ keys: [String] = [], on place: Int? = 1) throws -> ChangeVolume {
        ChangeVolume(
            "web_d_1", in: "fast", work, keys, on: try place.map { try .dev($0) }, respondingMember: try .dev(0))
    }

    @Test func aNetworkIsPreparedOnEachMemberAndMadeOnce() async throws {
        inside.on(
            "lxc query '/1.0/cluster/members?recursion=1'",
            Server.members([("DEV-00", "Online"), ("DEV-01", "Online")]))
        inside.on("lxc network create back --target DEV-00", .works)
        inside.on("lxc query /1.0/networks/back", .prints(#"{"status":"Errored"}"#))
        inside.on("lxc network delete back", .works)
        // What a run that was killed has prepared.
        inside.on(
            "lxc network create back --target DEV-01", .ends(1, "Error: The network is already defined on member"))
        inside.on("lxc network create back ipv4.address=10.7.0.1/24 user.bcm.unit=web", .works)
        let step = try network(.make, ["ipv4.address=10.7.0.1/24", "user.bcm.unit=web"])
        #expect(step.title == "create the network back")
        #expect(try await !step.isDone(context()))
        try await step.run(context())
        #expect(inside.changes.count == 4)
        #expect(inside.changes.last == "lxc network create back ipv4.address=10.7.0.1/24 user.bcm.unit=web")
    }

    @Test func aNetworkIsChangedAndRemoved() async throws {
        inside.on("lxc network set back ipv4.address=10.8.0.1/24", .works)
        try await network(.set, ["ipv4.address=10.8.0.1/24"]).run(context())
        inside.on("lxc network delete back", .ends(1, "Error: Network not found"))
        try await network(.remove).run(context())
        inside.on("lxc network delete back", .ends(1, "Error: The network is currently in use"))
        await #expect(throws: Failure.self) { try await network(.remove).run(context()) }
        #expect(try network(.set).title == "change the network back")
        #expect(try network(.remove).title == "remove the network back")
    }

    @Test func aVolumeIsMadeOnItsMemberByThatMember() async throws {
        other.on("lxc storage volume create fast web_d_1 size=1GiB user.bcm.unit=web --target DEV-01", .works)
        let step = try volume(.make, ["size=1GiB", "user.bcm.unit=web"])
        #expect(step.title == "create the volume web_d_1" && step.member?.index == 1)
        try await step.run(context())
        other.on("lxc storage volume set fast web_d_1 size=2GiB --target DEV-01", .works)
        try await volume(.set, ["size=2GiB"]).run(context())
        other.on("lxc storage volume delete fast web_d_1 --target DEV-01", .ends(1, "Error: not found"))
        try await volume(.remove).run(context())
        #expect(inside.lines.isEmpty && other.lines.count == 3)
    }

    @Test func aVolumeThatAllReachIsTheWitnesss() async throws {
        inside.on("lxc storage volume set fast web_d_1 size=2GiB", .works)
        try await volume(.set, ["size=2GiB"], on: nil).run(context())
        inside.on("lxc storage volume delete fast web_d_1", .works)
        try await volume(.remove, on: nil).run(context())
        #expect(other.lines.isEmpty)
        inside.on("lxc storage volume delete fast web_d_1", .ends(1, "Error: in use"))
        await #expect(throws: Failure.self) { try await volume(.remove, on: nil).run(context()) }
    }
}
