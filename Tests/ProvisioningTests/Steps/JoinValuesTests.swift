import Testing

@testable import Provisioning

/// Which values of networks and pools members have for themselves.
@Suite struct JoinValuesTests {
    private static func object(
        _ kind: ClusterObject.Kind, _ name: String, _ form: String, _ values: [String: [String: String]]
    ) -> ClusterObject {
        var object = ClusterObject(kind: kind, name: name, state: .created)
        object.project = kind == .network ? "default" : ""
        object.form = form
        object.values = values
        return object
    }

    private let values = JoinValues([
        object(.storagePool, "default", "dir", ["DEV-00": ["source": "/var/lib/lxd/storage-pools/default"]]),
        object(.storagePool, "loop", "zfs", ["DEV-00": ["source": "/var/lib/lxd/disks/loop.img", "size": "5GiB"]]),
        object(.storagePool, "far", "ceph", ["DEV-00": ["source": "rbd"]]),
        object(
            .storagePool, "fast", "dir", ["DEV-00": ["source": "/dev/sdb"], "DEV-01": ["source": "/dev/sdc"]]),
        object(.network, "uplink", "physical", ["DEV-00": ["parent": "eth1"]]),
        object(.network, "lan", "bridge", [:]),
    ])

    @Test func whatTheEngineChoseByItselfIsNotNeeded() {
        #expect(values.needed.keys.sorted() == ["fast.source", "uplink.parent"])
        #expect(values.chosen(by: "DEV-01") == ["fast.source": "/dev/sdc"])
        #expect(values.chosen(by: "DEV-09") == [:])
    }

    /// Nobody gives by hand what has the same name on all members.
    @Test func aNetworkOfUnitsHasAnInterfaceOfOurOwnOnWhoeverJoins() throws {
        let values = JoinValues([
            Self.object(
                .network, "web", "bridge", ["DEV-00": ["bridge.external_interfaces": "u0123abcd000309"]]),
            Self.object(.network, "lan", "bridge", ["DEV-00": ["bridge.external_interfaces": "eth2"]]),
        ])
        #expect(values.needed.keys.sorted() == ["lan.bridge.external_interfaces"])
        #expect(values.chosen(by: "DEV-00") == ["lan.bridge.external_interfaces": "eth2"])
        let asked = ["web", "lan"].map {
            MemberConfigurationKey(entity: "network", name: $0, key: "bridge.external_interfaces", value: "eth9")
        }
        for question in [asked, []] {
            let keys = values.keys(question, with: ["lan.bridge.external_interfaces": "eth3"], loopFileSize: "1GiB")
            #expect(keys.first { $0.name == "web" }?.value == "u0123abcd000309")
            #expect(keys.first { $0.name == "lan" }?.value == "eth3")
        }
    }

    @Test func whoLacksAValueIsNamedWithTheFlag() throws {
        let names = try (1...3).map { try MemberName.dev($0) }
        let failure = try #require(throws: Failure.self) {
            try values.check(
                [
                    (names[0], ["uplink.parent": "eth1", "fast.source": ""]), (names[1], ["uplink.parent": "eth2"]),
                    (names[2], [:]),
                ],
                command: "the same command with")
        }
        #expect(
            failure.message
                == "DEV-02, DEV-03 cannot join without values of their own: fast.source (DEV-00 has /dev/sdb), "
                + "uplink.parent (DEV-00 has eth1)")
        #expect(
            failure.hint
                == "the same command with --member-config fast.source=VALUE --member-config uplink.parent=VALUE; "
                + "an empty VALUE leaves it to LXD")
        try values.check([(names[0], ["uplink.parent": "", "fast.source": ""])], command: "")
    }

    @Test func unknownKeysAreRefusedWithThoseThatThereAre() throws {
        let cluster = try ClusterName("DEV")
        for text in ["uplink.parent=x", "lan.bridge.external_interfaces=eth2", "DEV-01:loop.size=1GiB"] {
            try values.check([MemberValue(text, of: cluster)])
        }
        let failure = try #require(throws: Failure.self) {
            try values.check([MemberValue("uplnk.parent=x", of: cluster)])
        }
        #expect(failure.code == .badInput && failure.hint?.contains("did you mean uplink.parent?") ?? false)
        #expect(failure.hint?.contains("default.size, default.source, far.size") ?? false)
    }

    @Test func membersThatAreInTheClusterKeepWhatTheyHave() throws {
        let cluster = try ClusterName("DEV")
        let members = ["DEV-00", "DEV-01"]
        func check(_ text: String, ofAll: Bool) throws {
            try values.check([MemberValue(text, of: cluster)], keptBy: members, ofAll: ofAll)
        }
        try check("DEV-01:fast.source=/dev/sdc", ofAll: false)
        try check("fast.source=/dev/sdd", ofAll: false)
        for (text, all) in [("DEV-01:fast.source=/dev/sdd", false), ("fast.source=/dev/sdd", true)] {
            let failure = try #require(throws: Failure.self) { try check(text, ofAll: all) }
            #expect(failure.code == .badInput && failure.message.contains("is in the cluster, and has /dev/sd"))
        }
    }

    /// A loop file is as large as those of the members that have one.
    @Test func theEngineIsGivenWhatItAsksForAndWhatTheUserAdds() {
        let asked = [("default", "source"), ("loop", "size"), ("fast", "source"), ("fast", "size")].map {
            MemberConfigurationKey(entity: "storage-pool", name: $0.0, key: $0.1, value: "")
        }
        let keys = values.keys(
            asked, with: ["fast.source": "/dev/sdd", "lan.bridge.external_interfaces": "eth2", "gone.source": "x"],
            loopFileSize: "20GiB")
        #expect(
            keys.map { "\($0.entity) \($0.name).\($0.key)=\($0.value)" } == [
                "storage-pool default.source=", "storage-pool loop.size=5GiB", "storage-pool fast.source=/dev/sdd",
                "network lan.bridge.external_interfaces=eth2",
            ])
    }

    @Test(arguments: [
        ("uplink.parent=eth1", nil, "uplink.parent", "eth1"), ("DEV-01:a.b.c=x=y", 1, "a.b.c", "x=y"),
        ("a:b.c=", nil, "a:b.c", ""),
    ])
    func flags(_ text: String, _ member: Int?, _ key: String, _ value: String) throws {
        let read = try MemberValue(text, of: ClusterName("DEV"))
        #expect(read.member == (try member.map { try MemberName.dev($0) }) && read.key == key && read.value == value)
    }

    @Test(arguments: ["", "x", "x=y", "=y", ".b=y", "a.=y", "a b.c=d", "a.b=c\nd"])
    func flagsThatAreNone(_ text: String) throws {
        let failure = try #require(throws: Failure.self) { try MemberValue(text, of: ClusterName("DEV")) }
        #expect(failure.code == .badInput && failure.hint?.contains("uplink.parent=eth1") ?? false)
    }

    @Test func whoNamesAMemberCountsMore() throws {
        let cluster = try ClusterName("DEV")
        let given = try ["DEV-01:a.b=1", "a.b=2", "c.d=3"].map { try MemberValue($0, of: cluster) }
        let (one, other) = (try MemberName.dev(1), try MemberName.dev(2))
        #expect(given.of(one) == ["a.b": "1", "c.d": "3"])
        #expect(given.of(other) == ["a.b": "2", "c.d": "3"])
    }

    @Test func theDatabaseTellsWhatIsWhose() {
        let objects = ClusterObject.all(in: [
            ["network", "uplink", "default", "4", "", "1", ""], ["storage pool", "fast", "", "dir", "", "1", ""],
            ["own network", "uplink", "default", "parent", "eth1", "", "DEV-00"],
            ["own storage pool", "fast", "", "source", "/dev/sdb", "", "DEV-01"],
            ["own network", "other", "default", "parent", "eth1", "", "DEV-00"],
        ])
        #expect(objects.map(\.values) == [["DEV-00": ["parent": "eth1"]], ["DEV-01": ["source": "/dev/sdb"]]])
        #expect(objects.map(\.isCreated) == [true, true])
    }
}
