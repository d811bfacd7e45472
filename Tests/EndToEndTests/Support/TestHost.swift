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

        /// Takes the bridge away.
        func leave() async { _ = try? await sandbox.run("ip", ["link", "delete", bridge]) }
    }

    /// Does the work with so many hosts, which go with it; where it fails, they say first what they know.
    static func use(_ count: Int, in sandbox: Sandbox, _ body: (Net, [TestHost]) async throws -> Void) async throws {
        let net = try await Net(sandbox)
        var hosts: [TestHost] = []
        var trouble: (any Error)?
        do {
            for number in 0..<count { hosts.append(try await TestHost(number, on: net)) }
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
    init(_ number: Int, on net: Net) async throws {
        sandbox = net.sandbox
        name = "h\(number)"
        address = "\(net.prefix).\(10 + number)"
        network = "\(net.bridge)-\(number)"
        let cable = "\(net.bridge).\(number)"
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
            mkdir "$2/disk/upper" "$2/disk/work"
            mount -t overlay -o "lowerdir=/var/lib,upperdir=$2/disk/upper,workdir=$2/disk/work" overlay /var/lib
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
        try await sandbox.must("ip", ["-netns", network, "link", "set", "eth0", isReachable ? "up" : "down"])
    }

    /// Ends everything in it.
    func leave() async {
        for process in (try? await processes()) ?? [] { kill(process, SIGKILL) }
        _ = try? await sandbox.run("ip", ["netns", "delete", network])
    }
}
