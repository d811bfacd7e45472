import Testing

@testable import Provisioning

/// What lives on a member that is to leave, and where it goes.
@Suite struct EvacuationTests {
    private func findings(
        _ instances: [ClusterInstance], volumes: [ClusterVolume] = [], members: Int = 3, free: Int = 4096,
        store: String? = nil, _ change: (inout Evacuation.Findings) -> Void = { _ in }
    ) -> Evacuation.Findings {
        let workloads = Workloads.dev(members) { $0.instances = instances }
        let candidates = (0..<members - 1).map { index in
            PlacementCandidate(
                member: "DEV-0\(index)", host: "h\(index)", store: store ?? "DEV-0\(index)", freeMemory: free << 20,
                cores: 4, freeCores: 4)
        }
        var findings = Evacuation.Findings(
            member: "DEV-0\(members - 1)", workloads: workloads, volumes: volumes, candidates: candidates,
            store: store ?? "DEV-0\(members - 1)")
        change(&findings)
        return findings
    }

    private func targets(_ findings: Evacuation.Findings) throws -> [String] {
        try Evacuation(findings).groups.map { "\($0.name) to \($0.target)" }
    }

    private func refusal(_ findings: Evacuation.Findings) throws -> Failure {
        let failure = try #require(throws: Failure.self) { try Evacuation(findings) }
        #expect(failure.code == .conflict && failure.hint != nil)
        return failure
    }

    private func of(_ unit: String?, _ name: String, on member: Int, _ devices: [String: [String: String]] = [:])
        -> ClusterInstance
    {
        var config = ["limits.memory": "512MiB", "limits.cpu": "1"]
        config[UnitMark.unit] = unit
        return .running(name, on: "DEV-0\(member)", config: config, devices: devices)
    }

    private func proxy(_ listen: String, connect: String = "tcp:127.0.0.1:80", nat: Bool = false) -> [String: String] {
        var device = ["type": "proxy", "listen": listen, "connect": connect]
        if nat { device["nat"] = "true" }
        return device
    }

    private func disk(_ volume: String) -> [String: String] {
        ["type": "disk", "pool": "default", "source": volume, "path": "/data"]
    }

    private func volume(
        _ name: String, on member: Int, of unit: String? = nil, users: [String] = [], moving: String? = nil
    )
        -> ClusterVolume
    {
        var volume = ClusterVolume.of(unit, name, on: "DEV-0\(member)")
        volume.pool = "default"
        volume.usedBy = users.map { "/1.0/instances/\($0)" }
        volume.config[LXC.movingKey] = moving
        return volume
    }

    // MARK: Places

    @Test func unitsAreSpreadAndOthersGoToTheLeastLoaded() throws {
        #expect(
            try targets(findings([of("web", "web-1", on: 0), of("web", "web-2", on: 2), of(nil, "own", on: 2)])) == [
                "own to DEV-00", "web-2 to DEV-01",
            ])
        // What has a place counts for what comes after it.
        let many = (1...4).map { of(nil, "c\($0)", on: 2) }
        #expect(
            try targets(findings(many)) == ["c1 to DEV-00", "c2 to DEV-01", "c3 to DEV-00", "c4 to DEV-01"])
    }

    @Test func aPortIsTakenOnceOnAMember() throws {
        let port = ["port-tcp-8080": proxy("tcp:0.0.0.0:8080")]
        let one = of("web", "web-1", on: 0, port)
        #expect(try targets(findings([one, of("web", "web-2", on: 2, port)])) == ["web-2 to DEV-01"])
        let refused = try refusal(
            findings([one, of("web", "web-2", on: 1, port), of("web", "web-3", on: 2, port)]))
        #expect(
            refused.message.contains("web-3 cannot be placed") && refused.message.contains("port tcp 8080 is taken"))
    }

    @Test func memoryThatIsSharedWithTheLeavingMemberIsThereAlready() throws {
        let big = of(nil, "big", on: 2)
        #expect(try refusal(findings([big], free: 100)).message.contains("it needs 512M of memory"))
        #expect(try targets(findings([big], free: 100, store: "local")) == ["big to DEV-00"])
    }

    @Test func whoCannotTakeItIsNotChosen() throws {
        var vm = of(nil, "vm", on: 2)
        vm.type = "virtual-machine"
        vm.architecture = "x86_64"
        #expect(try refusal(findings([vm])).message == "vm cannot be moved: no other member can run virtual machines")
        #expect(try targets(findings([vm]) { $0.hypervisors = ["DEV-01"] }) == ["vm to DEV-01"])
        let arm = findings([vm]) { found in
            found.hypervisors = ["DEV-00", "DEV-01"]
            found.workloads.members[0].architecture = "aarch64"
            found.workloads.members[1].architecture = "aarch64"
        }
        #expect(try refusal(arm).message == "vm cannot be moved: no other member runs x86_64")
        let none = findings([of(nil, "c", on: 2)]) { found in
            found.candidates = []
            found.workloads.members[0].status = "Offline"
            found.workloads.members[1].config = ["scheduler.instance": "manual"]
        }
        #expect(
            try refusal(none).message
                == "no other member can hold c: DEV-00 is offline, DEV-01 has scheduler.instance=manual")
    }

    @Test func whatIsOfItsMachineStaysOnIt() throws {
        let tied = of(nil, "c", on: 2, ["src": ["type": "disk", "source": "/srv", "path": "/src"]])
        #expect(
            try refusal(findings([tied])).message
                == "c cannot be moved: its device src belongs to the machine of DEV-02")
        #expect(try targets(findings([tied], store: "local")) == ["c to DEV-00"], "the same machine")
        var told = tied
        told.expandedConfig?["cluster.evacuate"] = "migrate"
        #expect(try targets(findings([told])) == ["c to DEV-00"])
    }

    // MARK: What LXD would refuse

    @Test func everythingThatCannotBeMovedIsNamedAtOnce() throws {
        var frozen = of(nil, "frozen", on: 2)
        frozen.status = "Frozen"
        var odd = of(nil, "odd", on: 2)
        odd.status = "Error"
        var ephemeral = of(nil, "ephemeral", on: 2)
        ephemeral.ephemeral = true
        var kept = of(nil, "kept", on: 2)
        kept.expandedConfig?["security.protection.delete"] = "true"
        var staying = of(nil, "staying", on: 2)
        staying.expandedConfig?["cluster.evacuate"] = "stop"
        staying.project = "p"
        let copied = of(nil, "saved", on: 2)
        let found = findings([frozen, odd, ephemeral, kept, staying, copied, of(nil, "fine", on: 2)]) {
            $0.backups = ["default/saved": ["saved/one"]]
            $0.images = ["0123456789abcdef"]
        }
        let failure = try refusal(found)
        for part in [
            "frozen cannot be moved: it is frozen", "odd cannot be moved: its state is Error",
            "ephemeral cannot be moved: it is ephemeral",
            "kept cannot be moved: it has security.protection.delete=true",
            "staying cannot be moved: it has cluster.evacuate=stop", "saved cannot be moved: it has the backup one",
            "the image 0123456789ab is on DEV-02 alone",
        ] { #expect(failure.message.contains(part), "\(failure.message)") }
        #expect(!failure.message.contains("fine"))
        #expect(failure.hint?.contains("lxc config set staying --project p cluster.evacuate=auto") ?? false)
        var off = ephemeral
        off.status = "Stopped"
        #expect(try targets(findings([off])) == ["ephemeral to DEV-00"], "it is there, so it survived its stop")
    }

    // MARK: Volumes

    @Test func whatSharesAVolumeMovesTogether() throws {
        let devices = ["d": disk("v")]
        let found = findings(
            [of(nil, "a", on: 2, devices), of(nil, "b", on: 2), of(nil, "c", on: 2, devices)],
            volumes: [volume("v", on: 2, users: ["a", "c"]), volume("w", on: 2, users: ["c"])])
        let groups = try Evacuation(found).groups
        #expect(groups.map(\.name) == ["a, c", "b"])
        #expect(groups[0].volumes.map(\.name) == ["v", "w"])
    }

    @Test func aVolumeThatNothingUsesMovesByItselfOnlyIfItIsAUnits() throws {
        #expect(
            try targets(findings([], volumes: [volume("web_data_1", on: 2, of: "web")]))
                == ["the volume web_data_1 to DEV-00"])
        let failure = try refusal(findings([], volumes: [volume("mine", on: 2)]))
        #expect(failure.message == "the custom volume mine is on DEV-02, and no instance uses it")
        #expect(
            failure.hint
                == "lxc storage volume move default/mine default/mine --target DEV-02 --destination-target DEV-00")
    }

    @Test func aVolumeOfAProfileOrWithANamesakeIsRefused() throws {
        var shared = volume("v", on: 2, users: ["a"])
        shared.usedBy?.append("/1.0/profiles/p")
        let instance = of(nil, "a", on: 2)
        #expect(
            try refusal(findings([instance], volumes: [shared])).message.hasPrefix(
                "the custom volume v cannot be moved: the profile p attaches it"))
        let own = volume("v", on: 2, users: ["a"])
        #expect(try targets(findings([instance], volumes: [own, volume("v", on: 0)])) == ["a to DEV-01"])
        #expect(
            try refusal(findings([instance], volumes: [own, volume("v", on: 0), volume("v", on: 1)])).message
                == "a cannot be moved: each other member has a volume v of its own")
        var project = volume("v", on: 0)
        project.project = "p"
        #expect(try targets(findings([instance], volumes: [own, project])) == ["a to DEV-00"], "of another project")
    }

    @Test func whatIsLeftOfAMoveThatWasCutOffIsNoNamesake() throws {
        let half = volume("v", on: 2, users: ["a"], moving: "DEV-00")
        let copy = volume("v", on: 0, moving: "DEV-00")
        let found = findings([of(nil, "a", on: 2)], volumes: [half, copy, volume("v", on: 1)])
        let evacuation = try Evacuation(found)
        #expect(evacuation.leftovers.map(\.isMoved) == [false] && evacuation.leftovers[0].copy == copy)
        #expect(evacuation.groups.map(\.target) == ["DEV-00"])
        // The instance has moved: what is on this member is not used any more, and goes.
        let moved = findings(
            [of(nil, "a", on: 0)],
            volumes: [volume("v", on: 2, moving: "DEV-00"), volume("v", on: 0, users: ["a"], moving: "DEV-00")])
        #expect(try Evacuation(moved).leftovers.map(\.isMoved) == [true] && Evacuation(moved).groups.isEmpty)
        // One that somebody else made is never taken for a copy.
        let foreign = findings([of(nil, "a", on: 2)], volumes: [half, volume("v", on: 0)])
        #expect(try Evacuation(foreign).leftovers.map(\.copy) == [nil])
        #expect(try targets(foreign) == ["a to DEV-01"])
    }

    // MARK: Addresses

    @Test func whatListensAtAMembersAddressListensAtTheOther() {
        let instance = of(
            nil, "c", on: 2,
            [
                "a": proxy("tcp:10.64.0.12:80"), "b": proxy("udp:0.0.0.0:53"), "c": proxy("tcp:10.64.0.10:81"),
                "d": ["type": "proxy", "listen": "tcp:10.64.0.12:82", "connect": "tcp:1.2.3.4:82", "bind": "instance"],
                "e": proxy("tcp:192.0.2.1:83"),
            ])
        let changed = instance.proxies(
            listeningAt: "10.64.0.10", insteadOf: ["10.64.0.10", "10.64.0.11", "10.64.0.12"])
        #expect(changed.mapValues { $0["listen"] } == ["a": "tcp:10.64.0.10:80"])
        #expect(changed["a"]?["connect"] == "tcp:127.0.0.1:80")
    }

    private func fixed(_ unit: String?, _ name: String, on member: Int, _ address: String, port: Int = 80)
        -> ClusterInstance
    {
        var instance = of(
            unit, name, on: member,
            [
                "eth0": ["type": "nic", "network": "lxdbr0", "ipv4.address": address],
                "port-tcp-80": proxy("tcp:10.64.0.1\(member):\(port)", connect: "tcp:\(address):80", nat: true),
            ])
        instance.config?["raw.lxc"] = "lxc.net.0.ipv4.address = \(address)/24\nlxc.net.0.ipv4.gateway = 10.248.0.1\n"
        return instance
    }

    @Test func aUnitsFixedAddressThatIsTakenIsChosenAnew() throws {
        let one = fixed("db", "db-1", on: 0, "10.248.0.254", port: 90)
        let other = fixed("db", "db-3", on: 1, "10.248.0.254", port: 90)
        let moving = fixed("web", "web-1", on: 2, "10.248.0.254")
        let group = try #require(try Evacuation(findings([one, other, moving])).groups.first)
        #expect(group.addresses == ["web-1": "10.248.0.253"])
        let (devices, lxc) = moving.readdressed(to: "10.248.0.253")
        #expect(devices["eth0"]?["ipv4.address"] == "10.248.0.253")
        #expect(devices["port-tcp-80"]?["connect"] == "tcp:10.248.0.253:80")
        #expect(lxc == "lxc.net.0.ipv4.address = 10.248.0.253/24\nlxc.net.0.ipv4.gateway = 10.248.0.1\n")
        #expect(try Evacuation(findings([moving])).groups[0].addresses.isEmpty, "it is free there")
        // Two that move to one member do not get the same.
        let two = try Evacuation(
            findings([one, moving, fixed("web", "web-2", on: 2, "10.248.0.252", port: 81)], members: 2) {
                $0.member = "DEV-02"
                $0.workloads.members.append(.dev(2))
            })
        #expect(two.groups.map(\.addresses) == [["web-1": "10.248.0.253"], [:]])
    }

    @Test func anothersFixedAddressIsNotChanged() throws {
        let moving = fixed(nil, "mine", on: 2, "10.248.0.7")
        #expect(
            try targets(findings([fixed(nil, "c", on: 0, "10.248.0.7", port: 90), moving])) == ["mine to DEV-01"])
        let failure = try refusal(
            findings([
                fixed(nil, "c", on: 0, "10.248.0.7", port: 90), fixed(nil, "d", on: 1, "10.248.0.7", port: 90), moving,
            ]))
        #expect(failure.message == "mine cannot be moved: c has its fixed address on each other member")
    }
}
