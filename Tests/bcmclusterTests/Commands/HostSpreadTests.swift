import Provisioning
import Testing

@testable import bcmcluster

@Suite struct HostSpreadTests {
    private let hosts: [HostName]

    init() throws { hosts = try (0..<4).map { try HostName("h\($0)") } }

    /// A host's place in the state decides its bridge's address: two of one would be on one Ethernet.
    @Test func hostsThatTheClusterHasKeepTheirPlaces() {
        let present = [hosts[1], hosts[0]]
        #expect(HostSpread.names([hosts[2]], present: present) == [hosts[1], hosts[0], hosts[2]])
        #expect(HostSpread.names([hosts[3], hosts[0], hosts[2]], present: present) == present + [hosts[3], hosts[2]])
        #expect(HostSpread.names(nil, present: present) == present)
        #expect(HostSpread.names([hosts[2], hosts[1]], present: nil) == [hosts[2], hosts[1]])
        #expect(HostSpread.names(nil, present: nil) == nil)
    }

    @Test func oneMachineUnderTwoNamesIsRefused() throws {
        let spread = try ["192.0.2.1", "192.0.2.2", "192.0.2.1"].enumerated().map { index, address in
            ClusterState.HostAddress(host: hosts[index], address: try #require(IPv4(address)), number: index)
        }
        try HostSpread.checkThatAllDiffer(Array(spread.prefix(2)))
        let failure = try #require(throws: Failure.self) { try HostSpread.checkThatAllDiffer(spread) }
        #expect(failure.exitStatus == 2 && failure.message.hasPrefix("h0 and h2 have the same address, 192.0.2.1"))
    }
}

@Suite struct WaysIntoAClusterOverHostsTests {
    /// Members' own addresses lead nowhere from here: each host's port does, to its first member.
    @Test func eachHostIsOneWay() async throws {
        let (one, two) = (try HostName("h0"), try HostName("h1"))
        var state = ClusterState(
            name: try ClusterName("DEV"), identifier: "0123abcd", created: 1,
            settings: ClusterSettings(provider: .namespace, storage: .dir))
        state.spread = [
            ClusterState.HostAddress(host: one, address: try #require(IPv4("192.0.2.1")), number: 0),
            ClusterState.HostAddress(host: two, address: try #require(IPv4("192.0.2.2")), number: 1),
        ]
        state.port = 20_001
        state.members = (0..<3).map { ClusterState.Member(name: MemberName(state.name, $0)) }
        for index in state.members.indices {
            state.members[index].host = index == 1 ? two : one
            state.members[index].address = IPv4("10.64.0.1\(index)")
        }
        let files = TextFiles()
        let providers = try [one, two].map { host in
            (
                name: host,
                provider: try NamespaceProvider(
                    root: HostRunner(), engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: files),
                    files: files, time: SystemTime(), host: host) as any MachineProvider
            )
        }
        let ways = try await ClusterReach.ways(into: state, FleetProvider(state, providers))
        #expect(ways.map(\.name) == ["DEV-00", "DEV-01"])
        #expect(ways.map(\.url) == ["https://192.0.2.1:20001", "https://192.0.2.2:20001"])
    }
}
