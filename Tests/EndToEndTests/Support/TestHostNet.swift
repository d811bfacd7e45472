import Foundation
import Provisioning
import Testing

extension TestHost {
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

        /// The user's private key.
        var key: String { "\(sandbox.folder)/.ssh/id_ed25519" }
        /// The hosts whose keys the user knows.
        var known: String { "\(sandbox.folder)/.ssh/known_hosts" }

        /// A PATH whose `ssh` knows the test's hosts: OpenSSH reads the user's files from the home that the system knows.
        ///
        /// With a delay everything takes so many milliseconds on the way there, and on the way back.
        func personsPath(checking: String = "yes", delay: Int? = nil) async throws -> String {
            let folder = "\(sandbox.folder)/bin\(delay.map { "-\($0)" } ?? "")"
            let proxy = delay.map { "-o ProxyCommand='\(Product.folder)/SlowLink \($0) %h %p'" } ?? ""
            let path = sandbox.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let script = """
                #!/bin/sh
                PATH=\(path) exec ssh -F /dev/null -i \(key) -o UserKnownHostsFile=\(known) \\
                    -o StrictHostKeyChecking=\(checking) \(proxy) "$@"

                """
            try await Executable.write(script, to: "\(folder)/ssh")
            return "\(folder):\(path)"
        }

        /// Runs a line of shell on the host, as the user would by `ssh`, and returns what it prints.
        func run(_ line: String, on host: TestHost) async throws -> String {
            let ssh = "\(try await personsPath().split(separator: ":")[0])/ssh"
            return try await sandbox.run(ssh, ["root@\(host.address)", line]).output
        }

        /// What there is on those hosts besides a plain system, each with the host's name before it.
        func traces(_ hosts: [TestHost]) async throws -> [String] {
            let looks = [
                "find /var/lib/bcmcluster", "ip netns list", "ip -oneline link | cut -d: -f2", "nft list tables",
                "ls /run/netns", "grep bcmcluster /proc/mounts",
                "ps -e -o comm= | grep -E 'lxd|incusd|dnsmasq|entrypoint'",
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

        private var innerBridge: String { "ti\(bridge.dropFirst(2))" }

        /// Connects the hosts by a second network, at the addresses .10 and up; returns the first three numbers of these.
        func addInnerNetwork(_ hosts: [TestHost]) async throws -> String {
            let inner = "10.\(Int.random(in: 221...240)).\(Int.random(in: 0...250))"
            try await sandbox.must("ip", ["link", "add", innerBridge, "type", "bridge"])
            try await sandbox.must("ip", ["addr", "add", "\(inner).1/24", "dev", innerBridge])
            try await sandbox.must("ip", ["link", "set", innerBridge, "up"])
            for (number, host) in zip(10..., hosts) {
                try await host.connect(to: innerBridge, at: "\(inner).\(number)")
            }
            return inner
        }

        /// Takes the bridges away.
        func leave() async {
            for bridge in [bridge, innerBridge] { _ = try? await sandbox.run("ip", ["link", "delete", bridge]) }
        }
    }
}

extension Sandbox {
    /// Surroundings with so many hosts, which the user has added already as h0, h1 and so on.
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
