import Testing

@testable import Provisioning

/// Which VMs are members, by the records alone.
@Suite struct MembershipTests {
    private let files = InMemoryFiles()
    private var membership: Membership { get throws { try Membership(runtime: Bench.runtime, files: files) } }

    private func write(_ provider: ProviderName) throws {
        let state = try Bench.state(2, ClusterSettings(provider: provider, storage: .dir))
        files.put(try StateStore.encode(state), at: "\(Bench.folder)/cluster.json")
    }

    @Test func exactNamesOnTheHostOfTheRecord() throws {
        try write(.multipass)
        let rack = try HostName("rack1")
        #expect(try membership.cluster(of: "DEV-00", on: .local)?.text == "DEV")
        #expect(try membership.cluster(of: "DEV-01", on: .local)?.text == "DEV")
        for name in ["DEV-02", "DEV-001", "DEV2-00", "MYDEV-00", "DEV-0", "dev-00"] {
            #expect(try membership.cluster(of: name, on: .local) == nil, "\(name)")
        }
        #expect(try membership.cluster(of: "DEV-00", on: rack) == nil)
    }

    @Test func ofAClusterOverHostsEachMemberIsWhereItsRecordSays() throws {
        let rack = try HostName("rack1")
        var state = try Bench.state(2, ClusterSettings(provider: .multipass, storage: .dir))
        state.spread = [.local, rack].enumerated().map {
            .init(host: $1, address: IPv4(bits: 0x0A00_0001), number: $0)
        }
        state.members[1].host = rack
        files.put(try StateStore.encode(state), at: "\(Bench.folder)/cluster.json")
        #expect(try membership.cluster(of: "DEV-00", on: .local)?.text == "DEV")
        #expect(try membership.cluster(of: "DEV-01", on: rack)?.text == "DEV")
        #expect(try membership.cluster(of: "DEV-01", on: .local) == nil)
        #expect(try membership.cluster(of: "DEV-00", on: rack) == nil)
    }

    @Test func aMemberByNamespaceIsNoVM() throws {
        try write(.namespace)
        #expect(try membership.cluster(of: "DEV-00", on: .local) == nil)
    }

    /// Nobody knows what a state that cannot be read says: what may be its member is not to be deleted.
    @Test func aDamagedRecordHasEveryNameOfItsCluster() throws {
        files.put("{", at: "\(Bench.folder)/cluster.json")
        #expect(try membership.cluster(of: "DEV-07", on: .local)?.text == "DEV")
        #expect(try membership.cluster(of: "DEV2-00", on: .local) == nil)
    }
}
