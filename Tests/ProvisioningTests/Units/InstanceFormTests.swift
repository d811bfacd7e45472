import Testing

@testable import Provisioning

/// What a unit's file comes to in LXD's words.
@Suite struct InstanceFormTests {
    private func form(
        _ unit: Unit, _ number: Int = 1, fixed: FixedAddress? = nil, isVM: Bool = false,
        in workloads: Workloads = .dev(1)
    ) -> InstanceForm {
        InstanceForm(unit, number, image: "tiny", fixed: fixed, isVM: isVM, in: workloads)
    }

    @Test func everyKey() throws {
        let unit = try Unit.web {
            ($0.description, $0.cores, $0.memory) = ("front end", 2, 2 << 30)
            ($0.disk, $0.userData, $0.interface) = (10 << 30, "#cloud-config\n", "lxdbr0")
            $0.environment = ["KEY": "a value"]
            $0.volumes = [.of("data"), .of("all", shared: true)]
            $0.networks = [.init(name: "a", address: "10.1.0.1/24"), .init(name: "b", address: "10.2.0.1/24")]
            $0.ports = [.tcp(8080), .init(listen: 53, target: 5353, transport: .udp)]
        }
        let cards = try [("eth1", "a", "10.1.0.2"), ("eth2", "b", "10.2.0.2")].map { interface, network, address in
            NetworkCard(
                interface: interface, network: network, address: try #require(IPv4(address)),
                range: try #require(NetworkAddress("10.1.0.1/24")))
        }
        let workloads = Workloads.dev(1) { $0.pool = "fast" }
        let form = InstanceForm(unit, 3, image: "tiny", fixed: nil, cards: cards, isVM: false, in: workloads)
        #expect(
            form.config == [
                "limits.cpu": "2", "limits.memory": "2GiB", "user.bcm.unit": "web", "user.bcm.image": "tiny",
                "user.bcm.name": "web-3", "user.bcm.description": "front end",
                "cloud-init.user-data": "#cloud-config\n",
                "cloud-init.network-config": CloudInit.network(interfaces: 3),
                "user.bcm.keys": "cloud-init.network-config",
                "environment.KEY": "a value",
            ])
        #expect(
            form.devices == [
                "root": ["type": "disk", "path": "/", "pool": "fast", "size": "10GiB"],
                "eth0": ["type": "nic", "name": "eth0", "network": "lxdbr0"],
                "net-a": [
                    "type": "nic", "name": "eth1", "network": "a", "ipv4.address": "10.1.0.2",
                    "hwaddr": "02:bc:0a:01:00:02",
                ],
                "net-b": [
                    "type": "nic", "name": "eth2", "network": "b", "ipv4.address": "10.2.0.2",
                    "hwaddr": "02:bc:0a:02:00:02",
                ],
                "vol-data": ["type": "disk", "pool": "fast", "source": "web_data_3", "path": "/srv/data"],
                "vol-all": ["type": "disk", "pool": "fast", "source": "web_all", "path": "/srv/all"],
                "port-tcp-8080": [
                    "type": "proxy", "listen": "tcp:0.0.0.0:8080", "connect": "tcp:127.0.0.1:80",
                ],
                "port-udp-53": ["type": "proxy", "listen": "udp:0.0.0.0:53", "connect": "udp:127.0.0.1:5353"],
            ])
    }

    @Test(arguments: [
        (1 << 30, "1GiB"), (1536 << 20, "1536MiB"), (512 << 20, "512MiB"), ((1 << 30) + 1, "1073741825B"),
        (1 << 40, "1024GiB"), (1 << 10, "1024B"),
    ])
    func amountsAreExact(_ bytes: Int, _ text: String) throws {
        #expect(ByteSize.forLXD(bytes) == text)
        #expect(ByteSize(text)?.bytes == bytes)
    }

    @Test func aCardOnAnInterfaceOfTheHost() throws {
        let workloads = Workloads.dev(1) { $0.networks.append(.interface("br0", "bridge")) }
        func card(_ name: String) throws -> ClusterInstance.Device? {
            form(try .web { $0.interface = name }, in: workloads).devices["eth0"]
        }
        #expect(
            try card("eth0") == ["type": "nic", "name": "eth0", "nictype": "macvlan", "parent": "eth0"])
        #expect(try card("br0") == ["type": "nic", "name": "eth0", "nictype": "bridged", "parent": "br0"])
    }

    /// The first run makes the network, the second finds it: the card is the same.
    @Test func aCardOnTheUnitsOwnNetwork() throws {
        let unit = try Unit.web {
            ($0.interface, $0.networks) = ("back", [.init(name: "back", address: "10.1.0.1/24")])
        }
        let first = try Workloads.dev(1).with(unit)
        let wanted = [
            "type": "nic", "name": "eth0", "network": "back", "ipv4.address": "10.1.0.2", "hwaddr": "02:bc:0a:01:00:02",
        ]
        #expect(first.instances[0].devices?["eth0"] == wanted && first.instances[0].devices?["net-back"] == nil)
        #expect(try UnitDiff(unit, first, image: "tiny", isVM: false).changes.allSatisfy(\.isIdle))
    }

    /// What has no DHCP client is told its addresses by LXC, also where they change.
    @Test func linesForWhatAsksForNoAddress() throws {
        let range = try #require(NetworkAddress("10.1.0.1/24"))
        let cards = try [("eth1", "b", "10.1.0.3"), ("eth0", "z", "10.1.0.2"), ("eth2", "a", "10.1.0.4")].map {
            NetworkCard(interface: $0, network: $1, address: try #require(IPv4($2)), range: range)
        }
        // The engine numbers devices by their names: eth0, net-a, net-b.
        #expect(
            cards.lxc == """
                lxc.net.0.ipv4.address = 10.1.0.2/24
                lxc.net.0.ipv4.gateway = 10.1.0.1
                lxc.net.1.ipv4.address = 10.1.0.4/24
                lxc.net.2.ipv4.address = 10.1.0.3/24

                """)
    }

    @Test func portsOfAVMGoByItsDoor() throws {
        let unit = try Unit.web { $0.ports = [.tcp(8080)] }
        let fixed = try FixedAddress(of: unit, on: "DEV-00", present: nil, in: .dev(1), without: [])
        let form = form(unit, fixed: fixed, isVM: true)
        #expect(form.isVM)
        #expect(
            form.devices == [
                "eth0": ["type": "nic", "name": "eth0", "network": "lxdbr0", "ipv4.address": "10.248.0.254"],
                "port-tcp-8080": [
                    "type": "proxy", "nat": "true", "listen": "tcp:10.64.0.10:8080", "connect": "tcp:10.248.0.254:80",
                ],
            ])
    }

    @Test func whatTheUnitDoesNotDecideStays() throws {
        let form = form(
            try .web {
                ($0.environment, $0.ports) = (["NEW": "1"], [.tcp(80)])
            })
        var instance = InstanceProperties(
            architecture: "x86_64",
            config: [
                "limits.cpu": "9", "limits.cpu.priority": "5", "environment.OLD": "1", "volatile.uuid": "u",
                "image.os": "busybox", "user.bcm.description": "gone", "user.bcm.replaces": "web-7", "user.mine": "m",
                "cloud-init.user-data": "gone", "cloud-init.vendor-data": "v",
            ],
            devices: [
                "root": ["type": "disk", "size": "3GiB"], "gpu": ["type": "gpu"], "port-tcp-81": ["type": "proxy"],
                "vol-x": ["type": "disk"], "net-x": ["type": "nic"], "eth0": ["type": "nic"], "eth1": ["type": "nic"],
            ], ephemeral: false, profiles: ["default", "mine"], stateful: false, description: "d")
        form.apply(to: &instance)
        #expect(
            instance.config == [
                "limits.cpu": "1", "limits.memory": "512MiB", "limits.cpu.priority": "5", "environment.NEW": "1",
                "volatile.uuid": "u", "image.os": "busybox", "user.bcm.unit": "web", "user.bcm.image": "tiny",
                "user.bcm.name": "web-1",
                "user.bcm.replaces": "web-7", "user.mine": "m", "cloud-init.vendor-data": "v",
            ])
        #expect(Set(instance.devices.keys) == ["root", "gpu", "port-tcp-80", "eth1"])
        #expect(instance.devices["root"] == ["type": "disk", "size": "3GiB"])
        #expect(instance.profiles == ["default", "mine"] && instance.architecture == "x86_64")
    }

    @Test func whatHasTheFormDiffersInNothing() throws {
        let unit = try Unit.web {
            ($0.disk, $0.userData, $0.volumes, $0.ports) = (1 << 30, "x", [.of("d")], [.tcp(80)])
        }
        let form = form(unit)
        let instance = ClusterInstance.running("web-1", on: "DEV-00", config: form.config, devices: form.devices)
        #expect(form.differences(from: instance) == [])
        var bare = instance
        (bare.config, bare.devices) = (nil, nil)
        #expect(form.differences(from: bare).count == form.config.count + form.devices.count)
        #expect(form.differences(from: bare).contains("disk from profile → 1GiB"))
        #expect(form.differences(from: bare).contains("memory all → 512MiB"))
    }

    @Test func theLaunchTextIsJSONThatYAMLReadsTheSame() throws {
        let text = try JSONText.yaml(
            form(try .web { $0.environment = ["A": "a\u{85}b\u{2028}\u{FEFF}\u{7F}é😀\"\\\t/"] }).creation("i"))
        #expect(text.contains(#"a\u0085b\u2028\ufeff\u007fé😀\"\\\t/"#))
        #expect(text.contains("\"devices\" : {"))
        let plain = text.unicodeScalars.allSatisfy { ![0x7F, 0x85, 0x2028, 0x2029, 0xFEFF].contains($0.value) }
        #expect(plain, "YAML ends a line at some, and refuses others")
    }
}
