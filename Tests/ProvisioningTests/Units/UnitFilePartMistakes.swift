/// Parts that there can be several of, with one mistake each: what stands behind the shortest file, from line 5.
extension UnitFileMistakes {
    static let volume: [Case] = [
        ("[volume]\nname = 'a'", 5, 1, "volume is a table, but must be an array of tables; write [[volume]]"),
        ("[[volumes]]", 5, 3, "unknown table volumes; did you mean volume?"),
        ("[[volume]]", 5, 1, "volume[0].name is missing; add a line such as name = \"data\""),
        ("[[volume]]\nname = 'a'", 5, 1, "volume[0].path is missing; add a line such as path = \"/srv/data\""),
        ("[[volume]]\nname = 1", 6, 8, "volume[0].name is an integer, but must be a string"),
        (
            "[[volume]]\nname = 'a_b'", 6, 8,
            "volume[0].name is not a name; choose one like data: letters, digits and -, "
        ),
        ("[[volume]]\nname = '-a'", 6, 8, "volume[0].name is not a name"),
        ("[[volume]]\nname = '\(String(repeating: "a", count: 41))'", 6, 8, "volume[0].name is not a name"),
        (
            "[[volume]]\nname = 'a'\npath = 'srv'", 7, 8,
            "volume[0].path is not a valid path in an instance; write one such as \"/"
        ),
        ("[[volume]]\nname = 'a'\npath = ''", 7, 8, "volume[0].path is not a valid path in an instance"),
        ("[[volume]]\nname = 'a'\npath = '//'", 7, 8, "volume[0].path is not a valid path in an instance"),
        ("[[volume]]\nname = 'a'\npath = '/a/../b'", 7, 8, "volume[0].path is not a valid path in an instance"),
        ("[[volume]]\nname = 'a'\npath = \"/a/../\\u0301\"", 7, 8, "volume[0].path is not a valid path in an instance"),
        ("[[volume]]\nname = 'a'\npath = '/.'", 7, 8, "volume[0].path is not a valid path in an instance"),
        ("[[volume]]\nname = 'a'\npath = '/a,b'", 7, 8, "volume[0].path is not a valid path in an instance"),
        ("[[volume]]\nname = 'a'\npath = \"/a\\u007f\"", 7, 8, "volume[0].path is not a valid path in an instance"),
        (
            "[[volume]]\nname = 'a'\npath = '/a'\nsize = 5", 8, 8,
            "volume[0].size is an integer, but must be a string; w"
        ),
        ("[[volume]]\nname = 'a'\npath = '/a'\nsize = '0'", 8, 8, "volume[0].size is not a disk size"),
        ("[[volume]]\nname = 'a'\npath = '/a'\nsize = '-1GiB'", 8, 8, "volume[0].size is not a disk size"),
        (
            "[[volume]]\nname = 'a'\npath = '/a'\nper-instance = 'yes'", 8, 16,
            "volume[0].per-instance is a string, but "
        ),
        (
            "[[volume]]\nname = 'a'\nperinstance = true", 7, 1,
            "unknown key volume[0].perinstance; did you mean per-i"
        ),
        (
            "[instance]\ncount = 3\nspread = 'host'\n[[volume]]\nname = 'a'\npath = '/a'", 9, 8,
            "volume[0].name is a volume that all 3 instances share, so they cannot be spread; set per-instance = true"
        ),
        (
            "[[volume]]\nname = 'a'\npath = '/a'\n[[volume]]\nname = 'a'\npath = '/b'", 9, 8,
            "volume[1].name duplicates another volume on line 6"
        ),
        (
            "[[volume]]\nname = 'a'\npath = '/a'\n[[volume]]\nname = 'b'\npath = '//a/'", 10, 8,
            "volume[1].path duplicates another volume on line 7"
        ),
        ("[[volume]]\nname = 'a'\npath = '/a'\n[[volume]]\nx = 1", 9, 1, "unknown key volume[1].x; known keys"),
    ]

    static let network: [Case] = [
        ("[network]", 5, 1, "network is a table, but must be an array of tables; write [[network]]"),
        ("[[network]]", 5, 1, "network[0].name is missing; add a line such as name = \"backend\""),
        (
            "[[network]]\nname = 'ab'", 5, 1,
            "network[0].address is missing; add a line such as address = \"10.77.0.1/24\""
        ),
        (
            "[[network]]\nname = 'a'", 6, 8,
            "network[0].name is not a valid name for a network; choose one like backend: letters"
        ),
        ("[[network]]\nname = '0ab'", 6, 8, "network[0].name is not a valid name for a network"),
        ("[[network]]\nname = 'sixteen-letters-'", 6, 8, "network[0].name is not a valid name for a network"),
        ("[[network]]\nname = 'a b'", 6, 8, "network[0].name is not a valid name for a network"),
        ("[[network]]\nname = 'ab'\naddress = 10", 7, 11, "network[0].address is an integer, but must be a string"),
        (
            "[[network]]\nname = 'ab'\nadress = '10.0.0.1/8'", 7, 1,
            "unknown key network[0].adress; did you mean addr"
        ),
        (
            "[[network]]\nname = 'ab'\naddress = '10.77.0.1/24'\n[[network]]\nname = 'ab'\naddress = '10.78.0.1/24'", 9,
            8,
            "network[1].name duplicates another network on line 6"
        ),
        (
            "[[network]]\nname = 'ab'\naddress = '10.77.0.1/24'\n[[network]]\nname = 'cd'\naddress = '10.1.0.1/8'", 10,
            11,
            "network[1].address overlaps the network ab"
        ),
    ]

    static let port: [Case] = [
        ("port = 8080", 5, 1, "unknown key hardware.port; did you mean the table [[port]]?"),
        ("[port]\nlisten = 1", 5, 1, "port is a table, but must be an array of tables; write [[port]]"),
        ("[[port]]\ntarget = 80", 5, 1, "port[0].listen is missing; add a line such as listen = 8080"),
        ("[[port]]\nlisten = 0", 6, 10, "port[0].listen must be from 1 to 65535"),
        ("[[port]]\nlisten = 65536", 6, 10, "port[0].listen must be from 1 to 65535"),
        ("[[port]]\nlisten = '80'", 6, 10, "port[0].listen is a string, but must be an integer"),
        ("[[port]]\nlisten = 1\ntarget = -1", 7, 10, "port[0].target must be from 1 to 65535"),
        (
            "[[port]]\nlisten = 1\nprotocol = 'TCP'", 7, 12,
            "port[0].protocol is not one of \"tcp\", \"udp\"; did you mean \"tcp"
        ),
        ("[[port]]\nlisten = 1\nprotocol = 'http'", 7, 12, "port[0].protocol is not one of \"tcp\", \"udp\""),
        ("[[port]]\nlistne = 1", 6, 1, "unknown key port[0].listne; did you mean listen?"),
        (
            "[[port]]\nlisten = 1\npath = '/'", 7, 1,
            "unknown key port[0].path; did you mean path in [["
        ),
        (
            "[[port]]\nlisten = 1\n[[port]]\nlisten = 1", 8, 10,
            "port[1].listen duplicates another tcp port on line 6"
        ),
    ]
}
