import Testing

@testable import Provisioning

/// Keys of a unit's file that most files do not have, each with its values and its errors.
@Suite struct UnitFileInstanceKeyTests {
    static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGX0cvrCNOMPPVz8ZFrrrDsyqYlm1kQ9IOTOQ7OJ8Lkm me@home"
    static let rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7fakefakefakefakefakefakefake= two words"
    private static let files = [
        "web/keys.pub": "# mine\n\n\(key)\n\(rsa)\r\n", "web/bad.pub": "\(key)\nssh-rsa short\n",
        "web/none.pub": "# none\n",
        "web/private": "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n",
        "web/own.yml": "#cloud-config\nssh_authorized_keys: []\n",
        "web/script.sh": "#!/bin/sh\n",
        "web/a.env": "# a comment\n\nA=1\nexport B = 'two words'\nC=\"x=y\"\nD=\" \nE=$HOME # no comment\n",
        "web/b.env": "A=2\nF=b\n", "web/bad.env": "A=1\n\nnot a variable\n", "web/empty.env": "A=1\nB=\n",
        "web/digit.env": "1A=1\n",
    ]

    private func unit(_ text: String) throws -> Unit {
        try UnitFile.read(
            UnitFileText.path,
            InMemoryFiles(
                UnitFileText.others.merging(Self.files) { $1 }
                    .merging([UnitFileText.path: UnitFileText.shortest + text]) { $1 }))
    }

    // MARK: Ports

    typealias PortCase = (String, Unit.Port)
    static let portCases: [PortCase] = [
        ("listen = '8080'", .init(listen: 8080, target: 8080, transport: .tcp)),
        ("listen = '0.0.0.0:8080'\ntarget = '80'", .init(listen: 8080, target: 80, transport: .tcp)),
        ("listen = '8000-8010'", .init(listen: 8000, target: 8000, transport: .tcp, count: 11)),
        (
            "listen = '127.0.0.1:8000-8001'\ntarget = '90-91'\nprotocol = 'udp'",
            .init(listen: 8000, target: 90, transport: .udp, count: 2, address: "127.0.0.1")
        ),
        ("listen = '[FD00:0::1]:53'", .init(listen: 53, target: 53, transport: .tcp, address: "fd00::1")),
        ("listen = '[::]:1-1'\ntarget = 5", .init(listen: 1, target: 5, transport: .tcp, address: "::")),
    ]

    @Test(arguments: portCases)
    func ports(_ text: String, _ port: Unit.Port) throws {
        #expect(try unit("[[port]]\n\(text)").ports == [port])
    }

    @Test("The same port at other addresses, or by another protocol, is another")
    func portsBesideEachOther() throws {
        let ports = try unit(
            """
            [[port]]
            listen = '127.0.0.1:80-90'
            [[port]]
            listen = '10.0.0.1:85'
            [[port]]
            listen = '80-90'
            protocol = 'udp'
            [[port]]
            listen = '[fd00::1]:80'
            """
        ).ports
        #expect(ports.count == 4)
        #expect(
            Set(ports.map(\.device)) == [
                "port-tcp-80-90-on-127.0.0.1", "port-tcp-85-on-10.0.0.1", "port-udp-80-90", "port-tcp-80-on-fd00..1",
            ])
    }

    // MARK: Folders and devices

    @Test func mounts() throws {
        let mounts = try unit(
            """
            [[mount]]
            source = "/srv//www/"
            path = "/var/www/"
            [[mount]]
            source = "/data"
            path = "/a-b"
            read-only = false
            shift = false
            """
        ).mounts
        #expect(
            mounts == [
                Unit.Mount(source: "/srv/www", path: "/var/www", isReadOnly: true, isShifted: nil),
                Unit.Mount(source: "/data", path: "/a-b", isReadOnly: false, isShifted: false),
            ])
        #expect(mounts[0].device == "mount-var-www")
    }

    @Test("No two paths have a device of the same name, and each name is one that engines take")
    func namesOfMounts() {
        let paths = [
            "/a/b", "/a-b", "/a.b", "/a b", "/ä/b", "/a/ä", "/-", "/" + String(repeating: "x", count: 200), "/x/y-",
        ]
        let names = paths.map { Unit.Mount(source: "/", path: $0).device }
        #expect(Set(names).count == paths.count, "\(names)")
        #expect(names.allSatisfy { $0.hasPrefix("mount-") && $0.isName(in: 1...63, besides: "._-") }, "\(names)")
    }

    @Test func devices() throws {
        let devices = try unit(
            """
            [[device]]
            type = "gpu"
            gputype = "physical"
            pci = "0000:01:00.0"
            gid = 44
            "mig.uuid" = "x"
            [[device]]
            name = "stick"
            type = "usb"
            vendorid = "10dE"
            required = true
            [[device]]
            name = "fuse"
            type = "unix-char"
            source = "/dev/fuse"
            mode = "0666"
            [[device]]
            type = "unix-block"
            path = "/dev/loop0"
            major = 7
            minor = 0
            required = false
            """
        ).devices
        #expect(
            devices == [
                .init(
                    name: "gpu", kind: .gpu,
                    keys: ["gputype": "physical", "pci": "0000:01:00.0", "gid": "44", "mig.uuid": "x"]),
                .init(name: "stick", kind: .usb, keys: ["vendorid": "10dE", "required": "true"]),
                .init(name: "fuse", kind: .unixCharacter, keys: ["source": "/dev/fuse", "mode": "0666"]),
                .init(
                    name: "unix-block", kind: .unixBlock,
                    keys: ["path": "/dev/loop0", "major": "7", "minor": "0", "required": "false"]),
            ])
        #expect(devices.map(\.requiredFile) == [nil, nil, "/dev/fuse", nil])
    }

    // MARK: Cloud-init and the environment

    @Test func publicKeys() throws {
        let unit = try unit("[instance]\nssh-keys = [\"\(Self.key)\", \"keys.pub\"]")
        #expect(unit.sshKeys == [Self.key, Self.rsa], "each once")
        #expect(unit.cloudInit.user == nil)
        #expect(unit.cloudInit.vendor == "#cloud-config\nssh_authorized_keys:\n- \"\(Self.key)\"\n- \"\(Self.rsa)\"\n")
        #expect(try self.unit("[instance]\nssh-keys = \"keys.pub\"").sshKeys.count == 2)
        let optioned = try self.unit("[instance]\nssh-keys = 'command=\"a \\ b\" \(Self.key)'")
        #expect(optioned.cloudInit.vendor?.contains(#"- "command=\"a \\ b\" ssh-ed25519 "#) ?? false)
    }

    @Test("Keys go where the user has written nothing")
    func keysBesideData() throws {
        let beside = try unit("[instance]\nssh-keys = 'keys.pub'\nuser-data = 'script.sh'")
        #expect(
            beside.cloudInit.user == "#!/bin/sh\n" && beside.cloudInit.vendor?.contains("ssh_authorized_keys") ?? false)
        let vendor = try unit("[instance]\nssh-keys = 'keys.pub'\nvendor-data = 'cloud-init.yml'")
        #expect(
            vendor.cloudInit.vendor == "#cloud-config\n"
                && vendor.cloudInit.user?.contains("ssh_authorized_keys") ?? false)
        let none = try unit("[instance]\nvendor-data = 'cloud-init.yml'")
        #expect(none.cloudInit.vendor == "#cloud-config\n" && none.cloudInit.user == nil)
        #expect(try unit("[instance]\nssh-keys = []").cloudInit.vendor == nil)
    }

    @Test("[instance.env] wins over files, and a later file over an earlier one")
    func environmentOfFiles() throws {
        let environment = try unit("[instance]\nenv-file = ['a.env', 'b.env']\nenv = {F = 'own'}").environment
        #expect(
            environment == ["A": "2", "B": "two words", "C": "x=y", "D": "\"", "E": "$HOME # no comment", "F": "own"])
    }

    @Test func theEnginesOwnWays() throws {
        let unit = try unit("[instance]\nrestart = 'on-failure'\nprofile = ['gpu', 'fast_1']\ngroup = 'ssd'")
        #expect(unit.restart == .onFailure && unit.profiles == ["gpu", "fast_1"] && unit.group == "ssd")
        #expect(unit.allProfiles == ["default", "gpu", "fast_1"])
        #expect(try self.unit("[instance]\nprofile = ['gpu', 'default']").allProfiles == ["gpu", "default"])
        #expect(try self.unit("[instance]\nprofile = 'gpu'").profiles == ["gpu"])
        #expect(try self.unit("").allProfiles == nil)
    }

    // MARK: Errors

    static let mistakes: [(String, Int, Int, String)] = [
        (
            "[[port]]\nlisten = '8010-8000'", 6, 10,
            "port[0].listen is not a port from 1 to 65535 of the member, nor a range"
        ),
        ("[[port]]\nlisten = '0-1'", 6, 10, "port[0].listen is not a port from 1 to 65535"),
        ("[[port]]\nlisten = '80-90-95'", 6, 10, "port[0].listen is not a port"),
        ("[[port]]\nlisten = ':80'", 6, 10, "port[0].listen has no address of IPv4 or, in brackets, of IPv6 before"),
        ("[[port]]\nlisten = 'fd00::1:80'", 6, 10, "port[0].listen has no address"),
        ("[[port]]\nlisten = '[10.0.0.1]:80'", 6, 10, "port[0].listen has no address"),
        ("[[port]]\nlisten = '010.0.0.1:80'", 6, 10, "port[0].listen has no address"),
        ("[[port]]\nlisten = '80-89'\ntarget = 80", 7, 10, "port[0].target is one port, and listen 10 ports; write as"),
        ("[[port]]\nlisten = 80\ntarget = '80-81'", 7, 10, "port[0].target is 2 ports, and listen one port"),
        ("[[port]]\nlisten = 80\ntarget = 'x'", 7, 10, "port[0].target is not a port from 1 to 65535 of the instance"),
        (
            "[[port]]\nlisten = '80-89'\n[[port]]\nlisten = '85-99'", 8, 10,
            "port[1].listen duplicates another tcp port on line 6, 85"
        ),
        (
            "[[port]]\nlisten = '10.0.0.1:80'\n[[port]]\nlisten = 80", 8, 10,
            "port[1].listen duplicates another tcp port"
        ),
        ("[[port]]\nlisten = '[::]:80'\n[[port]]\nlisten = '10.0.0.1:80'", 8, 10, "port[1].listen duplicates"),
        ("[[mount]]\npath = '/a'", 5, 1, "mount[0].source is missing; add a line such as source = \"/srv/www\""),
        ("[[mount]]\nsource = '/a'", 5, 1, "mount[0].path is missing; add a line such as path = \"/srv/www\""),
        ("[[mount]]\nsource = 'a'\npath = '/a'", 6, 10, "mount[0].source is not the full path of a folder"),
        ("[[mount]]\nsource = '/a/../b'\npath = '/a'", 6, 10, "mount[0].source is not the full path of a folder"),
        (
            "[[mount]]\nsource = '//'\npath = '/a'", 6, 10,
            "mount[0].source is not given to instances: / is the member's"
        ),
        (
            "[[mount]]\nsource = '/proc/1'\npath = '/a'", 6, 10,
            "mount[0].source is not given to instances: /proc/1 is the"
        ),
        (
            "[[mount]]\nsource = '/var/lib'\npath = '/a'", 6, 10,
            "mount[0].source is not given to instances: /var/lib has /var"
        ),
        (
            "[[mount]]\nsource = '/var/lib/bcmcluster/x'\npath = '/a'", 6, 10,
            "mount[0].source is not given to instances: /var/lib/bcmcluster/x is part of /var/lib/bcmcluster, which"
        ),
        ("[[mount]]\nsource = '/a'\npath = '/'", 7, 8, "mount[0].path is not a valid path in an instance"),
        (
            "[[mount]]\nsource = '/a'\npath = '/a'\nread-only = 1", 8, 13,
            "mount[0].read-only is an integer, but must be a"
        ),
        (
            "[[mount]]\nsource = '/a'\npath = '/a'\n[[mount]]\nsource = '/b'\npath = '/a/'", 10, 8,
            "mount[1].path duplicates another mount on line 7"
        ),
        (
            "[[volume]]\nname = 'v'\npath = '/a'\n[[mount]]\nsource = '/b'\npath = '/a'", 10, 8,
            "mount[0].path is where the volume v is"
        ),
        ("[[device]]\nname = 'x'", 5, 1, "device[0].type is missing"),
        (
            "[[device]]\ntype = 'nic'", 6, 8,
            "device[0].type is not one of \"gpu\", \"usb\", \"unix-char\", \"unix-block\""
        ),
        (
            "[[device]]\ntype = 'usb'\npci = '0000:01:00.0'", 7, 1,
            "device[0].pci is not a key of usb; it has gid, mode,"
        ),
        ("[[device]]\ntype = 'usb'\nvendroid = '10de'", 7, 1, "unknown key device[0].vendroid; did you mean vendorid?"),
        (
            "[[device]]\ntype = 'usb'\nvendorid = 'xyz'", 7, 12,
            "device[0].vendorid is not a value of it; write one such as"
        ),
        (
            "[[device]]\ntype = 'gpu'\ngputype = 'virtual'", 7, 11,
            "device[0].gputype is not a value of it; write one such"
        ),
        ("[[device]]\ntype = 'unix-char'", 5, 1, "device[0].source is missing"),
        ("[[device]]\ntype = 'unix-char'\nsource = 'dev'", 7, 10, "device[0].source is not a value of it"),
        (
            "[[device]]\ntype = 'unix-char'\nsource = '/dev/x'\nmode = '0999'", 8, 8,
            "device[0].mode is not a value of it"
        ),
        (
            "[[device]]\ntype = 'gpu'\n[[device]]\ntype = 'gpu'", 8, 8,
            "device[1].type duplicates another device on line 6"
        ),
        (
            "[instance]\ntype = 'vm'\n[[device]]\ntype = 'unix-char'\nsource = '/dev/fuse'", 6, 8,
            "web: virtual machines cannot have the device unix-char: LXD gives unix-char to containers alone; leave it out"
        ),
        (
            "[instance]\ntype = 'vm'\n[[port]]\nlisten = '[::]:80'", 6, 8,
            "web: ports of virtual machines cannot listen on IPv6"
        ),
        ("[instance]\nrestart = 'never'", 6, 11, "instance.restart is not one of \"always\", \"on-failure\", \"no\""),
        ("[instance]\nprofile = ['a', 'a']", 6, 17, "instance.profile[1] names a a second time"),
        ("[instance]\nprofile = 'a b'", 6, 11, "instance.profile is not the name of a profile"),
        ("[instance]\nprofile = 1", 6, 11, "instance.profile is an integer, but must be a string or an array"),
        ("[instance]\ngroup = ['a', 'b']", 6, 15, "instance.group[1] is one too many; name one cluster group"),
        (
            "[instance]\nvendor-data = 'id_rsa'", 6, 15,
            "instance.vendor-data cannot be read: web/id_rsa is not cloud-init"
        ),
        (
            "[instance]\nssh-keys = ['keys.pub', 'none']", 6, 25,
            "instance.ssh-keys[1] cannot be read: file web/none not found"
        ),
        (
            "[instance]\nssh-keys = 'private'", 6, 12,
            "instance.ssh-keys cannot be read: web/private is a private key; name"
        ),
        (
            "[instance]\nssh-keys = 'bad.pub'", 6, 12,
            "instance.ssh-keys cannot be read: web/bad.pub, line 2, is not a public"
        ),
        (
            "[instance]\nssh-keys = 'none.pub'", 6, 12,
            "instance.ssh-keys cannot be read: web/none.pub has no public key"
        ),
        ("[instance]\nssh-keys = 'ssh-rsa AAAA'", 6, 12, "instance.ssh-keys is not a whole public key; write one such"),
        (
            "[instance]\nssh-keys = 'keys.pub'\nuser-data = 'own.yml'", 6, 12,
            "instance.ssh-keys would be overruled: the user-data has ssh_authorized_keys of its own; write all keys"
        ),
        (
            "[instance]\nssh-keys = 'keys.pub'\nuser-data = 'cloud-init.yml'\nvendor-data = 'cloud-init.yml'", 6, 12,
            "instance.ssh-keys needs one of user-data and vendor-data, and both are given"
        ),
        ("[instance]\nenv-file = 'no.env'", 6, 12, "instance.env-file cannot be read: file web/no.env not found"),
        (
            "[instance]\nenv-file = ['b.env', 'bad.env']", 6, 22,
            "instance.env-file[1] cannot be read: web/bad.env, line 3, is"
        ),
        (
            "[instance]\nenv-file = 'empty.env'", 6, 12,
            "instance.env-file cannot be read: web/empty.env, line 2, has no value"
        ),
        (
            "[instance]\nenv-file = 'digit.env'", 6, 12,
            "instance.env-file cannot be read: web/digit.env, line 1, is not KEY="
        ),
    ]

    @Test(arguments: mistakes)
    func mistakesHaveTheirPlace(_ text: String, _ line: Int, _ column: Int, _ sentence: String) throws {
        let failure = try #require(throws: Failure.self) { try unit(text) }
        let refusal = failure.message + (failure.hint.map { "; \($0)" } ?? "")
        #expect(failure.code == .badInput)
        #expect(
            refusal.hasPrefix("web/unit.toml, line \(line), column \(column): \(sentence)"), "\(refusal)\n of \(text)")
    }
}
