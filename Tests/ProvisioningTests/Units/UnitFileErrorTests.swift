import Testing

@testable import Provisioning

/// Errors of a unit's file, each with its place and its sentence; `UnitFileGeneratedTests` has thousands more.
@Suite struct UnitFileErrorTests {
    /// What stands in the file, line and column at which it is refused, and how the sentence begins.
    typealias Mistake = (String, Int, Int, String)

    private func check(_ text: UnitFileText, _ line: Int, _ column: Int, _ sentence: String) {
        let refusal = text.refusal()
        #expect(
            refusal.hasPrefix("web/unit.toml, line \(line), column \(column): \(sentence)"),
            "\(refusal)\n of \(text.text)")
    }

    static let tablesCases: [Mistake] = [
        ("", 1, 1, "the table [spacecore] is missing; write [spacecore], and name = \"web\" below it"),
        ("[spacecore]\n[hardware]", 1, 1, "spacecore.name is missing; add a line such as name = \"web\""),
        ("[[spacecore]]\nname = 'a'", 1, 1, "spacecore is an array, but must be a table; write [spacecore]"),
        (
            "[spacecore]\nname = 'a'\nhardware = 1", 3, 1,
            "unknown key spacecore.hardware; did you mean the table [har"
        ),
        ("[spacecore]\nname = '2 b'\n[hardware]", 2, 8, "spacecore.name is not a valid name for a unit"),
        (
            "[spacecore]\nname = 'a'\ndescription = \"a\\nb\"\n[hardware]", 3, 15,
            "spacecore.description has a line break"
        ),
        ("\"é\" = 1", 1, 1, "unknown key \"é\"; known keys: device, hardware, health, instance, mount, "),
    ]

    @Test("Tables that are missing or of another type", arguments: tablesCases)
    func tables(_ text: String, _ line: Int, _ column: Int, _ sentence: String) {
        check(UnitFileText(text), line, column, sentence)
    }

    /// What stands behind the shortest file: line 5 is the first, and belongs to `[hardware]`.
    static let keysCases: [Mistake] = [
        ("cores = 1025", 5, 9, "hardware.cores must be from 1 to 1024"),
        ("cores = -9223372036854775808", 5, 9, "hardware.cores must be from 1 to 1024"),
        ("cores = 2.0", 5, 9, "hardware.cores is a float, but must be an integer"),
        (
            "memory = 9223372036854775807", 5, 10,
            "hardware.memory is not an amount of memory from 1MiB to 1024TiB; write"
        ),
        ("memory = '1025TiB'", 5, 10, "hardware.memory is not an amount of memory"),
        ("memory = 2GiB", 5, 11, "'G' does not belong to the value before it; text needs quotation marks"),
        ("interface = 'eth 0'", 5, 13, "hardware.interface is not a name of a NIC or network"),
        ("memroy = 512", 5, 1, "unknown key hardware.memroy; did you mean memory?"),
        ("count = 2", 5, 1, "unknown key hardware.count; did you mean count in [instance]?"),
        ("[hardware]", 5, 2, "hardware, a table, is defined already, on line 3"),
        ("[instance]\ntype = 'VM'", 6, 8, "instance.type is not one of \"vm\", \"container\"; did you mean \"vm\"?"),
        ("[instance]\ncount = 1001", 6, 9, "instance.count must be from 1 to 1000"),
        (
            "[instance]\ndisk = '1048575'", 6, 8,
            "instance.disk is not a disk size; write one such as \"10GiB\", at least"
        ),
        ("[instance]\nuser-data = 'no.yml'", 6, 13, "instance.user-data cannot be read: file web/no.yml not found"),
        ("[instance]\nuser-data = 'images'", 6, 13, "instance.user-data cannot be read: web/images is a folder"),
        ("[instance]\nuser-data = 'id_rsa'", 6, 13, "instance.user-data cannot be read: web/id_rsa is not cloud-init"),
        ("[instance.env]\nA = ''", 6, 5, "instance.env.A is empty, and LXD keeps no variable that is; leave it out"),
        ("[instance.env]\nA = \"a\\r\\nb\"", 6, 5, "instance.env.A has a line break, which LXD takes in no variable"),
        ("[instance.env]\n\"A=B\" = 'a'", 6, 1, "instance.env.\"A=B\" is not the name of a variable"),
        ("[instance.env]\n\"\\u00e9\"='a'\n\"e\\u0301\"='a'", 7, 1, "instance.env.\"e\\u0301\" is ambiguous"),
        ("[env]\nA = 'a'", 5, 2, "unknown table env; did you mean env in [instance]?"),
    ]

    @Test("Values out of bounds, of another type, and keys in another table", arguments: keysCases)
    func keys(_ text: String, _ line: Int, _ column: Int, _ sentence: String) {
        check(UnitFileText(more: text), line, column, sentence)
    }

    /// What stands in the place of the shortest file's image, from line 4, column 1.
    static let imagesCases: [Mistake] = [
        ("ref = 'two words'", 4, 7, "hardware.ref is not an image; write REMOTE:ALIAS such as \"ubuntu:24.04\", an"),
        ("ref = './none'", 4, 7, "hardware.ref cannot be read: file web/none not found"),
        ("drive = \"root\\nimg\"", 4, 9, "hardware.drive is not a valid file path"),
        ("drive = \"it's\"", 4, 9, "hardware.drive cannot be read: file 'web/it'\\''s' not found"),
        ("drive = 'root.img'\nref = 'x'", 4, 9, "hardware.drive and ref both set the root file system; leave"),
        ("kernel = 'k'\ndrive = 'none'", 5, 9, "hardware.drive cannot be read"),
    ]

    @Test("Images that are none or cannot be read", arguments: imagesCases)
    func images(_ text: String, _ line: Int, _ column: Int, _ sentence: String) {
        check(UnitFileText("[spacecore]\nname = 'web'\n[hardware]\n" + text), line, column, sentence)
    }

    /// Parts that there can be several of, from line 5.
    static let partsCases: [Mistake] = [
        ("[volume]\nname = 'a'", 5, 1, "volume is a table, but must be an array of tables; write [[volume]]"),
        ("[[volume]]\nname = 'a'", 5, 1, "volume[0].path is missing; add a line such as path = \"/srv/data\""),
        (
            "[[volume]]\nname = 'a_b'", 6, 8,
            "volume[0].name is not a name; choose one like data: letters, digits and -, "
        ),
        ("[[volume]]\nname = 'a'\npath = '/a/../b'", 7, 8, "volume[0].path is not a valid path in an instance"),
        ("[[volume]]\nname = 'a'\npath = \"/a/../\\u0301\"", 7, 8, "volume[0].path is not a valid path in an instance"),
        ("[[volume]]\nname = 'a'\npath = '/a,b'", 7, 8, "volume[0].path is not a valid path in an instance"),
        ("[[volume]]\nname = 'a'\npath = '/a'\nsize = '-1GiB'", 8, 8, "volume[0].size is not a disk size"),
        (
            "[instance]\ncount = 3\nspread = 'host'\n[[volume]]\nname = 'a'\npath = '/a'", 9, 8,
            "volume[0].name is a volume that all 3 instances share, so they cannot be spread; set per-instance = true"
        ),
        (
            "[[volume]]\nname = 'a'\npath = '/a'\n[[volume]]\nname = 'b'\npath = '//a/'", 10, 8,
            "volume[1].path duplicates another volume on line 7"
        ),
        ("[[network]]\nname = 'sixteen-letters-'", 6, 8, "network[0].name is not a valid name for a network"),
        (
            "[[network]]\nname = 'ab'\naddress = '10.77.0.1/24'\n[[network]]\nname = 'cd'\naddress = '10.1.0.1/8'", 10,
            11, "network[1].address overlaps the network ab"
        ),
        ("port = 8080", 5, 1, "unknown key hardware.port; did you mean the table [[port]]?"),
        ("[[port]]\nlisten = 65536", 6, 10, "port[0].listen must be from 1 to 65535"),
        (
            "[[port]]\nlisten = 1\n[[port]]\nlisten = 1", 8, 10,
            "port[1].listen duplicates another tcp port on line 6"
        ),
    ]

    @Test("Volumes, networks and ports", arguments: partsCases)
    func parts(_ text: String, _ line: Int, _ column: Int, _ sentence: String) {
        check(UnitFileText(more: text), line, column, sentence)
    }

    @Test(
        "Addresses of networks that are none of a machine's",
        arguments: [
            "", "10.77.0.1", "10.77.0.0/24", "10.77.0.255/24", "10.77.0.1/31", "10.77.0.1/7", "10.77.0.1/+24",
            "127.0.0.1/8", "224.0.0.1/24", "fd00::1/64", " 10.77.0.1/24", "10.77.0.1/99999999999999999999",
        ])
    func addresses(_ address: String) {
        let text = UnitFileText(more: "[[network]]\naddress = '\(address)'\nname = 'ab'")
        check(text, 6, 11, "network[0].address is not an IPv4 address with a prefix of 8 to 29")
    }

    @Test(
        "Addresses that instances cannot have",
        arguments: [
            ("fd00::1", "is not an IPv4 address"), ("10.77.0", "is not an IPv4 address"),
            ("10.78.0.9", "is not free for instances on ab, 10.77.0.0/24"),
            ("10.77.0.1", "is not free for instances on ab, 10.77.0.0/24"),
            ("10.77.0.254", "is not free for instances on ab, 10.77.0.0/24"),
        ])
    func instanceAddresses(_ address: String, _ problem: String) {
        let text = UnitFileText(
            more: "[[network]]\nname = 'ab'\naddress = '10.77.0.1/24'\n[instance]\naddress = '\(address)'")
        check(text, 9, 11, "instance.address \(problem)")
        check(
            UnitFileText(more: "[instance]\naddress = '10.77.0.9'"), 6, 11,
            "instance.address needs a network with a range")
    }

    @Test("A value of another type in an array that is written out") func inlineArrays() {
        let text = "port = [{listen = 1},\n  8080]\n" + UnitFileText.shortest
        check(UnitFileText(text), 2, 3, "port[1] is an integer, but must be a table; write [[port]]")
    }

    @Test("Many parts do not take the square of their number of time", .endsHangs) func manyParts() throws {
        let volumes = (0..<2_000).map { "[[volume]]\nname = \"v\($0)\"\npath = \"/v\($0)\"\n" }.joined()
        #expect(try UnitFileText(more: volumes).unit().volumes.count == 2_000)
    }
}
