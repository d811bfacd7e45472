import Testing

@testable import Provisioning

@Suite struct HostAssignmentTests {
    private let hosts: [HostName]

    init() throws { hosts = try (0..<4).map { try HostName("h\($0)") } }

    /// A host's place in the state decides its bridge's address: two of one would be on one Ethernet.
    @Test func hostsThatTheClusterHasKeepTheirPlaces() {
        let present = [hosts[1], hosts[0]]
        #expect(HostAssignment.names([hosts[2]], present: present) == [hosts[1], hosts[0], hosts[2]])
        #expect(
            HostAssignment.names([hosts[3], hosts[0], hosts[2]], present: present) == present + [hosts[3], hosts[2]])
        #expect(HostAssignment.names(nil, present: present) == present)
        #expect(HostAssignment.names([hosts[2], hosts[1]], present: nil) == [hosts[2], hosts[1]])
        #expect(HostAssignment.names(nil, present: nil) == nil)
    }

    @Test func oneMachineUnderTwoNamesIsRefused() throws {
        let spread = try ["192.0.2.1", "192.0.2.2", "192.0.2.1"].enumerated().map { index, address in
            ClusterState.HostAddress(host: hosts[index], address: try #require(IPv4(address)), number: index)
        }
        try HostAssignment.checkDistinctHosts(Array(spread.prefix(2)))
        let failure = try #require(throws: Failure.self) { try HostAssignment.checkDistinctHosts(spread) }
        #expect(failure.exitStatus == 2 && failure.message.hasPrefix("h0 and h2 have the same address, 192.0.2.1"))
    }
}
