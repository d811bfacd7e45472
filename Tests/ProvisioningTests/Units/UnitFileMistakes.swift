/// Files with one mistake each.
enum UnitFileMistakes {
    /// What stands in the file, line and column at which it is refused, and how the sentence begins.
    typealias Case = (String, Int, Int, String)

    static let whole: [Case] = [
        ("", 1, 1, "the table [spacecore] is missing; write [spacecore], and name = \"web\" below it"),
        ("[hardware]", 1, 1, "the table [spacecore] is missing"),
        (
            "[spacecore]\nname = 'a'", 1, 1,
            "the table [hardware] is missing; write [hardware], and ref = \"ubuntu:24.04\""
        ),
        ("[spacecore]\n[hardware]", 1, 1, "spacecore.name is missing; add a line such as name = \"web\""),
        ("\n [spacecore]\nname = 'a'\n\n  [hardware]", 5, 3, "hardware.ref is missing; add a line such as ref = \"ubu"),
        ("spacecore = 'web'", 1, 13, "spacecore is a string, but must be a table; write [spacecore]"),
        ("[[spacecore]]\nname = 'a'", 1, 1, "spacecore is an array, but must be a table; write [spacecore]"),
        ("[spacecore]\nname = 7\n[hardware]", 2, 8, "spacecore.name is an integer, but must be a string"),
        (
            "[spacecore]\nname = 'a'\nhardware = 1", 3, 1,
            "unknown key spacecore.hardware; did you mean the table [har"
        ),
        (
            "spacecore.name = 'a'\nhardware = 1", 2, 12,
            "hardware is an integer, but must be a table; write [hardware]"
        ),
        (
            "[spacecore]\nname = ''\n[hardware]", 2, 8,
            "spacecore.name is not a valid name for a unit; choose one like web: "
        ),
        ("[spacecore]\nname = 'we b'\n[hardware]", 2, 8, "spacecore.name is not a valid name for a unit"),
        ("[spacecore]\nname = 'web-'\n[hardware]", 2, 8, "spacecore.name is not a valid name for a unit"),
        ("[spacecore]\nname = 'a'\ndescription = 1\n[hardware]", 3, 15, "spacecore.description is an integer"),
        (
            "[spacecore]\nname = 'a'\ndescription = \"a\\nb\"\n[hardware]", 3, 15,
            "spacecore.description has a line break or another control character; write it on one line"
        ),
        (
            "spacecore.name = 'a'\nspacecore.description = \"\\u001B[2J\"\nhardware = {}", 2, 25,
            "spacecore.description h"
        ),
        (
            "spacecore.name = 'a'\nspacecore.description = \"\\u009B2J\"\nhardware = {}", 2, 25,
            "spacecore.description h"
        ),
        ("[spacecore]\nname = web", 2, 8, "expected a value, not 'w'; text needs quotation marks"),
        ("[spacecore]\nname = 'a'\n[spacecore]", 3, 2, "spacecore, a table, is defined already, on line 1"),
        ("\"é\" = 1", 1, 1, "unknown key \"é\"; known keys: hardware, instance, network, port, "),
    ]

    /// What stands behind the shortest file: line 5 is the first, and belongs to `[hardware]`.
    static let hardware: [Case] = [
        ("cores = 0", 5, 9, "hardware.cores must be from 1 to 1024"),
        ("cores = 1025", 5, 9, "hardware.cores must be from 1 to 1024"),
        ("cores = -9223372036854775808", 5, 9, "hardware.cores must be from 1 to 1024"),
        ("cores = 9223372036854775808", 5, 9, "the integer does not fit into 64 bits"),
        ("cores = '2'", 5, 9, "hardware.cores is a string, but must be an integer"),
        ("cores = 2.0", 5, 9, "hardware.cores is a float, but must be an integer"),
        (
            "memory = 0", 5, 10,
            "hardware.memory is not an amount of memory from 1MiB to 1024TiB; write MiB as a number, such as 512"
        ),
        ("memory = -512", 5, 10, "hardware.memory is not an amount of memory"),
        ("memory = 1_073_741_825", 5, 10, "hardware.memory is not an amount of memory"),
        ("memory = 9223372036854775807", 5, 10, "hardware.memory is not an amount of memory"),
        ("memory = '512'", 5, 10, "hardware.memory is not an amount of memory"),
        ("memory = '1025TiB'", 5, 10, "hardware.memory is not an amount of memory"),
        ("memory = 'two'", 5, 10, "hardware.memory is not an amount of memory"),
        ("memory = ''", 5, 10, "hardware.memory is not an amount of memory"),
        (
            "memory = 0.5", 5, 10,
            "hardware.memory is a float, but must be a string or an integer; write MiB as a number"
        ),
        ("memory = 2GiB", 5, 11, "'G' does not belong to the value before it; text needs quotation marks"),
        (
            "interface = ''", 5, 13,
            "hardware.interface is not a name of a NIC or network; write one such as eth0 or lxdbr0"
        ),
        ("interface = '-eth0'", 5, 13, "hardware.interface is not a name of a NIC or network"),
        ("interface = 'eth 0'", 5, 13, "hardware.interface is not a name of a NIC or network"),
        ("interface = ['eth0']", 5, 13, "hardware.interface is an array, but must be a string"),
        ("memroy = 512", 5, 1, "unknown key hardware.memroy; did you mean memory?"),
        ("CORES = 2", 5, 1, "unknown key hardware.CORES; did you mean cores?"),
        ("count = 2", 5, 1, "unknown key hardware.count; did you mean count in [instance]?"),
        (
            "  discription = ''", 5, 3,
            "unknown key hardware.discription; did you mean description in [s"
        ),
        (
            "cpus = 2", 5, 1,
            "unknown key hardware.cpus; known keys: cores, drive, interface, kernel, mem"
        ),
        ("[hardware.cores]", 5, 1, "hardware.cores is a table, but must be an integer"),
        ("[hardware.core]", 5, 11, "unknown table hardware.core; did you mean cores?"),
        ("ref = 'web'", 5, 1, "duplicate key ref, first on line 4"),
        ("[hardware]", 5, 2, "hardware, a table, is defined already, on line 3"),
    ]

    /// What stands in the place of the shortest file's image, from line 4, column 1.
    static let images: [Case] = [
        ("ref = 1", 4, 7, "hardware.ref is an integer, but must be a string"),
        (
            "ref = ''", 4, 7,
            "hardware.ref is not an image; write REMOTE:ALIAS such as \"ubuntu:24.04\", an alias, a fing"
        ),
        ("ref = 'two words'", 4, 7, "hardware.ref is not an image"),
        ("ref = '--all'", 4, 7, "hardware.ref is not an image"),
        ("ref = 'https://example.com/x'", 4, 7, "hardware.ref is not an image"),
        ("ref = './none'", 4, 7, "hardware.ref cannot be read: file web/none not found"),
        ("ref = '/no/such'", 4, 7, "hardware.ref cannot be read: file /no/such not found"),
        ("ref = './images'", 4, 7, "hardware.ref cannot be read: web/images is a folder"),
        ("drive = 1", 4, 9, "hardware.drive is an integer, but must be a string"),
        ("drive = ''", 4, 9, "hardware.drive is not a valid file path"),
        ("drive = \"root.img\\u0000\"", 4, 9, "hardware.drive is not a valid file path"),
        ("drive = \"root\\nimg\"", 4, 9, "hardware.drive is not a valid file path"),
        ("drive = 'none.img'", 4, 9, "hardware.drive cannot be read: file web/none.img not found"),
        ("drive = 'images'", 4, 9, "hardware.drive cannot be read: web/images is a folder"),
        ("drive = \"it's\"", 4, 9, "hardware.drive cannot be read: file 'web/it'\\''s' not found"),
        ("drive = 'root.img'\nref = 'x'", 4, 9, "hardware.drive and ref both set the root file system; leave"),
        ("kernel = 'k'\ndrive = 'none'", 4, 10, "hardware.kernel is not supported"),
    ]

    static let instance: [Case] = [
        ("[instance]\ntype = 'lxc'", 6, 8, "instance.type is not one of \"vm\", \"container\""),
        ("[instance]\ntype = 'VM'", 6, 8, "instance.type is not one of \"vm\", \"container\"; did you mean \"vm\"?"),
        (
            "[instance]\ntype = 'contaner'", 6, 8,
            "instance.type is not one of \"vm\", \"container\"; did you mean \"container\""
        ),
        ("[instance]\ntype = true", 6, 8, "instance.type is a boolean, but must be a string"),
        (
            "[instance]\ncount = 0", 6, 9,
            "instance.count must be from 1 to 1000; delete the whole unit with bcmcluster rm"
        ),
        ("[instance]\ncount = 1001", 6, 9, "instance.count must be from 1 to 1000"),
        ("[instance]\ncount = '3'", 6, 9, "instance.count is a string, but must be an integer"),
        (
            "[instance]\nspread = 'hosts'", 6, 10,
            "instance.spread is not one of \"host\", \"member\", \"none\"; did you mean \"h"
        ),
        ("[instance]\nspread = false", 6, 10, "instance.spread is a boolean, but must be a string"),
        (
            "[instance]\ndisk = 10", 6, 8,
            "instance.disk is an integer, but must be a string; write one such as \"10GiB"
        ),
        (
            "[instance]\ndisk = '1048575'", 6, 8,
            "instance.disk is not a disk size; write one such as \"10GiB\", at least"
        ),
        ("[instance]\ndisk = 'big'", 6, 8, "instance.disk is not a disk size"),
        ("[instance]\nuser-data = 1", 6, 13, "instance.user-data is an integer, but must be a string"),
        ("[instance]\nuser-data = ''", 6, 13, "instance.user-data is not a valid file path"),
        ("[instance]\nuser-data = 'no.yml'", 6, 13, "instance.user-data cannot be read: file web/no.yml not found"),
        ("[instance]\nuser-data = 'images'", 6, 13, "instance.user-data cannot be read: web/images is a folder"),
        (
            "[instance]\nuser-data = 'id_rsa'", 6, 13,
            "instance.user-data cannot be read: web/id_rsa is not cloud-init user-data"
        ),
        (
            "[instance]\nuser-data = 'nul.yml'", 6, 13,
            "instance.user-data cannot be read: web/nul.yml is not text in UTF"
        ),
        ("[instance]\nuser_data = ''", 6, 1, "unknown key instance.user_data; did you mean user-data?"),
        (
            "[instance]\nname = ''", 6, 1,
            "unknown key instance.name; did you mean name in [spacecore]"
        ),
        ("[instance]\nenv = 'A=1'", 6, 7, "instance.env is a string, but must be a table; write [instance.env]"),
        (
            "[instance.env]\nA = 1", 6, 5,
            "instance.env.A is an integer, but must be a string; a value needs quotation m"
        ),
        ("[instance.env]\nA = ''", 6, 5, "instance.env.A is empty, and LXD keeps no variable that is; leave it out"),
        ("[instance.env]\nA = \"a\\r\\nb\"", 6, 5, "instance.env.A has a line break, which LXD takes in no variable"),
        ("[instance.env]\nA = \"a\\u0000\"", 6, 5, "instance.env.A has a NUL in it, which no variable can have"),
        (
            "[instance.env]\n2A = 'a'", 6, 1,
            "instance.env.2A is not the name of a variable; choose one of letters, digi"
        ),
        ("[instance.env]\n\"\" = 'a'", 6, 1, "instance.env.\"\" is not the name of a variable"),
        ("[instance.env]\n\"A=B\" = 'a'", 6, 1, "instance.env.\"A=B\" is not the name of a variable"),
        ("[instance.env]\nA.B = 'a'", 6, 1, "instance.env.A is a table, but must be a string"),
        (
            "[instance.env]\n\"\\u00e9\"='a'\n\"e\\u0301\"='a'", 7, 1,
            "instance.env.\"e\\u0301\" is ambiguous"
        ),
        ("[[instance]]", 5, 1, "instance is an array, but must be a table; write [instance]"),
        ("[instances]\ncount = 2", 5, 2, "unknown table instances; did you mean instance?"),
        ("[env]\nA = 'a'", 5, 2, "unknown table env; did you mean env in [instance]?"),
        ("[[instance.volume]]", 5, 12, "unknown table instance.volume; did you mean the table [[volume]]?"),
        ("[spacecore.hardware]", 5, 12, "unknown table spacecore.hardware; did you mean the table [hardware]?"),
    ]
}
