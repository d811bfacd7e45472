import Testing

@testable import Provisioning

/// Addresses of virtual machines that have ports.
@Suite struct FixedAddressTests {
    private func unit(_ count: Int = 1, _ change: (inout Unit) -> Void = { _ in }) throws -> Unit {
        try .web(count: count) {
            $0.ports = [.tcp(8080)]
            change(&$0)
        }
    }

    private func address(_ unit: Unit, _ workloads: Workloads, without taken: Set<String> = []) throws -> String {
        try FixedAddress(of: unit, on: "DEV-00", present: nil, in: workloads, without: taken).address
    }

    @Test func theHighestThatNobodyHas() throws {
        #expect(try address(unit(), .dev(1)) == "10.248.0.254")
        #expect(try address(unit(), .dev(1), without: ["10.248.0.254"]) == "10.248.0.253")
        let card = ["type": "nic", "network": "lxdbr0", "ipv4.address": "10.248.0.254"]
        for name in ["eth0", "other"] {
            let workloads = Workloads.dev(1) {
                $0.instances = [.running("x", on: "DEV-00", devices: [name: card])]
            }
            #expect(try address(unit(), workloads) == "10.248.0.253")
        }
    }

    @Test func theBridgesOwnAddressIsNobodys() throws {
        let workloads = Workloads.dev(1) { $0.networks = [.bridge("lxdbr0", "10.0.0.2/30")] }
        #expect(try address(unit(), workloads) == "10.0.0.1")
        let failure = try #require(throws: Failure.self) {
            try address(unit(), workloads, without: ["10.0.0.1"])
        }
        #expect(failure.message == "the network lxdbr0 has no address left for web")
    }

    @Test func theMembersOwnAddressListens() throws {
        let fixed = try FixedAddress(of: unit(), on: "DEV-01", present: nil, in: .dev(2), without: [])
        #expect(fixed.listen == "10.64.0.11" && fixed.network == "lxdbr0")
        let failure = try #require(throws: Failure.self) {
            try FixedAddress(of: unit(), on: "DEV-07", present: nil, in: .dev(2), without: [])
        }
        #expect(failure.code == .conflict)
    }

    @Test(arguments: ["eth0", "nowhere", "v6"])
    func withoutANetworkOfLXDsThereIsNoDoor(_ interface: String) throws {
        let workloads = Workloads.dev(1) { $0.networks.append(.bridge("v6", "none")) }
        let failure = try #require(throws: Failure.self) {
            try address(unit { $0.interface = interface }, workloads)
        }
        #expect(
            failure.message
                == "ports of virtual machines need a network of LXD's with IPv4, and \(interface) is not one")
    }

    /// Ports that come to instances which are there, and to new ones, by one run.
    @Test func allThatGetADoorByOneRunHaveTheirOwn() throws {
        let workloads = try Workloads.dev(4).with(.web(count: 2) { $0.interface = "lxdbr0" }, isVM: true)
        let unit = try unit(4) { $0.interface = "lxdbr0" }
        let diff = try UnitDiff(unit, workloads, image: "tiny", isVM: true)
        let choices = [3, 4].map { InstancePlacement.Choice(name: "web-\($0)", member: "DEV-00", reason: "") }
        let design = try UnitDesign(diff, choices, image: nil)
        #expect(
            design.works(on: .instance).addresses(on: "DEV-00").sorted() == [
                "10.248.0.252", "10.248.0.253", "10.248.0.254",
            ])
        #expect(design.works(on: .instance).addresses(on: "DEV-01") == ["10.248.0.254"])
    }

    @Test func onANetworkOfUnitsItIsTheOneThere() throws {
        let there = try Workloads.dev(2).with(unit(2), isVM: true)
        #expect(there.instances.compactMap { $0.devices?["eth0"]?["ipv4.address"] } == ["10.249.0.2", "10.249.0.3"])
        #expect(there.instances[1].devices?["port-tcp-8080"]?["connect"] == "tcp:10.249.0.3:80")
    }
}
