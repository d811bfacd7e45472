import Testing

@testable import Provisioning
@testable import bcmcluster

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
        let ways = try await LocateAPI.ways(into: state, FleetProvider(state, providers))
        #expect(ways.map(\.name) == ["DEV-00", "DEV-01"])
        #expect(ways.map(\.url) == ["https://192.0.2.1:20001", "https://192.0.2.2:20001"])
    }
}
