@testable import Provisioning

/// A scripted host for the baremetal provider: Debian with LXD, unused, and free.
struct BaremetalBench {
    static let which = Which.question(["systemctl", "ip", "pgrep", "find", "umount"]).pasteable
    static let systemd = "stat --dereference '--format=%i %n' /run/systemd/system"
    static let packages = "stat --dereference '--format=%i %n' /usr/bin/lxd /snap/bin/lxd"
    static let installers = "stat --dereference '--format=%i %n' /usr/bin/snap /usr/bin/apt-get"
    static let database = "stat --dereference '--format=%i %n' /var/lib/lxd/database/local.db"
    static let certificate = "cat -- /var/lib/lxd/cluster.crt"
    static let contents = "lxc query '/1.0/projects?recursion=1'"
    static let members = "lxc query '/1.0/cluster/members?recursion=1'"
    static let notes = "find /var/lib/bcmcluster/baremetal -mindepth 1 -maxdepth 1 -type l -printf '%P %l\\n'"
    static let server = "lxc query /1.0"
    static let claim = "ln --symbolic --no-target-directory 0123abcd/DEV-00 /var/lib/bcmcluster/baremetal/owner"
    static let start = "systemctl start --no-block lxd.socket lxd.service lxd-containers.service"
    static let stop = "systemctl stop lxd.socket lxd.service lxd-containers.service"
    /// The daemon among root's processes, of the host itself.
    static let daemon = "\(ofRoot) '^([^ ]*/)?lxd([.]debug)? (.* )?--logfile[ =]/var/log/lxd/'"
    /// What listens at the port of members.
    static let sockets = ListeningSockets.question(8443).pasteable
    static let archives = "apt-cache madison lxd apt"
    static let ofRoot = "--ns 1 --nslist pid -u 0 -U 0 -f"

    /// The questions to an LXD about what it holds, by their last part.
    static let holdings = [
        "instances": "lxc query '/1.0/instances?all-projects=true'",
        "storage-pools": "lxc query /1.0/storage-pools",
        "images": "lxc query /1.0/images", "profiles": "lxc query /1.0/profiles",
        "projects": "lxc query /1.0/projects",
        "certificates": "lxc query /1.0/certificates",
        "networks": "lxc query '/1.0/networks?recursion=1'",
    ]

    let runner = ScriptedRunner([
        which: [
            .prints(["systemctl", "ip", "pgrep", "find", "umount"].map { "-rwxr-xr-x /bin/\($0)\n" }.joined())
        ],
        systemd: [.prints("7 /run/systemd/system\n")], packages: [.prints("8 /usr/bin/lxd\n")], notes: [.works],
        server: [Server.info()], certificate: [.ends(1, "No such file or directory")], contents: [.prints("[]")],
        members: [.prints("[]")], sockets: [.works], archives: [.works],
    ])
    let time = VirtualTime()
    let member: MemberName

    init() throws {
        member = try .dev(0)
        for line in Self.holdings.values { runner.on(line, .prints("[]")) }
        runner.on(Self.holdings["profiles"] ?? "", .prints(#"["/1.0/profiles/default"]"#))
        runner.on(Self.holdings["projects"] ?? "", .prints(#"["/1.0/projects/default"]"#))
    }

    func provider(purges: Bool = false, host: HostName? = try? HostName("rack1")) -> BaremetalProvider {
        BaremetalProvider(
            host: host, root: runner, engine: .lxd, purges: purges, cluster: "0123abcd", time: time
        ) { _ in ["CERT"] }
    }

    /// DEV as `assign` leaves it.
    func state(storage: StorageDriver = .dir) throws -> ClusterState {
        var state = try Bench.state(1, ClusterSettings(provider: .baremetal, storage: storage))
        state.members[0].address = IPv4("192.0.2.7")
        return state
    }

    var specification: MachineSpecification {
        MachineSpecification(member: member, cpus: "1", memory: "1G", disk: "1G", limit: .seconds(600))
    }

    /// Lets the host's notes say that.
    func note(_ lines: String...) { runner.on(Self.notes, .prints(lines.map { $0 + "\n" }.joined())) }
}
