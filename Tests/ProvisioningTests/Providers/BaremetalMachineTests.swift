import Testing

@testable import Provisioning

/// Taking a host and leaving it.
@Suite(.endsHangs) struct BaremetalMachineTests {
    private static let apt =
        "DEBIAN_FRONTEND=noninteractive apt-get --assume-yes --quiet --option DPkg::Lock::Timeout=300 "
        + "--option Dpkg::Options::=--force-confold"
    private static let dpkg = "dpkg-query --show '--showformat=${Package} ${db:Status-Status}\\n' lxd lxd-client"
    private static let folder = "/var/lib/bcmcluster/baremetal"
    private static let installing = "ln --symbolic --no-target-directory apt:lxd,lxd-client \(folder)/installation"
    private static let installed = "ln --symbolic --no-target-directory yes \(folder)/installed"
    private static let ofRoot =
        "\(BaremetalBench.ofRoot) '^([^ ]*/)?lxd([.]debug)? (.* )?--logfile[ =]/var/log/lxd/|^/usr/bin/lxd fork"
        + #"|^\[lxc monitor\] (/var/lib/lxd|/var/log/lxd)/'"#
    private static let helpers =
        "--ns 1 --nslist pid -f "
        + "'^[^ ]*(dnsmasq|radvd|qemu-system-[^ ]*|virtiofsd|swtpm) .*[ =](/var/lib/lxd|/var/log/lxd)/'"
    private static let kill = ["pkill -KILL \(ofRoot)", "pkill -KILL \(helpers)"]
    private static let look = "pgrep \(ofRoot)"
    private static let stopSoon = "systemctl stop --no-block lxd.socket lxd.service lxd-containers.service"
    private static let empty = "find /var/lib/lxd -xdev -mindepth 1 -delete"
    private static let unmount = "umount -- /var/lib/lxd/devlxd /var/lib/lxd/shmounts"
    private static let free = [
        "rm --recursive --force --one-file-system -- \(folder)/owner",
        "rmdir --ignore-fail-on-non-empty -- \(folder)", "rmdir --ignore-fail-on-non-empty -- /var/lib/bcmcluster",
    ]
    private static let purge = [
        "\(apt) purge lxd lxd-client",
        "rm --recursive --force --one-file-system -- \(folder)/installed \(folder)/installation",
    ]
    private static let end = [stopSoon] + kill + [BaremetalBench.stop] + kill
    private static let clear = end + ["ip -force -batch -", groups, "nft -f -", unmount, empty, logs]
    private static let groups =
        "find /sys/fs/cgroup -depth -type d '(' -path '*/lxc.payload.web' -o -path '*/lxc.payload.web/*' -o "
        + "-path '*/lxc.monitor.web' -o -path '*/lxc.monitor.web/*' ')' -delete"
    private static let logs = "rm --recursive --force --one-file-system -- /var/log/lxd/web"

    private let bench: BaremetalBench
    private var runner: ScriptedRunner { bench.runner }

    init() throws {
        bench = try BaremetalBench()
        let works =
            [BaremetalBench.claim, BaremetalBench.start, BaremetalBench.stop, Self.installing, Self.installed]
            + Self.clear + Self.free + Self.purge
            + ["\(Self.apt) update", "\(Self.apt) install --install-recommends lxd lxd-client"]
        for line in works { runner.on(line, .works) }
        runner.on(Self.look, .ends(1))
        for program in ["iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy"] {
            runner.on("\(program)-save", .failure(Failure(.missing, "there is no \(program)-save")))
        }
        runner.on(
            "find /var/lib/lxd/networks -mindepth 1 -maxdepth 1 -type d -printf '%P\\n'", .prints("lxdbr0\nmac\n"))
        runner.on(
            "find /var/lib/lxd/containers -mindepth 1 -maxdepth 1 -type l -printf '%P %l\\n'", .prints("web /x\n"))
        runner.on("find /var/lib/lxd/virtual-machines -mindepth 1 -maxdepth 1 -type l -printf '%P %l\\n'", .works)
        runner.on("find /var/log/lxd -mindepth 1 -maxdepth 1 -type d -printf '%P\\n'", .prints("web\n"))
        runner.on("ip -json link", .prints(#"[{"ifname":"br0"}]"#))
        let files = "/var/lib/bcmcluster/networks/0123abcd.key /etc/systemd/system/bcm-0123abcd-networks.service"
        runner.on("stat --dereference '--format=%i %n' \(files)", .ends(1, "No such file or directory"))
        runner.on("ip -json link show type bridge", .prints(#"[{"ifname":"br0"},{"ifname":"lxdbr0"}]"#))
        runner.on(
            "nft --json list tables",
            .prints(
                #"{"nftables":[{"metainfo":{}},{"table":{"family":"inet","name":"lxd"}},"#
                    + #"{"table":{"family":"ip","name":"filter"}}]}"#))
        chains("fwd.lxdbr0", "out.web.eth0")
        runner.on(
            "cat /proc/self/mounts",
            .prints("tmpfs /var/lib/lxd/shmounts tmpfs rw 0 0\ntmpfs /var/lib/lxd/devlxd tmpfs rw 0 0\n"),
            .prints("tmpfs /var/lib/lxdother tmpfs rw 0 0\n"))
    }

    /// Lets LXD's table have those chains.
    private func chains(_ names: String...) {
        let chains = names.map { #"{"chain":{"family":"inet","table":"lxd","name":"\#($0)"}}"# }
        let other = #"{"chain":{"family":"ip","table":"filter","name":"INPUT"}}"#
        runner.on("nft --json list chains", .prints(#"{"nftables":[\#((chains + [other]).joined(separator: ","))]}"#))
    }

    private func create() async throws {
        try await bench.provider().create(bench.specification, of: bench.state())
    }

    private func remove(purges: Bool = false) async throws {
        try await bench.provider(purges: purges).remove(bench.member, of: bench.state())
    }

    /// From the second look on the host's notes say that.
    private func noteAfterTheClaim(_ lines: String) { runner.on(BaremetalBench.notes, .works, .prints(lines)) }

    // MARK: create

    @Test func whereSnapdIsItIsTheSnap() async throws {
        let note = "ln --symbolic --no-target-directory snap:lxd \(Self.folder)/installation"
        let start = "systemctl start --no-block snap.lxd.daemon.unix.socket snap.lxd.daemon.service"
        let install = "snap install lxd --channel=5.21/stable --cohort=+"
        runner.on(BaremetalBench.packages, .ends(1), .ends(1), .prints("8 /snap/bin/lxd\n"))
        runner.on(BaremetalBench.installers, .prints("3 /usr/bin/snap\n4 /usr/bin/apt-get\n"))
        runner.on(install, .ends(1, #"error: snap "lxd" has "install-snap" change in progress"#), .works)
        for line in [note, "snap refresh --hold lxd", start] { runner.on(line, .works) }
        runner.on("/snap/bin/lxc query /1.0", Server.info())
        noteAfterTheClaim("owner 0123abcd/DEV-00\n")
        try await create()
        #expect(
            runner.changes == [
                BaremetalBench.claim, note, install, install, "snap refresh --hold lxd", Self.installed, start,
            ])
    }

    @Test func nothingIsClaimedThatIsNotFree() async throws {
        runner.on(try #require(BaremetalBench.holdings["instances"]), .prints(#"["/1.0/instances/web"]"#))
        await #expect(throws: Failure.self) { try await create() }
        #expect(runner.changes == [])
    }

    @Test func whoIsSecondToClaimIsRefused() async throws {
        runner.on(BaremetalBench.claim, .ends(1, "File exists"))
        noteAfterTheClaim("owner 89abcdef/PROD-00\n")
        let failure = try await #require(throws: Failure.self) { try await create() }
        #expect(failure.message == "rack1 is PROD-00 of another cluster already")
        #expect(runner.changes == [BaremetalBench.claim])
    }

    @Test func aStartEndsAnInstallationThatWasCutOff() async throws {
        bench.note("owner 0123abcd/DEV-00", "installation apt:lxd,lxd-client")
        runner.on(Self.dpkg, .ends(1))
        let install = "\(Self.apt) install --install-recommends lxd lxd-client"
        runner.on(install, .ends(100, "E: dpkg was interrupted, you must manually run"), .works)
        runner.on("DEBIAN_FRONTEND=noninteractive dpkg --configure -a", .works)
        try await bench.provider().start(bench.member, of: bench.state(), limit: .seconds(60))
        #expect(
            runner.changes == [
                "\(Self.apt) update", install, "DEBIAN_FRONTEND=noninteractive dpkg --configure -a", install,
                Self.installed, BaremetalBench.start,
            ])
    }

    /// A state may be older than the note on the host.
    @Test(arguments: ["", "owner 89abcdef/DEV-00", "owner 89abcdef/PROD-00"])
    func theDaemonOfWhoeverElseIsNotTouched(_ note: String) async throws {
        bench.note(note)
        let (provider, member, state) = (bench.provider(), bench.member, try bench.state())
        for attempt in [
            { try await provider.start(member, of: state, limit: .seconds(9)) },
            { try await provider.stop(member, of: state, limit: .seconds(9)) },
            { try await provider.stopDaemon(of: member, in: state) },
            { try await provider.restartDaemon(of: member, in: state) },
            { try await provider.settle(member, of: state, limit: .seconds(600)) },
        ] {
            let failure = try await #require(throws: Failure.self) { try await attempt() }
            let isNamesake = note.hasSuffix("DEV-00")
            #expect(
                failure.code == .taken
                    && failure.message
                        == (isNamesake ? "the machine DEV-00 belongs to another cluster" : "rack1 is not DEV-00")
            )
        }
        #expect(runner.changes == [])
    }

    // MARK: stop

    // MARK: remove

    @Test(arguments: ["", "owner 89abcdef/DEV-00\n"])
    func aHostThatIsNotOursIsLeftAlone(_ notes: String) async throws {
        runner.on(BaremetalBench.notes, .prints(notes))
        try await remove(purges: true)
        #expect(runner.changes == [])
    }

    /// Both LXDs of a host have their chains in one table.
    @Test func chainsOfAnotherLXDStay() async throws {
        bench.note("owner 0123abcd/DEV-00")
        runner.on(BaremetalBench.server, Server.info(clustered: true), Server.info())
        chains("fwd.lxdbr0", "fwd.theirs", "out.web.eth0", "out.web2.eth0")
        try await remove()
        #expect(
            runner.last("nft -f -")?.input == """
                flush chain inet lxd fwd.lxdbr0
                flush chain inet lxd out.web.eth0
                delete chain inet lxd fwd.lxdbr0
                delete chain inet lxd out.web.eth0

                """)
        chains("fwd.theirs")
        let before = runner.changes.count
        try await remove()
        #expect(!runner.changes.dropFirst(before).contains("nft -f -"))
    }

    @Test func rulesOfItsNetworksAndInstancesAreRemovedAndNoOthers() async throws {
        bench.note("owner 0123abcd/DEV-00")
        runner.on(BaremetalBench.server, Server.info(clustered: true), Server.info())
        func rule(_ comment: String) -> String { #"-A POSTROUTING -m comment --comment "\#(comment)" -j ACCEPT"# }
        let own = ["network lxdbr0", "network-forward lxdbr0", "container web (eth0)"]
            .map { rule("generated for LXD \($0)") }
        let foreign = [
            "generated for nobody", "generated for LXD network theirs", "generated for LXD container web2 (eth0)",
        ]
        .map(rule)
        runner.on(
            "iptables-save",
            .prints(
                (["# by hand", "*filter", ":INPUT ACCEPT [0:0]"] + foreign + ["COMMIT", "*nat"] + own + ["COMMIT", ""])
                    .joined(separator: "\n")))
        runner.on("ip6tables-save", .prints((["*filter"] + foreign + ["COMMIT", ""]).joined(separator: "\n")))
        runner.on("iptables-restore --noflush --wait", .works)
        try await remove()
        let removals = own.map { "-D\($0.dropFirst(2))\n" }.joined()
        #expect(runner.last("iptables-restore --noflush --wait")?.input == "*filter\nCOMMIT\n*nat\n\(removals)COMMIT\n")
        #expect(!runner.changes.contains { $0.hasPrefix("ip6tables") })
    }

    @Test func poolsOfZFSThatAreInTheDaemonsFolderAreDestroyed() async throws {
        bench.note("owner 0123abcd/DEV-00")
        runner.on(BaremetalBench.server, Server.info(clustered: true), Server.info())
        let list = "zpool list -H -P -v -o name"
        let mine = "tank\t1T\n\t/dev/sda\t1T\n"
        runner.on(list, .prints("default\t19G\n\t/var/lib/lxd/disks/default.img\t19G\n" + mine), .prints(mine))
        runner.on("zpool destroy -f default", .works)
        try await bench.provider().remove(bench.member, of: bench.state(storage: .zfs))
        #expect(runner.changes.filter { $0.hasPrefix("zpool") } == ["zpool destroy -f default"])
    }
}
