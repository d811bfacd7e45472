import Testing

@testable import Provisioning

extension MemberPort: ExpressibleByStringLiteral {
    /// `tcp 8080`, or `tcp 10.0.0.1:8080`.
    public init(stringLiteral text: String) {
        let words = text.split(separator: " ")
        let parts = words[1].split(separator: ":")
        self.init(
            Unit.Port.TransportProtocol(rawValue: String(words[0])) ?? .tcp, Int(parts[parts.count - 1]) ?? 0,
            at: parts.count > 1 ? String(parts[0]) : nil)
    }
}

/// Which ports of a member can be beside which.
@Suite struct MemberPortTests {
    @Test(
        arguments: [
            ("tcp 80", "tcp 80", true), ("tcp 80", "udp 80", false), ("tcp 80", "tcp 81", false),
            ("tcp 80", "tcp 10.0.0.1:80", true), ("tcp 10.0.0.1:80", "tcp 10.0.0.1:80", true),
            ("tcp 10.0.0.1:80", "tcp 10.0.0.2:80", false), ("tcp 10.0.0.1:80", "udp 80", false),
        ] as [(MemberPort, MemberPort, Bool)])
    func conflicts(_ one: MemberPort, _ other: MemberPort, _ areRivals: Bool) {
        #expect(one.conflicts(with: other) == areRivals && other.conflicts(with: one) == areRivals)
        #expect((Set([one]).conflict(among: [other]) == other) == areRivals)
        #expect((Set([other]).conflict(among: ["tcp 1", one]) == one) == areRivals)
    }

    @Test func allAddressesOfIPv6AreAllAddresses() {
        #expect(MemberPort(.tcp, 80, at: "::") == "tcp 80" && MemberPort(.tcp, 80, at: "0.0.0.0") == "tcp 80")
        #expect(MemberPort(.tcp, 80, at: "fd00::1").text == "tcp [fd00::1]:80")
        #expect(MemberPort(.udp, 80, at: "10.0.0.1").text == "udp 10.0.0.1:80")
    }

    @Test(arguments: [
        ("tcp:0.0.0.0:80", "0.0.0.0", [80...80]), ("udp:[FD00::0:1]:80-82,90", "fd00::1", [80...82, 90...90]),
        ("tcp:[::]:1", "::", [1...1]), ("tcp:10.0.0.1:9-8", "10.0.0.1", []),
    ])
    func endsOfProxies(_ text: String, _ address: String, _ ranges: [ClosedRange<Int>]) throws {
        let end = try #require(ProxyEnd(text))
        #expect(end.address == address && end.ranges == ranges)
    }

    @Test(arguments: ["unix:/run/x", "tcp:80", "", "tcp", "sctp:1.2.3.4:5"])
    func noEnds(_ text: String) { #expect(ProxyEnd(text) == nil) }

    private func published(_ listen: String, _ connect: String) -> [PublishedPort] {
        ClusterInstance.running(
            "a", on: "DEV-00", devices: ["p": ["type": "proxy", "listen": listen, "connect": connect]]
        ).publishedPorts
    }

    @Test func publishedRanges() throws {
        let port = try #require(published("tcp:0.0.0.0:8000-8010", "tcp:127.0.0.1:9000-9010").first)
        #expect(port.listen == 8000 && port.target == 9000 && port.count == 11 && port.isEverywhere)
        let special = try #require(published("udp:[fd00::1]:53", "udp:127.0.0.1:53").first)
        #expect(special.address == "fd00::1" && special.count == 1 && !special.isEverywhere)
        #expect(published("tcp:0.0.0.0:80-82", "tcp:127.0.0.1:80").isEmpty, "many to one is no range")
        #expect(published("tcp:0.0.0.0:80,90", "tcp:127.0.0.1:80,90").isEmpty)
    }

    // MARK: Placement

    private func candidate(_ index: Int, _ ports: Set<MemberPort>) -> PlacementCandidate {
        PlacementCandidate(
            member: "DEV-0\(index)", host: "local", store: "DEV-0\(index)", freeMemory: 4 << 30, cores: 4, freeCores: 4,
            ports: ports)
    }

    private func place(_ ports: [Unit.Port], _ candidates: [PlacementCandidate]) throws -> String {
        let unit = try Unit.web { $0.ports = ports }
        return try InstancePlacement.choices(for: [.init(name: "web-1")], of: unit, among: candidates)[0].member
    }

    @Test func rangesAndAddressesFindTheirPlace() throws {
        let range = Unit.Port(listen: 8000, target: 8000, transport: .tcp, count: 11)
        #expect(try place([range], [candidate(0, ["tcp 8005"]), candidate(1, ["udp 8005", "tcp 8011"])]) == "DEV-01")
        #expect(try place([range], [candidate(0, ["tcp 10.0.0.1:8010"]), candidate(1, [])]) == "DEV-01")
        let one = Unit.Port(listen: 8000, target: 80, transport: .tcp, address: "10.0.0.1")
        #expect(try place([one], [candidate(0, ["tcp 10.0.0.2:8000"])]) == "DEV-00")
        let failure = try #require(throws: Failure.self) {
            try place([one], [candidate(0, ["tcp 8000"]), candidate(1, ["tcp 10.0.0.1:8000"])])
        }
        #expect(failure.message.hasSuffix("port tcp 10.0.0.1:8000 is taken"))
    }

    @Test func twoUnitsMayShareAPortAtAddressesOfTheirOwn() throws {
        func unit(_ name: String, _ address: String?) throws -> Unit {
            try .web(name) {
                $0.ports = [Unit.Port(listen: 80, target: 80, transport: .tcp, count: 3, address: address)]
            }
        }
        let workloads = try Workloads.dev(1).with(.web()).with(unit("db", "10.0.0.1"))
        #expect(try UnitDiff(unit("web", "10.0.0.2"), workloads, image: "tiny", isVM: false).changes[0].sign == .change)
        for address in [nil, "::", "10.0.0.1"] {
            let failure = try #require(throws: Failure.self) {
                try UnitDiff(unit("web", address), workloads, image: "tiny", isVM: false)
            }
            #expect(failure.message.hasSuffix("80: on DEV-00 it is used by db-1 of the unit db"), "\(failure.message)")
        }
    }

    @Test func groups() throws {
        let unit = try Unit.web { $0.group = "ssd" }
        func place(_ closed: [Int]) throws -> String {
            let candidates = (0..<3).map { index in
                var candidate = candidate(index, [])
                if closed.contains(index) { candidate.closed = "is not in the group ssd" }
                return candidate
            }
            let choice = try InstancePlacement.choices(for: [.init(name: "web-1")], of: unit, among: candidates)[0]
            return "\(choice.member): \(choice.reason)"
        }
        #expect(try place([0]) == "DEV-01: least loaded, in the group ssd")
        #expect(try place([0, 1]) == "DEV-02: the only member of the group ssd")
        let failure = try #require(throws: Failure.self) { try place([0, 1, 2]) }
        #expect(failure.message.contains("no member takes new instances: DEV-00 is not in the group ssd"))
        #expect(failure.hint?.contains("cluster group assign MEMBER default,ssd") ?? false)
    }

    @Test(
        arguments: [
            (["ssd"], "all", true), (["ssd"], "group", true), (["ssd"], "manual", false), (["default"], "all", false),
            (nil, "all", false),
        ] as [([String]?, String, Bool)])
    func membersOfGroupsTakeThem(_ groups: [String]?, _ scheduling: String, _ isOpen: Bool) {
        var member = ClusterMember.dev(0)
        (member.groups, member.config) = (groups, ["scheduler.instance": scheduling])
        #expect((member.reasonForNoNewInstances(in: "ssd") == nil) == isOpen)
        #expect((member.reasonForNoNewInstances(in: nil) == nil) == (scheduling == "all"))
        member.status = "Offline"
        #expect(member.reasonForNoNewInstances(in: "ssd") == "is offline")
    }
}
