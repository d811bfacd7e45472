import Foundation
import Provisioning
import Testing

extension Hosts {
    /// Hosts and OpenSSH configurations as people have them.
    @Suite struct SSHConfiguration {
        /// A user whose `~/.ssh/config` has those lines.
        private func person(_ net: TestHost.Net, _ lines: String, identity: Bool = true) async throws -> Sandbox {
            let folder = "\(net.sandbox.folder)/person"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let own = identity ? "IdentityFile \(net.key)\n" : ""
            try "UserKnownHostsFile \(net.known)\nStrictHostKeyChecking yes\n\(own)\(lines)\n"
                .write(toFile: "\(folder)/config", atomically: true, encoding: .utf8)
            let path = net.sandbox.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin"
            try await Executable.write(
                "#!/bin/sh\nPATH=\(path) exec ssh -F \(folder)/config \"$@\"\n", to: "\(folder)/ssh")
            return net.sandbox.adding(["PATH": "\(folder):\(path)"])
        }

        @Test("What the user's configuration has for sessions at a terminal changes none of our commands")
        func configuration() async throws {
            try await Sandbox.use("HC") { plain in
                try await TestHost.use(1, in: plain) { net, hosts in
                    let taken = try TakenPort()
                    for (name, lines) in [
                        ("command", "Host *\n RemoteCommand uptime\n RequestTTY yes"),
                        (
                            "forward",
                            "Host *\n LocalForward 127.0.0.1:\(taken.number) 127.0.0.1:22\n ExitOnForwardFailure yes"
                        ), ("input", "Host *\n StdinNull yes"), ("background", "Host *\n ForkAfterAuthentication yes"),
                        ("session", "Host *\n SessionType none"),
                        ("commanded", "Host *\n PermitLocalCommand yes\n LocalCommand echo hello"),
                        ("quiet", "Host *\n LogLevel QUIET\n ControlMaster auto\n ControlPath ~/.ssh/%C"),
                    ] {
                        let sandbox = try await person(net, lines)
                        let added = try await sandbox.mustRun("host", "add", name, "root@\(hosts[0].address)")
                        #expect(added.errors.contains("host \(name) added: namespace works there"), "\(added.errors)")
                        let listed = try await sandbox.mustRun("host", "list")
                        #expect(!listed.output.contains(" down "), "\(name): \(listed.output)")
                    }
                }
            }
        }

        @Test("--identity is tried although an agent has eight other keys")
        func fullAgent() async throws {
            try await Sandbox.use("HA") { plain in
                try await TestHost.use(1, in: plain) { net, hosts in
                    let socket = "\(net.sandbox.folder)/agent"
                    let agent = try await net.sandbox.run("ssh-agent", ["-a", socket]).output
                    let number = try #require(agent.firstMatch(of: /SSH_AGENT_PID=(\d+)/).flatMap { Int32($0.1) })
                    defer { kill(number, SIGTERM) }
                    let sandbox = try await person(net, "", identity: false).adding(["SSH_AUTH_SOCK": socket])
                    for index in 1...8 {
                        let key = "\(net.sandbox.folder)/other\(index)"
                        try await sandbox.must("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])
                        try await sandbox.must("ssh-add", ["-q", key])
                    }
                    let words = ["host", "add", "keyed", "root@\(hosts[0].address)"]
                    let without = try await sandbox.run(Product.bcmcluster, words)
                    #expect(without.ending == .exited(4), "the agent's keys alone do not let in")
                    let with = try await sandbox.run(Product.bcmcluster, words + ["--identity", net.key])
                    #expect(with.succeeded, "\(with.errors)")
                }
            }
        }

        @Test(
            "What start-up files of login shells print is in no answer and in no file",
            arguments: [
                ("/bin/bash", ".bashrc"), ("/usr/bin/zsh", ".zshenv"), ("/usr/bin/fish", ".config/fish/config.fish"),
            ])
        func startUpFiles(_ shell: String, _ file: String) async throws {
            try await Sandbox.use("HW") { plain in
                try await TestHost.use(1, in: plain) { net, hosts in
                    let sandbox = try await person(net, "")
                    let host = hosts[0]
                    _ = try await net.run(
                        "mkdir -p $(dirname /root/\(file)) && printf 'echo Welcome; echo Mind >&2\\n' >/root/\(file)"
                            + " && sed 's#^\\(root:.*:\\)[^:]*$#\\1\(shell)#' /etc/passwd >/run/passwd"
                            + " && mount --bind /run/passwd /etc/passwd", on: host)
                    #expect(
                        try await net.run("true", on: host) == "Welcome\n", "it prints where nothing is done about it")
                    let added = try await sandbox.mustRun("host", "add", "h0", "root@\(host.address)")
                    #expect(added.errors.contains("host h0 added: namespace works there"), "\(added.errors)")

                    let entry = try Host(name: HostName("h0"), destination: "root@\(host.address)", identity: net.key)
                    let connection = SSHConnection(
                        entry, by: PersonsSSH(known: net.known), time: SystemTime(),
                        folder: "\(net.sandbox.folder)/.ssh")
                    let runner = SSHRunner(connection, by: PersonsSSH(known: net.known), random: SystemRandom())
                    var download = Command("head", ["-c", "300000", "/dev/zero"], effect: .changes)
                    download.outputFile = "\(net.sandbox.folder)/download"
                    let results = try await [
                        runner.run(Command("sh", ["-c", "echo out; echo err >&2; exit 7"])), runner.run(download),
                    ]
                    await connection.close()
                    #expect(results == [CommandResult(.exited(7), output: "out\n", errors: "err\n"), CommandResult()])
                    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(net.sandbox.folder)/download"))
                    #expect(bytes == Data(count: 300_000))
                }
            }
        }

        @Test("A sudo that asks for a password, or for a terminal, is named, with what to do about it")
        func sudo() async throws {
            try await Sandbox.use("HS") { plain in
                try await TestHost.use(1, in: plain) { net, hosts in
                    let sandbox = try await person(net, "")
                    _ = try await net.run(Self.joe, on: hosts[0])
                    func add(_ rules: String) async throws -> CommandResult {
                        _ = try await net.run("printf '\(rules)\\n' >/etc/sudoers.d/joe", on: hosts[0])
                        return try await sandbox.bcmcluster("host", "add", "h1", "joe@\(hosts[0].address)")
                    }
                    let asks = try await add("joe ALL=(ALL) ALL")
                    #expect(asks.ending == .exited(3))
                    #expect(asks.errors.contains("host h1 not added: root is required, and sudo asks for a password"))
                    #expect(asks.errors.contains("hint: log in as root, or allow the user sudo without a password"))
                    #expect(!asks.errors.contains("needs lxd"), "\(asks.errors)")
                    let terminal = try await add("Defaults:joe requiretty\\njoe ALL=(ALL) NOPASSWD: ALL")
                    #expect(terminal.ending == .exited(3))
                    #expect(terminal.errors.contains("and sudo requires a terminal (requiretty)"), "\(terminal.errors)")
                    let works = try await add("joe ALL=(ALL) NOPASSWD: ALL")
                    #expect(works.succeeded && works.errors.contains("namespace works there"), "\(works.errors)")
                }
            }
        }

        /// A user of that name, who has no password, in this host alone.
        private static let joe = """
            cp /etc/passwd /etc/shadow /etc/hosts /run; echo 'joe:x:4242:4242::/run:/bin/bash' >>/run/passwd
            echo 'joe:*:19000:0:99999:7:::' >>/run/shadow; echo "127.0.1.1 $(hostname)" >>/run/hosts
            mkdir /run/rules; for file in passwd shadow hosts; do mount --bind /run/$file /etc/$file; done
            mount --bind /run/rules /etc/sudoers.d; install -m 0440 /dev/null /etc/sudoers.d/joe
            """

        @Test("A host is added by its IPv6 address, in brackets or without, also with a zone")
        func version6() async throws {
            try await Sandbox.use("HV") { plain in
                try await TestHost.use(1, in: plain) { net, hosts in
                    let sandbox = try await person(net, "")
                    let name = net.sandbox.cluster.utf8.map { String($0, radix: 16) }.suffix(2).joined()
                    let prefix = "fd66:\(name)::"
                    try await sandbox.must("ip", ["addr", "add", "\(prefix)1/64", "dev", net.bridge, "nodad"])
                    try await sandbox.must("ip", ["addr", "add", "fe80::1/64", "dev", net.bridge, "nodad"])
                    for address in ["\(prefix)7", "fe80::7"] {
                        _ = try await net.run("ip addr add \(address)/64 dev eth0 nodad", on: hosts[0])
                    }
                    let known = try String(contentsOfFile: net.known, encoding: .utf8)
                    let key = known.split(separator: " ").dropFirst().joined(separator: " ")
                    let places = ["\(prefix)7", "fe80::7%\(net.bridge)"]
                    try (known + places.map { "\($0) \(key)\n" }.joined())
                        .write(toFile: net.known, atomically: true, encoding: .utf8)
                    let words = [
                        ("plain", ["root@\(places[0])"]), ("brackets", ["root@[\(places[0])]"]),
                        ("port", ["root@[\(places[0])]:22"]), ("zone", ["root@[\(places[1])]", "--port", "22"]),
                    ]
                    for (name, destination) in words {
                        let added = try await sandbox.run(Product.bcmcluster, ["host", "add", name] + destination)
                        #expect(added.succeeded, "\(name): \(added.errors)")
                    }
                    let listed = try await sandbox.mustRun("host", "list")
                    #expect(listed.output.contains("root@\(places[1])") && !listed.output.contains(" down "))
                    let refused = try await sandbox.bcmcluster("host", "add", "wrong", "root@[nosuch]")
                    #expect(refused.ending == .exited(2), "\(refused.errors)")
                }
            }
        }
    }
}

/// A port of this machine on which somebody listens.
private final class TakenPort {
    let number: Int
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isTaken = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                bind(descriptor, place, size) == 0 && listen(descriptor, 1) == 0
                    && getsockname(descriptor, place, &size) == 0
            }
        }
        number = Int(UInt16(bigEndian: address.sin_port))
        try #require(isTaken)
    }

    deinit { close(descriptor) }
}
