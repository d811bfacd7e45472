extension Engine {
    /// Canonical's LXD.
    package static let lxd = Engine(
        name: "lxd", title: "LXD", client: "lxc", administration: ["lxd"], daemon: "lxd", folderVariable: "LXD_DIR",
        configurationVariable: "LXD_CONF", remoteVariable: "LXD_REMOTE",
        trustArguments: ["config", "trust", "add", "-"],
        // Made before the first connection to a server, also where nobody listens there (facts: "A client without any
        // token").
        keyArguments: ["remote", "add", "bcmcluster-none", "https://127.0.0.1:1"], port: 8443, bridge: "lxdbr0",
        table: "lxd", ruleWords: ["generated", "for", "LXD"], snapConfiguration: "snap/lxd/common/config",
        debianPackages: ["lxd", "lxd-client"], packageHint: nil, snap: "lxd", defaultChannel: "5.21/stable",
        userDataFile: "user-data.yml", packages: [.lxdDebian, .lxdSnap],
        documentation: "https://documentation.ubuntu.com/lxd/latest", terraformSource: "terraform-lxd/lxd",
        terraformNamesDefault: false,
        clientInstallation: ("apt-get install lxd-client, or snap install lxd", "brew install lxc"), oldest: 5)

    /// The community's Incus.
    package static let incus = Engine(
        name: "incus", title: "Incus", client: "incus", administration: ["incus", "admin"],
        daemon: "/usr/libexec/incus/incusd",
        folderVariable: "INCUS_DIR", configurationVariable: "INCUS_CONF", remoteVariable: "INCUS_REMOTE",
        trustArguments: ["config", "trust", "add-certificate", "-"], keyArguments: ["remote", "generate-certificate"],
        port: 8443, bridge: "incusbr0", table: "incus", ruleWords: ["generated", "for", "Incus"],
        snapConfiguration: ".config/incus", debianPackages: ["incus-base", "incus-client"],
        packageHint:
            "Debian 13 and Ubuntu 24.04 have incus-base; on Debian 12 add bookworm-backports to the sources of apt",
        snap: nil, defaultChannel: nil, userDataFile: "user-data-incus.yml", packages: [.incusDebian],
        documentation: "https://linuxcontainers.org/incus/docs/main", terraformSource: "lxc/incus",
        terraformNamesDefault: true,
        clientInstallation: ("apt-get install incus-client", "brew install incus"), oldest: 6)
}

extension EnginePackage {
    /// LXD from Debian and its kin.
    static let lxdDebian = EnginePackage(
        kind: .debian, process: "lxd", daemon: "/usr/bin/lxd", program: "/usr/bin/lxd", programs: "",
        folder: "/var/lib/lxd", logs: "/var/log/lxd", log: "/var/log/lxd/lxd.log", sockets: ["lxd.socket"],
        service: "lxd.service", otherUnits: ["lxd-containers.service"], stopLimit: .seconds(90), stopsInstances: false)

    /// LXD as Canonical's snap.
    static let lxdSnap = EnginePackage(
        kind: .snap, process: "lxd", daemon: "/snap/bin/lxd", program: "/snap/lxd/[^/ ]*/bin/lxd",
        programs: "/snap/bin/", folder: "/var/snap/lxd/common/lxd", logs: "/var/snap/lxd/common/lxd/logs",
        log: "/var/snap/lxd/common/lxd/logs/lxd.log", sockets: ["snap.lxd.daemon.unix.socket"],
        service: "snap.lxd.daemon.service", stopLimit: .seconds(660), stopsInstances: true)

    /// Incus from Debian and its kin: the unit starts `/usr/libexec/incus/startup`, which logs to a file or to syslog
    /// (`USE_SYSLOG` in /etc/default/incus).
    static let incusDebian = EnginePackage(
        kind: .debian, process: "incusd", daemon: "/usr/libexec/incus/incusd", program: "/usr/libexec/incus/incusd",
        programs: "", folder: "/var/lib/incus", logs: "/var/log/incus", log: "/var/log/incus/incus.log",
        runtime: "/run/incus", lineWithSyslog: "/usr/libexec/incus/incusd --group incus-admin --syslog",
        sockets: ["incus.socket", "incus-user.socket"], service: "incus.service",
        otherUnits: ["incus-startup.service"], stopLimit: .seconds(360), stopsInstances: false)
}
