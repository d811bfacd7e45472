import Testing

@testable import Provisioning

/// Every key of a unit's file, with every kind of value that it takes.
@Suite struct UnitFileKeyTests {
    @Test func defaults() throws {
        let unit = try UnitFileText(UnitFileText.shortest).unit()
        #expect(
            unit
                == Unit(
                    name: try UnitName("web"), description: nil, cores: 1, memory: 512 << 20,
                    image: .remote("ubuntu:24.04"), interface: nil, kind: nil, count: 1, spread: .host, disk: nil,
                    userData: nil, environment: [:], volumes: [], networks: [], ports: []))
        #expect(try UnitFileText(more: "[instance]\n[instance.env]").unit() == unit)
        #expect(try UnitFileText(more: "[instance]\nenv = {}").unit() == unit)
        #expect(try UnitFileText("volume = []\nnetwork = []\nport = []\n" + UnitFileText.shortest).unit() == unit)
    }

    @Test func allOfIt() throws {
        let text = """
            [spacecore]                      # the unit
            name = "web"
            description = "front end"

            [hardware]
            cores = 2
            memory = 512
            ref = "ubuntu:24.04"
            interface = "eth0"

            [instance]
            type = "vm"
            count = 3
            spread = "host"
            disk = "10GiB"
            user-data = "cloud-init.yml"
            [instance.env]
            KEY = "value"

            [[volume]]
            name = "data"
            size = "5GiB"
            path = "/srv/data"
            per-instance = true

            [[network]]
            name = "backend"
            address = "10.77.0.1/24"

            [[port]]
            listen = 8080
            target = 80
            """
        let unit = Unit(
            name: try UnitName("web"), description: "front end", cores: 2, memory: 512 << 20,
            image: .remote("ubuntu:24.04"), interface: "eth0", kind: .vm, count: 3, spread: .host, disk: 10 << 30,
            userData: "#cloud-config\n", environment: ["KEY": "value"],
            volumes: [Unit.Volume(name: "data", size: 5 << 30, path: "/srv/data", isPerInstance: true)],
            networks: [Unit.Network(name: "backend", address: "10.77.0.1/24")],
            ports: [Unit.Port(listen: 8080, target: 80, transport: .tcp)])
        #expect(try UnitFileText(text).unit() == unit)
        #expect(try UnitFileText(text.split(separator: "\n").joined(separator: "\r\n")).unit() == unit)
    }

    @Test func withoutHeaders() throws {
        let text = """
            spacecore.name = "web"
            hardware = {ref = "ubuntu:24.04", memory = "1GiB"}
            instance.env = {A = "1", _b2 = "two words, \\"é\\" = €"}
            volume = [{name = "a", path = "/a"}, {name = "b", path = "/b"}]
            network = [{name = "n1", address = "10.1.0.1/16"}]
            port = [{listen = 53, protocol = "udp"}, {listen = 53, protocol = "tcp"}]
            """
        let unit = try UnitFileText(text).unit()
        #expect(unit.name.text == "web" && unit.memory == 1 << 30)
        #expect(unit.environment == ["A": "1", "_b2": "two words, \"é\" = €"])
        #expect(unit.volumes.map(\.name) == ["a", "b"] && unit.networks.map(\.name) == ["n1"])
        #expect(unit.ports.map(\.transport) == [.udp, .tcp])
    }

    @Test(arguments: Amounts.all)
    func memory(_ value: String, _ bytes: Int) throws {
        #expect(try UnitFileText(more: "memory = \(value)").unit().memory == bytes)
    }

    @Test func volumes() throws {
        let volumes = try UnitFileText(
            more: """
                [instance]
                count = 2
                [[volume]]
                name = "data"
                path = "/srv//data/"
                [[volume]]
                name = "0"
                path = "/mnt/ü .x/..y"
                size = "1.5GiB"
                per-instance = true
                [[volume]]
                per-instance = false
                path = "/c"
                name = "A-1"
                """
        ).unit().volumes
        #expect(
            volumes == [
                Unit.Volume(name: "data", size: nil, path: "/srv/data", isPerInstance: false),
                Unit.Volume(name: "0", size: 3 << 29, path: "/mnt/ü .x/..y", isPerInstance: true),
                Unit.Volume(name: "A-1", size: nil, path: "/c", isPerInstance: false),
            ])
    }

    /// One volume for all instances is no contradiction where nobody asked that they be apart.
    @Test func sharedVolumes() throws {
        let volume = "[[volume]]\nname = 'data'\npath = '/data'"
        #expect(try unit("[instance]\ncount = 3\nspread = 'none'", volume).volumes.count == 1)
        #expect(try unit("[instance]\ncount = 1\nspread = 'host'", volume).volumes.count == 1)
        #expect(try unit("[instance]\ncount = 3\nspread = 'host'", volume + "\nper-instance = true").volumes.count == 1)
    }

    @Test func ports() throws {
        #expect(try unit("[[port]]", "listen = 8080").ports == [Unit.Port(listen: 8080, target: 8080, transport: .tcp)])
        let ports = try unit("[[port]]", "listen = 1\n[[port]]\nlisten = 65535\ntarget = 1\nprotocol = 'udp'").ports
        #expect(ports.map(\.listen) == [1, 65_535] && ports.map(\.target) == [1, 1])
    }
}

/// Memory as it is written, and in bytes.
private enum Amounts {
    static let all: [(String, Int)] = [
        ("1", 1 << 20), ("512", 512 << 20), ("1_048_576", 1 << 40), ("'1MiB'", 1 << 20), ("'2GiB'", 2 << 30),
        ("'2G'", 2 << 30), ("'1.5GB'", 1_500_000_000), ("'1048576'", 1 << 20), ("'512m'", 512 << 20),
        ("'2048KiB'", 2 << 20),
    ]
}
