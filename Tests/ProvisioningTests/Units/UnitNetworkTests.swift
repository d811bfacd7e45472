import Testing

@testable import Provisioning

/// Networks of units: which, with which addresses and names.
@Suite struct UnitNetworkTests {
    private func designs(_ unit: Unit, _ workloads: Workloads, _ options: UnitDiff.RunOptions = .init()) throws
        -> UnitDesign
    {
        let diff = try UnitDiff(unit, workloads, image: "tiny", isVM: false, runOptions: options)
        let places = diff.newMembers.enumerated().map { index, newMember in
            InstancePlacement.Choice(
                name: unit.name.instance(newMember.number),
                member: workloads.members[index % workloads.members.count].name, reason: "")
        }
        return try UnitDesign(diff, places, image: nil)
    }

    private func network(_ design: UnitDesign) -> UnitNetwork? {
        design.changes.lazy.compactMap { change in
            switch change.work {
            case .makeNetwork(let network), .setNetwork(let network, _): network
            default: nil
            }
        }.first
    }

    // MARK: Which

    @Test func aUnitOfSeveralHasANetworkOfItsOwn() throws {
        let design = try designs(.web(count: 2), .dev(3))
        #expect(design.changes.first?.line == "+ network web: 10.249.0.0/22 over all members")
        #expect(network(design)?.units == ["web"])
        #expect(try designs(.web(), .dev(3)).works(on: .network).isEmpty, "one alone stays on the default bridge")
        #expect(try designs(.web(), .dev(3), .init(isNeeded: true)).works(on: .network).count == 1)
        let there = try Workloads.dev(3).with(.web(count: 2))
        #expect(try designs(.web(), there).works(on: .network).map(\.sign) == [.change], "it keeps what it has")
        let placed = try designs(.web(count: 2) { $0.interface = "lxdbr0" }, .dev(3))
        #expect(placed.works(on: .network).isEmpty)
    }

    /// What runs keeps its address until its file says otherwise.
    @Test func instancesAreNotMovedUnasked() throws {
        let old = try Workloads.dev(2).with(.web())
        let diff = try UnitDiff(.web(count: 2), old, image: "tiny", isVM: false, runOptions: .init(isNeeded: true))
        #expect(diff.networks.isEmpty && diff.remarks.first?.hasPrefix("web stays on the default network") == true)
        let named = try Unit.web(count: 2) { $0.networks = [.init(name: "back")] }
        #expect(try UnitDiff(named, old, image: "tiny", isVM: false).networks.map(\.name) == ["back"])
    }

    /// The engine forwards packets to virtual machines with the address of who has sent them.
    @Test func portsOfVirtualMachinesAreOpen() throws {
        let unit = try Unit.web(count: 2) { $0.ports = [.tcp(8080)] }
        let there = try Workloads.dev(2).with(unit, isVM: true)
        let marks = there.networks.first { $0.name == "web" }?.config?["user.bcm.ports"]
        #expect(marks == "tcp:10.249.0.2:80,tcp:10.249.0.3:80")
        let containers = try Workloads.dev(2).with(unit)
        #expect(containers.networks.first { $0.name == "web" }?.config?["user.bcm.ports"] ?? "" == "")
    }

    /// Instances on two networks ask the first one for names, and find those of the second.
    @Test func namesOfFurtherNetworksAreForwarded() throws {
        let db = try Unit.web(count: 2) { ($0.name, $0.networks) = (try UnitName("db"), [.init(name: "two")]) }
        let web = try Unit.web(count: 1) { $0.networks = [.init(name: "one"), .init(name: "two")] }
        let there = try Workloads.dev(2).with(db).with(web)
        let lines = there.networks.first { $0.name == "one" }?.config?["raw.dnsmasq"] ?? ""
        #expect(lines.hasSuffix("server=/db/10.249.0.1\nserver=/db.bcm/10.249.0.1"), "\(lines)")
        #expect(there.networks.first { $0.name == "two" }?.config?["raw.dnsmasq"]?.contains("server=") == false)
        #expect(try UnitDiff(web, there, image: "tiny", isVM: false).networkChanges([]).allSatisfy(\.isIdle))
    }

    @Test func whoNeedsAnotherIsOnItsNetwork() throws {
        let there = try Workloads.dev(2).with(.web(count: 2))
        let db = try Unit.web {
            $0.name = try UnitName("db")
            $0.needs = [try UnitName("web")]
        }
        let design = try designs(db, there)
        #expect(network(design)?.name == "web" && network(design)?.units == ["db", "web"])
        #expect(design.changes.last?.form?.devices["eth0"]?["ipv4.address"] == "10.249.0.4")
        let lonely = try designs(db, .dev(2).with(.web()))
        #expect(network(lonely)?.name == "db" && lonely.remarks.first?.hasPrefix("web is on no network") == true)
    }

    @Test func unitsShareANetworkByItsNameAndItGoesWithTheLast() throws {
        let web = try Unit.web(count: 2) { $0.networks = [.init(name: "back")] }
        let db = try Unit.web {
            ($0.name, $0.networks) = (try UnitName("db"), [.init(name: "back")])
        }
        let both = try Workloads.dev(2).with(web).with(db)
        #expect(both.networks.first { $0.name == "back" }?.units == ["db", "web"])
        let removal = try RemoveUnit.design(UnitName("web"), volumesToo: false, both)
        #expect(removal.works(on: .network).map(\.line) == ["~ network back: names: -web-1 -web-2; units: db"])
        var rest = both
        rest.apply(removal)
        let last = try RemoveUnit.design(UnitName("db"), volumesToo: false, rest)
        #expect(last.works(on: .network).map(\.line) == ["- network back"])
    }

    @Test(arguments: [("web", "web"), ("x", "x-970c"), ("a-very-long-unit", "a-very-lon-f9ee")])
    func aNetworksNameIsOneOfABridge(_ unit: String, _ name: String) throws {
        let design = try designs(.web(count: 2) { $0.name = try UnitName(unit) }, .dev(1))
        let made = try #require(network(design)?.name)
        #expect(made.utf8.count <= 15 && made.utf8.count >= 2)
        #expect(made.hasPrefix(name.prefix { $0 != "-" }.prefix(10)))
        #expect(unit.utf8.count > 15 || unit.utf8.count < 2 || made == unit)
    }

    @Test func aNetworkOfSomebodyElsesIsNotTakenByItsName() throws {
        let workloads = Workloads.dev(1) { $0.networks.append(.interface("web")) }
        #expect(try network(designs(.web(count: 2), workloads))?.name.hasPrefix("web-") == true)
    }

    @Test func whileAMemberIsAwayNothingIsMadeUnasked() throws {
        let workloads = Workloads.dev(2) { $0.members[1].status = "Offline" }
        let diff = try UnitDiff(.web(count: 2), workloads, image: "tiny", isVM: false)
        #expect(diff.networks.isEmpty && diff.remarks.first?.contains("while DEV-01 is offline") == true)
        let there = try Workloads.dev(2).with(.web(count: 2))
        var away = there
        away.members[1].status = "Offline"
        let kept = try UnitDiff(.web(count: 3), away, image: "tiny", isVM: false)
        let changes = try kept.networkChanges([])
        #expect(changes.map(\.sign) == [.keep], "the names follow once all answer")
    }

    // MARK: Addresses

    @Test func addressesGoByNumberAndAreNeverGivenTwice() throws {
        let unit = try Unit.web(count: 5)
        var workloads = try Workloads.dev(3).with(unit)
        func addresses() -> [String: String] {
            Dictionary(
                uniqueKeysWithValues: workloads.instances.map { ($0.name, $0.devices?["eth0"]?["ipv4.address"] ?? "") })
        }
        #expect(
            addresses()
                == ["web-1", "web-2", "web-3", "web-4", "web-5"].enumerated().reduce(into: [:]) {
                    $0[$1.element] = "10.249.0.\($1.offset + 2)"
                })
        workloads.instances.removeAll { $0.name == "web-2" }
        workloads = try workloads.with(unit)
        #expect(addresses()["web-2"] == "10.249.0.3" && Set(addresses().values).count == 5)
        // A hand-made instance has taken the next one's.
        workloads.instances.append(
            .running(
                "mine", on: "DEV-02",
                devices: ["eth0": ["type": "nic", "network": "web", "ipv4.address": "10.249.0.7"]]))
        workloads = try workloads.with(.web(count: 6))
        #expect(addresses()["web-6"] == "10.249.0.8")
    }

    @Test func addressesOfAFileGoByNumber() throws {
        let unit = try Unit.web(count: 3) {
            $0.networks = [.init(name: "back", address: "10.77.0.1/24")]
            $0.address = IPv4("10.77.0.50")
        }
        var there = try Workloads.dev(2).with(unit)
        func addresses() -> [String] { there.instances.compactMap { $0.devices?["eth0"]?["ipv4.address"] } }
        #expect(addresses() == ["10.77.0.50", "10.77.0.51", "10.77.0.52"])
        let db = try Unit.web {
            ($0.name, $0.networks, $0.address) = (try UnitName("db"), unit.networks, IPv4("10.77.0.51"))
        }
        let failure = try #require(throws: Failure.self) { try designs(db, there) }
        #expect(
            failure.message == "db-1 cannot have the address 10.77.0.51: on the network back it belongs to web-2")
        // Without it they keep what they have.
        there = try there.with(.web(count: 3) { $0.networks = unit.networks })
        #expect(addresses() == ["10.77.0.50", "10.77.0.51", "10.77.0.52"])
    }

    @Test func aFullNetworkIsSaidToBeFull() throws {
        let unit = try Unit.web(count: 5) { $0.networks = [.init(name: "back", address: "10.77.0.1/29")] }
        let failure = try #require(throws: Failure.self) { try designs(unit, .dev(1)) }
        #expect(failure.message == "the network back, 10.77.0.0/29, has no address left for web-5")
        var pool = AddressPool(try #require(NetworkAddress("10.77.0.1/29")), owners: [:])
        let given = try (1...4).map {
            try pool.take(for: "web-\($0)", number: $0, keeping: nil, in: "back").description
        }
        #expect(given == ["10.77.0.2", "10.77.0.3", "10.77.0.4", "10.77.0.5"])
        #expect(AddressPool.dynamic(in: pool.range).description == "10.77.0.6")
    }

    @Test func rangesKeepClearOfWhatTheClusterHas() throws {
        let workloads = Workloads.dev(2) {
            $0.networks.append(.bridge("other", "10.249.0.1/22"))
            $0.networks.append(.bridge("more", "10.249.6.1/24"))
        }
        #expect(try workloads.freeRange().subnet.description == "10.249.8.0/22")
        let unit = try Unit.web(count: 1) { $0.networks = [.init(name: "one"), .init(name: "two")] }
        let made = try designs(unit, .dev(1)).works(on: .network).map(\.details)
        #expect(made == ["10.249.0.0/22 over all members", "10.249.4.0/22 over all members"])
    }

    @Test func thePartOfTheOtherUnitsIsNotMoved() throws {
        let web = try Unit.web(count: 2) { $0.networks = [.init(name: "back", address: "10.77.0.1/24")] }
        let there = try Workloads.dev(2).with(web)
        let db = try Unit.web {
            ($0.name, $0.networks) = (try UnitName("db"), [.init(name: "back", address: "10.78.0.1/24")])
        }
        let failure = try #require(throws: Failure.self) { try designs(db, there) }
        #expect(failure.message == "the network back has 10.77.0.0/24, and web-1 is on it")
    }

    /// The engine starts no instance while another on its member has its address.
    @Test func whatAUserHasCopiedKeepsItsOriginalOffNoLonger() throws {
        var there = try Workloads.dev(2).with(.web(count: 2))
        var copy = there.instances[0]
        (copy.name, copy.status) = ("golden", "Stopped")
        there.instances.append(copy)
        #expect(try UnitDiff(.web(count: 2), there, image: "tiny", isVM: false).changes.allSatisfy(\.isIdle))
        there.instances[0].status = "Stopped"
        let after = try there.with(.web(count: 2))
        #expect(after.instances[0].devices?["eth0"]?["ipv4.address"] == "10.249.0.4")
        #expect(after.instances.last?.devices?["eth0"]?["ipv4.address"] == "10.249.0.2", "the copy is the user's")
    }

    // MARK: Names

    @Test func namesAreThoseOfAllUnitsOnTheNetwork() throws {
        let there = try Workloads.dev(2).with(.web(count: 2))
        let lines = there.networks.first { $0.name == "web" }?.config?["raw.dnsmasq"]
        #expect(
            lines == """
                dhcp-ignore=tag:!known
                host-record=web-1.web.bcm,web-1.bcm,web-1,10.249.0.2
                host-record=web-2.web.bcm,web-2.bcm,web-2,10.249.0.3
                host-record=web.bcm,web,10.249.0.2
                host-record=web.bcm,web,10.249.0.3
                """)
        let more = try designs(.web(count: 3), there)
        #expect(more.works(on: .network).map(\.details) == ["names: +web-3"])
        let fewer = try designs(.web(count: 1), there)
        #expect(fewer.works(on: .network).map(\.details) == ["names: -web-2"])
    }

    /// Of a lost instance and the one in its place, the names lead to the latter.
    @Test func aReplacementTakesTheNamesOfWhatIsLost() throws {
        var there = try Workloads.dev(2).with(.web(count: 2))
        there.members[1].status = "Offline"
        let options = UnitDiff.RunOptions(reschedules: true)
        let diff = try UnitDiff(.web(count: 2), there, image: "tiny", isVM: false, runOptions: options)
        let design = try UnitDesign(diff, [.init(name: "web-3", member: "DEV-00", reason: "")], image: nil)
        there.apply(design)
        #expect(there.names(on: "web", after: []).instances.keys.sorted() == ["web-1", "web-3"])
        #expect(there.instances.last?.devices?["eth0"]?["ipv4.address"] == "10.249.0.4", "not that of the lost one")
    }

    // MARK: Keys

    @Test func dhcpGivesNothingByItselfFromTheFirstMoment() throws {
        let made = try #require(network(designs(.web(count: 2), .dev(3))))
        #expect(made.creation.contains("ipv4.dhcp.ranges=10.249.3.254-10.249.3.254"))
        #expect(made.creation.contains { $0.hasPrefix("raw.dnsmasq=dhcp-ignore=tag:!known") })
        #expect(made.creation.contains("tunnel.mesh.protocol=vxlan"))
        #expect(made.access == AccessRules(name: "bcm-web", network: "web", gateway: try #require(IPv4("10.249.0.1"))))
    }

    @Test func tunnelsOfTwoClustersAndTwoNetworksDiffer() {
        let one = UnitNetwork.tunnel(of: "web", in: "a", besides: [])
        #expect(one == UnitNetwork.tunnel(of: "web", in: "a", besides: []) && 1...0xFF_FFFF ~= one)
        #expect(one != UnitNetwork.tunnel(of: "web", in: "b", besides: []))
        var taken = ListedNetwork.bridge("x", "10.1.0.1/24")
        taken.config?["tunnel.mesh.id"] = "\(one)"
        #expect(UnitNetwork.tunnel(of: "web", in: "a", besides: [taken]) == one % 0xFF_FFFF + 1)
    }

    /// A thousand instances' names are more than one argument of a command can be.
    @Test func longNamesGoOnStandardInput() throws {
        var names = NetworkNames()
        let range = try #require(NetworkAddress("10.249.0.1/20"))
        let unit = String(repeating: "u", count: 50)
        for number in 1...1000 {
            names.instances["\(unit)-\(number)"] = .init(unit: unit, address: range.subnet.address(number + 1))
        }
        let network = UnitNetwork(name: "u", range: range, units: [unit], tunnel: 1, names: names)
        #expect(network.isLong && network.creation.allSatisfy { $0.utf8.count < 1000 })
    }

    @Test func aNetworkOfTheFirstVersionComesToSpanAllMembers() throws {
        let old = Workloads.dev(2) { $0.networks.append(.bridge("back", "10.77.0.1/24", of: "web")) }
        let unit = try Unit.web { $0.networks = [.init(name: "back", address: "10.77.0.1/24")] }
        let change = try #require(designs(unit, old).works(on: .network).first)
        #expect(change.details == "spans all members; names: +web-1")
        guard case .setNetwork(_, let isLively) = change.work else { Issue.record("\(change)"); return }
        #expect(!isLively, "instances come after it")
    }
}
