import Foundation
import Provisioning
import Testing

/// A machine of the test's own that is reached by SSH: namespaces for its network, its mounts, its name and its processes,
/// with a real `sshd` in them.
struct TestHost: Sendable {
    /// The name that the person gives it.
    let name: String
    /// Its address, on a bridge that only this test's hosts are on.
    let address: String
    private let sandbox: Sandbox
    private let network: String
    private let cable: String
    private var folder: String { "\(sandbox.folder)/hosts/\(name)" }

    /// The host's side of the sandbox's hosts: one bridge, and a key that lets in.
    struct Net: Sendable {
        let sandbox: Sandbox
        let bridge: String
        let prefix: String

        /// Makes bridge and keys.
        init(_ sandbox: Sandbox) async throws {
            self.sandbox = sandbox
            let mark = sandbox.cluster.lowercased().suffix(6)
            bridge = "th\(mark)"
            prefix = "10.\(Int.random(in: 200...220)).\(Int.random(in: 0...250))"
            try await sandbox.must("mkdir", ["-p", "\(sandbox.folder)/hosts", "\(sandbox.folder)/.ssh"])
            try await sandbox.must("chmod", ["700", "\(sandbox.folder)/.ssh"])
            try await sandbox.must("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])
            try await sandbox.must("ip", ["link", "add", bridge, "type", "bridge"])
            try await sandbox.must("ip", ["addr", "add", "\(prefix).1/24", "dev", bridge])
            try await sandbox.must("ip", ["link", "set", bridge, "up"])
        }

        /// The person's private key.
        var key: String { "\(sandbox.folder)/.ssh/id_ed25519" }
        /// The hosts whose keys the person knows.
        var known: String { "\(sandbox.folder)/.ssh/known_hosts" }

        /// A PATH whose `ssh` knows the test's hosts: OpenSSH reads a person's files from the home that the system knows.
        func personsPath() async throws -> String {
            let folder = "\(sandbox.folder)/bin"
            let path = sandbox.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let script = """
                #!/bin/sh
                PATH=\(path) exec ssh -F /dev/null -i \(key) -o UserKnownHostsFile=\(known) \\
                    -o StrictHostKeyChecking=yes "$@"

                """
            try await Executable.write(script, to: "\(folder)/ssh")
            return "\(folder):\(path)"
        }

        /// Runs a line of shell on the host, as a person would by `ssh`, and returns what it prints.
        func run(_ line: String, on host: TestHost) async throws -> String {
            let ssh = "\(try await personsPath().split(separator: ":")[0])/ssh"
            return try await sandbox.run(ssh, ["root@\(host.address)", line]).output
        }

        /// What there is on those hosts besides a plain system, each with the host's name before it.
        func traces(_ hosts: [TestHost]) async throws -> [String] {
            let looks = [
                "find /var/lib/bcmcluster", "ip netns list", "ip -oneline link | cut -d: -f2", "nft list tables",
                "ls /run/netns", "grep bcmcluster /proc/mounts", "ps -e -o comm= | grep -E 'lxd|dnsmasq|entrypoint'",
            ]
            var traces: [String] = []
            for host in hosts {
                for look in looks {
                    let found = try await run("\(look) 2>/dev/null", on: host)
                    traces += found.split(separator: "\n").map { "\(host.name): \($0)" }
                }
            }
            return traces
        }

        /// Takes the bridge away.
        func leave() async { _ = try? await sandbox.run("ip", ["link", "delete", bridge]) }
    }

    /// Does the work with so many hosts, which go with it; where it fails, they say first what they know.
    ///
    /// The programs, scripts by name, stand there in the place of this machine's; what they run has logs of its own.
    static func use(
        _ count: Int, in sandbox: Sandbox, programs: [String: String] = [:],
        _ body: (Net, [TestHost]) async throws -> Void
    ) async throws {
        let net = try await Net(sandbox)
        var hosts: [TestHost] = []
        var trouble: (any Error)?
        do {
            for number in 0..<count { hosts.append(try await TestHost(number, on: net, programs)) }
            try await body(net, hosts)
        } catch {
            trouble = error
            for host in hosts { await host.explain(net) }
        }
        for host in hosts { await host.leave() }
        await net.leave()
        if let trouble { throw trouble }
    }

    /// What its server wrote, and how it looks from here.
    private func explain(_ net: Net) async {
        let log = (try? String(contentsOfFile: "\(folder)/sshd.log", encoding: .utf8)) ?? "nothing"
        let ssh = ["-vv", "-F", "/dev/null", "-i", net.key, "-o", "UserKnownHostsFile=\(net.known)"]
        let looks: [(String, [String])] = [
            ("ip", ["-netns", network, "addr"]), ("ip", ["neigh", "show", address]), ("ip", ["route", "get", address]),
            ("timeout", ["20", "ssh"] + ssh + ["-o", "BatchMode=yes", "root@\(address)", "true"]),
        ]
        print("--- \(name), its sshd:\n\(log)")
        for (program, arguments) in looks {
            let result = try? await sandbox.run(program, arguments)
            print(
                "--- \(name): \(program) \(arguments.joined(separator: " "))\n\(result?.output ?? "")\(result?.errors ?? "")"
            )
        }
    }

    /// Makes a host with that number, and starts its `sshd`.
    init(_ number: Int, on net: Net, _ programs: [String: String] = [:]) async throws {
        sandbox = net.sandbox
        name = "h\(number)"
        address = "\(net.prefix).\(10 + number)"
        network = "\(net.bridge)-\(number)"
        cable = "\(net.bridge).\(number)"
        try await sandbox.must("mkdir", ["-p", folder])
        try await sandbox.must("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/host_key"])
        try await sandbox.must("cp", ["\(net.key).pub", "\(folder)/authorized_keys"])
        try await sandbox.must("ip", ["netns", "add", network])
        try await sandbox.must("ip", ["link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", network])
        try await sandbox.must("ip", ["link", "set", cable, "master", net.bridge, "up"])
        for words in [
            ["addr", "add", "\(address)/24", "dev", "eth0"], ["link", "set", "eth0", "up"],
            ["link", "set", "lo", "up"], ["route", "add", "default", "via", "\(net.prefix).1"],
        ] {
            try await sandbox.must("ip", ["-netns", network] + words)
        }
        if !programs.isEmpty { try await sandbox.must("mkdir", ["\(folder)/programs"]) }
        for (name, script) in programs { try await Executable.write(script, to: "\(folder)/programs/\(name)") }
        try await startServer()
        let key = try String(contentsOfFile: "\(folder)/host_key.pub", encoding: .utf8)
        try Self.append("\(address) \(key)", to: net.known)
        try await waitForServer()
    }

    private func startServer() async throws {
        let script = """
            #!/bin/sh
            set -e
            hostname "$1"
            # A home of its own: the login shell reads start-up files there, and those of this machine may hang.
            mount -t tmpfs -o mode=0700 tmpfs /root
            mount -t tmpfs -o mode=0755 tmpfs /run
            mkdir /run/sshd
            # Disk of its own, where machines are made.
            mkdir "$2/disk"
            mount -t tmpfs -o mode=0755,size=2g tmpfs "$2/disk"
            own() {
                mkdir -p "$2/$1" "$2/$1.work"
                mount -t overlay -o "lowerdir=$3,upperdir=$2/$1,workdir=$2/$1.work" overlay "$3"
            }
            own lib "$2/disk" /var/lib
            if [ -d "$2/programs" ]; then
                # By this folder programs know systemd.
                [ ! -e "$2/programs/systemctl" ] || mkdir -p /run/systemd/system
                cp -r "$2/programs" "$2/disk/bin"
                own bin "$2/disk" /usr/bin
                own log "$2/disk" /var/log
                own cache "$2/disk" /var/cache
            fi
            exec /usr/sbin/sshd -D -e -h "$2/host_key" -o UsePAM=no -o PermitRootLogin=yes -o StrictModes=no \\
                -o AuthorizedKeysFile="$2/authorized_keys" -o PidFile=none -f /dev/null
            """
        try await Executable.write(script, to: "\(folder)/start")
        try await sandbox.must(
            "setsid",
            ["--fork", "sh", "-c", #"exec "$@" >"$0" 2>&1"#, "\(folder)/sshd.log", "ip", "netns", "exec", network]
                + ["unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"]
                + ["\(folder)/start", name, folder])
    }

    private func waitForServer() async throws {
        func log() -> String { (try? String(contentsOfFile: "\(folder)/sshd.log", encoding: .utf8)) ?? "nothing" }
        do {
            _ = try await SystemTime().wait(for: "sshd of \(name)", limit: .seconds(20), every: .milliseconds(50)) {
                log().contains("Server listening") ? true : nil
            }
        } catch {
            print("--- \(name) has the processes \((try? await processes()) ?? []), and says:\n\(log())")
            await leave()
            throw error
        }
    }

    private static func append(_ text: String, to path: String) throws {
        let present = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        try (present + text).write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// The numbers of the processes in it, as this machine sees them.
    func processes() async throws -> [Int32] {
        try await sandbox.run("ip", ["netns", "pids", network]).output.split(separator: "\n").compactMap { Int32($0) }
    }

    /// Cuts it off, or lets it back.
    func setReachable(_ isReachable: Bool) async throws {
        try await sandbox.must("ip", ["link", "set", cable, isReachable ? "up" : "down"])
    }

    /// Lets UDP packets for that port in, or drops them.
    func setPassing(_ isPassing: Bool, port: Int) async throws {
        let nft = ["netns", "exec", network, "nft"]
        guard !isPassing else { return try await sandbox.must("ip", nft + ["delete", "table", "ip", "test"]) }
        let rules = ["add table ip test", "add chain ip test entry { type filter hook input priority -10; }"]
        for rule in rules + ["add rule ip test entry udp dport \(port) drop"] {
            try await sandbox.must("ip", nft + [rule])
        }
    }

    /// Ends everything in it.
    func leave() async {
        for process in (try? await processes()) ?? [] { kill(process, SIGKILL) }
        _ = try? await sandbox.run("ip", ["netns", "delete", network])
    }
}

extension Sandbox {
    /// Surroundings with so many hosts, which the person has added already as h0, h1 and so on.
    static func useHosts(
        _ prefix: String, _ count: Int, programs: [String: String] = [:],
        _ body: (Sandbox, TestHost.Net, [TestHost]) async throws -> Void
    ) async throws {
        try await use(prefix) { plain in
            try await TestHost.use(count, in: plain, programs: programs) { net, hosts in
                let sandbox = plain.adding(["PATH": try await net.personsPath()])
                for host in hosts { try await sandbox.mustRun("host", "add", host.name, "root@\(host.address)") }
                try await body(sandbox, net, hosts)
            }
        }
    }
}
