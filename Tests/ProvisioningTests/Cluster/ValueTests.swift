import Provisioning
import Testing

@Suite struct ByteSizeTests {
    @Test(arguments: [
        ("4G", 4_294_967_296), ("512M", 536_870_912), ("1.5G", 1_610_612_736), ("30GiB", 32_212_254_720),
        ("1024", 1024),
        ("2k", 2048), ("1T", 1_099_511_627_776), ("7B", 7), ("3mb", 3_000_000), ("2GB", 2_000_000_000),
        ("2GiB", 2_147_483_648),
    ])
    func isRead(_ text: String, _ bytes: Int) throws {
        let size = try #require(ByteSize(text))
        #expect(size.bytes == bytes)
        #expect(size.description == text)
    }

    @Test func multipassHasNoDecimalUnits() {
        for text in ["2G", "2GB", "2gib"] { #expect(ByteSize(text, in: .binary)?.bytes == 2_147_483_648) }
    }

    @Test(arguments: [
        "", "12 parsecs", "12parsecs", "G", "-4G", "4 G", "0", "0G", ".5G", "5.G", "1.2.3G", "1e3", "nan", "inf",
        "999999999T", "٣G",
    ])
    func isRefused(_ text: String) { #expect(ByteSize(text) == nil) }
}

@Suite struct IPv4Tests {
    @Test func readsAndWrites() throws {
        for text in ["0.0.0.0", "10.71.0.10", "255.255.255.255"] { #expect(IPv4(text)?.description == text) }
        #expect(IPv4("1.2.3.4")?.bits == 0x0102_0304)
    }

    @Test(arguments: [
        "", "N/A", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.-4", "1.2.3.+4", "01.2.3.4", "1..2.3", " 1.2.3.4",
        "a.b.c.d",
    ])
    func refuses(_ text: String) { #expect(IPv4(text) == nil) }
}

@Suite struct SubnetTests {
    @Test func readsAndCounts() throws {
        let subnet = try #require(Subnet("10.71.0.0/22"))
        #expect(subnet.count == 1024)
        #expect(subnet.address(1).description == "10.71.0.1")
        #expect(subnet.address(256).description == "10.71.1.0")
        #expect(subnet.description == "10.71.0.0/22")
        #expect(Subnet("0.0.0.0/0")?.prefix == 0)
    }

    @Test(arguments: [
        "10.71.0.0", "10.71.0.1/22", "10.71.0.0/33", "10.71.0.0/-1", "10.71.0.0/+22", "10.71.0.0/022", "10.71.0.0/22/1",
        "x/8",
    ])
    func refuses(_ text: String) { #expect(Subnet(text) == nil) }

    @Test func knowsWhatOverlaps() throws {
        func subnet(_ text: String) throws -> Subnet { try #require(Subnet(text)) }
        #expect(try subnet("10.64.0.0/22").overlaps(subnet("10.64.3.0/24")))
        #expect(try subnet("10.64.3.0/24").overlaps(subnet("10.64.0.0/22")))
        #expect(try subnet("10.0.0.0/8").overlaps(subnet("10.64.0.0/22")))
        #expect(try subnet("0.0.0.0/0").overlaps(subnet("10.64.0.0/22")))
        #expect(try !subnet("10.64.4.0/22").overlaps(subnet("10.64.0.0/22")))
    }
}

@Suite struct ClientConfigurationTests {
    private func folder(_ variables: [String: String], program: String? = nil) -> String {
        ClientConfiguration(.lxd, program: program, environment: { variables[$0] })
            .folder
    }

    @Test func followsTheVariableThenTheKindOfClient() {
        #expect(folder(["LXD_CONF": "/c", "HOME": "/h"], program: "/snap/bin/lxc") == "/c")
        #expect(folder(["HOME": "/h"], program: "/snap/bin/lxc") == "/h/snap/lxd/common/config")
        #expect(folder(["HOME": "/h"], program: "/usr/bin/lxc") == "/h/.config/lxc")
        #expect(folder(["HOME": "/h", "XDG_CONFIG_HOME": "/x"]) == "/x/lxc")
    }
}
