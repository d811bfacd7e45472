import Schemas
import Testing

@testable import Provisioning
@testable import bcmcluster

/// What the user and a program see of units.
@Suite struct UnitDisplayTests {
    private func instance(
        _ unit: String?, _ name: String, on member: String = "DEV-00", status: String = "Running",
        lastUsed: String? = "2026-01-02T03:04:05Z", type: String = "container", volumes: [String] = [],
        address: String? = nil, config: [String: String] = [:], proxies: [(listen: String, connect: String)] = []
    ) -> ClusterInstance {
        var devices = Dictionary(
            uniqueKeysWithValues: volumes.map {
                ("vol-\($0)", ["type": "disk", "pool": "p", "source": $0, "path": "/v"])
            })
        devices["root"] = ["type": "disk", "path": "/", "pool": "p", "source": ""]
        for (index, proxy) in proxies.enumerated() {
            devices["proxy\(index)"] = ["type": "proxy", "listen": proxy.listen, "connect": proxy.connect]
        }
        let state = address.map {
            ClusterInstance.State(
                network: ["eth0": .init(addresses: [.init(address: $0, family: "inet", scope: "global")])])
        }
        return ClusterInstance(
            name: name, location: member, status: status, project: "default",
            config: (unit.map { ["user.bcm.unit": $0] } ?? [:]).merging(config) { $1 }, type: type, devices: devices,
            lastUsed: lastUsed,
            state: state)
    }

    private func workloads(_ instances: [ClusterInstance], _ volumes: [ClusterVolume] = []) -> Workloads {
        let members = [("DEV-00", "Online"), ("DEV-01", "Offline"), ("DEV-02", "Evacuated")].map {
            ClusterMember(name: $0, url: "", database: true, status: $1, message: "")
        }
        return Workloads(members: members, instances: instances, volumes: volumes, networks: [], pool: "fast")
    }

    private func listing(_ instances: [ClusterInstance], _ unit: String? = nil) throws -> UnitListing {
        let images = [
            ListedImage(fingerprint: "ff00", type: "virtual-machine", aliases: [.init(name: "tiny")], properties: nil)
        ]
        return UnitListing(
            try ClusterName("DEV"), workloads(instances), try unit.map { try UnitName($0) }, images: images
        ) { _ in "local" }
    }

    /// 2026-01-02T03:04:05Z.
    private let then = 1_767_323_045

    @Test func healthHasAColumnWhereAUnitHasACheck() throws {
        let check = [UnitMark.health: HealthCheck(.tcp(80)).mark ?? ""]
        let instances = [
            instance("web", "web-1", config: check), instance("web", "web-2", config: check),
            instance("web", "web-3", config: check), instance("db", "db-1"),
        ]
        let listing = UnitListing(
            try ClusterName("DEV"), workloads(instances), nil,
            health: ["web-1": .healthy, "web-2": .unhealthy("tcp 80: connection refused")]
        ) { _ in "local" }
        #expect(listing.instances.map(\.health) == ["none", "healthy", "unhealthy", "unknown"])
        #expect(listing.instances.map(\.healthMessage) == [nil, nil, "tcp 80: connection refused", nil])
        let lines = listing.text(width: 200, now: then).split(separator: "\n").map {
            $0.split(separator: " ").map(String.init)
        }
        #expect(lines[0].firstIndex(of: "HEALTH") == 4)
        #expect(lines.dropFirst().map { $0[4] } == ["-", "healthy", "unhealthy", "unknown"])
        let without = try self.listing([instance("db", "db-1")])
        #expect(!without.text(width: 200, now: then).contains("HEALTH"))
    }

    @Test func theInstancesAsATable() throws {
        let listing = try listing([
            instance("web", "web-10", on: "DEV-01", status: "Error", volumes: ["web_data_10"]),
            instance(
                "web", "web-2", volumes: ["web_data_2", "web_all"], address: "10.1.0.2",
                config: ["user.bcm.image": "ubuntu:24.04"]),
            instance(
                "db", "db-1", on: "DEV-02", status: "Stopped", type: "virtual-machine",
                config: ["volatile.base_image": "ff00"]),
            instance(nil, "mine"),
            instance(
                "web", "web-1", status: "Frozen", lastUsed: "1970-01-01T00:00:00Z",
                config: ["volatile.base_image": "0123456789abcdef"],
                proxies: [
                    ("tcp:0.0.0.0:80", "tcp:127.0.0.1:80"), ("udp:0.0.0.0:53", "udp:127.0.0.1:5353"),
                    ("unix:/tmp/s", "tcp:127.0.0.1:80"),
                ]),
            instance("db", "db-2", on: "elsewhere"),
        ])
        #expect(
            listing.text(width: .max, now: then + 7500) == """
                UNIT  NAME    TYPE       STATE        MEMBER     HOST   IPV4      PORTS                            IMAGE         VOLUMES             SINCE
                db    db-1    vm         stopped      DEV-02     local  -         -                                tiny          -                   2h05m ago
                db    db-2    container  unreachable  elsewhere  -      -         -                                -             -                   -
                web   web-1   container  paused       DEV-00     local  -         DEV-00:53→5353/udp,DEV-00:80→80  0123456789ab  -                   -
                web   web-2   container  running      DEV-00     local  10.1.0.2  -                                ubuntu:24.04  web_all,web_data_2  2h05m ago
                web   web-10  container  unreachable  DEV-01     local  -         -                                -             web_data_10         -

                """)
        #expect(listing.instances.map(\.reachable) == [true, false, true, true, false])
        #expect(listing.text(width: 40, now: then).split(separator: "\n").allSatisfy { $0.count <= 40 })
        #expect(
            try self.listing([instance("web", "web-1"), instance("db", "db-1")], "web").instances.map(\.name) == [
                "web-1"
            ])
        #expect(try Schema("ps").complaints(about: listing) == [])
        #expect(try Schema("ps").complaints(about: self.listing([])) == [])
    }

    @Test func portsAreShownWithTheirRangeAndTheirAddress() throws {
        let listing = try listing([
            instance(
                "web", "web-1",
                proxies: [
                    ("tcp:0.0.0.0:90-99", "tcp:127.0.0.1:190-199"), ("tcp:[::]:80", "tcp:127.0.0.1:80"),
                    ("udp:10.64.0.10:53", "udp:127.0.0.1:53"), ("tcp:[fd00::1]:70", "tcp:127.0.0.1:70"),
                    ("tcp:0.0.0.0:1-2", "tcp:127.0.0.1:1"),
                ])
        ])
        #expect(
            listing.instances[0].ports.map(\.text) == [
                "10.64.0.10:53→53/udp", "[fd00::1]:70→70", "DEV-00:80→80", "DEV-00:90-99→190-199",
            ])
        #expect(listing.instances[0].ports.map(\.count) == [1, 1, 1, 10])
        #expect(try Schema("ps").complaints(about: listing) == [])
    }

    @Test(arguments: [
        ("2026-01-02T03:04:05Z", 1_767_323_045), ("2026-01-02T03:04:05.1Z", 1_767_323_045),
        ("2026-01-02T03:04:05.123456789Z", 1_767_323_045), ("2026-01-02T04:04:05.5+01:00", 1_767_323_045),
        ("0001-01-01T00:00:00Z", nil), ("1970-01-01T00:00:00Z", nil), ("nonsense", nil), ("", nil),
    ])
    func timesOfLXD(_ text: String, _ seconds: Int?) throws {
        #expect(try listing([instance("web", "web-1", lastUsed: text)]).instances[0].since?.seconds == seconds)
    }

    @Test func theVolumesAsATable() throws {
        func volume(_ unit: String?, _ name: String, _ size: String?, _ member: String?, _ users: [String] = [])
            -> ClusterVolume
        {
            var config = size.map { ["size": $0] } ?? [:]
            config["user.bcm.unit"] = unit
            return ClusterVolume(
                name: name, config: config, location: member, usedBy: users.map { "/1.0/instances/\($0)" })
        }
        let volumes = [
            volume("web", "web_data_10", "5GiB", "DEV-01", ["web-10"]), volume("web", "web_data_2", "5GiB", "DEV-00"),
            volume("old", "old_data", nil, nil), volume(nil, "mine", "1GiB", "DEV-00"),
            volume("old", "old_used", "1GiB", "DEV-00", ["mine"]),
        ]
        let workloads = workloads([instance("web", "web-10")], volumes)
        let listing = VolumeListing(try ClusterName("DEV"), workloads, nil)
        #expect(
            listing.text(width: .max) == """
                VOLUME       UNIT  POOL  SIZE  MEMBER  USED BY
                old_data     old   fast  -     -       orphaned
                old_used     old   fast  1G    DEV-00  mine
                web_data_2   web   fast  5G    DEV-00  -
                web_data_10  web   fast  5G    DEV-01  web-10

                """)
        #expect(listing.volumes.map(\.unitExists) == [false, false, true, true])
        #expect(try Schema("volume-list").complaints(about: listing) == [])
        let old = VolumeListing(try ClusterName("DEV"), workloads, try UnitName("old"))
        #expect(old.volumes.map(\.name) == ["old_data", "old_used"])
        #expect(listing.text(width: 30).split(separator: "\n").allSatisfy { $0.count <= 30 })
    }

    @Test func whatBecomesOfEachObject() {
        let changes = [
            UnitChange(.add, .network, "back", "10.7.0.1/24 on every member"), UnitChange(.keep, .volume, "web_d_1"),
            UnitChange(.change, .instance, "web-1", "memory 512MiB → 1GiB"),
            UnitChange(.remove, .instance, "web-2", "count is 1"),
        ]
        #expect(
            ChangeListing.lines(changes) == [
                "+  network   back     10.7.0.1/24 on every member", "=  volume    web_d_1",
                "~  instance  web-1    memory 512MiB → 1GiB", "-  instance  web-2    count is 1",
                "1 to add, 1 to change, 1 to remove, 1 unchanged",
            ])
        #expect(ChangeListing.lines([]) == [] && ChangeListing.data([]) == nil)
        #expect(
            ChangeListing.data(changes)?.last
                == ChangeListing.Item(action: "delete", kind: "instance", name: "web-2", message: "count is 1"))
    }
}

/// How other programs reach a cluster.
@Suite struct APIAccessTests {
    private func reach(_ change: (inout ClusterReach) -> Void = { _ in }) -> ClusterReach {
        var reach = ClusterReach(
            cluster: "DEV", remote: "DEV",
            members: [
                .init(name: "DEV-00", url: "https://10.64.0.10:8443"),
                .init(name: "DEV-01", url: "https://10.64.0.11:8443"),
            ], serverName: "DEV-00", certificate: "/r/lxd.cert", clientCertificate: "/home/a b/client.crt",
            clientKey: "/home/a b/client.key")
        change(&reach)
        return reach
    }

    @Test func theLineCanBePasted() throws {
        let access = try APIAccess(reach())
        #expect(
            access.curl == [
                "curl", "--cacert", "/r/lxd.cert", "--cert", "/home/a b/client.crt", "--key", "/home/a b/client.key",
                "--connect-to", "DEV-00:8443:10.64.0.10:8443", "https://DEV-00:8443/1.0/instances?recursion=1",
            ])
        #expect(
            access.text == """
                URL                 https://10.64.0.10:8443
                SERVER NAME         DEV-00
                CERTIFICATE         /r/lxd.cert
                CLIENT CERTIFICATE  /home/a b/client.crt
                CLIENT KEY          /home/a b/client.key

                curl --cacert /r/lxd.cert --cert '/home/a b/client.crt' --key '/home/a b/client.key' --connect-to \
                DEV-00:8443:10.64.0.10:8443 'https://DEV-00:8443/1.0/instances?recursion=1'

                """)
        #expect(try Schema("api").complaints(about: access) == [])
    }

    /// Over hosts a way leads through the host's own address and a port of its own.
    @Test func anotherPortIsTheURLs() throws {
        let access = try APIAccess(reach { $0.members = [.init(name: "DEV-02", url: "https://192.0.2.7:20001")] })
        #expect(
            access.curl.suffix(2) == ["DEV-00:20001:192.0.2.7:20001", "https://DEV-00:20001/1.0/instances?recursion=1"])
    }

    @Test func whatIsMissingIsSaid() throws {
        func failure(_ change: (inout ClusterReach) -> Void) throws -> Failure {
            try #require(throws: Failure.self) { try APIAccess(reach(change)) }
        }
        let nowhere = try failure { $0.members = [] }
        #expect(
            nowhere.code == .unreachable && nowhere.exitStatus == 4
                && nowhere.message.contains("no reachable address of DEV"))
        let certificate = try failure { $0.certificate = nil }
        #expect(certificate.exitStatus == 3 && certificate.message == "cluster certificate not found")
        for change: (inout ClusterReach) -> Void in [{ $0.clientCertificate = nil }, { $0.clientKey = nil }] {
            let client = try failure(change)
            #expect(client.code == .missing && client.message.contains("no certificate that DEV trusts"))
            #expect(client.hint == "create it with bcmcluster up -c DEV")
        }
    }
}

@Suite struct UnitLogTests {
    /// What lxc prints of a console, to the byte.
    @Test func aConsoleIsItsLines() {
        let log = "\nConsole log:\n\none\r\ntwo\r\n\r\nthree\r\n\n"
        #expect(ReadConsoles.lines(of: log) == ["one", "two", "three"])
        #expect(ReadConsoles.lines(of: "") == [])
    }
}
