/// Typed commands of WireGuard's tools on one machine, as root.
///
/// An interface is the kernel's, or, where that has none, one of wireguard-go's. The private key is made on the machine and
/// never leaves it: no command prints it.
struct WireGuard: Sendable {
    /// What carries packets of up to 1500 bytes loses over IPv4: its header, UDP's and WireGuard's own.
    static let overhead = 60

    private let runner: any CommandRunner

    /// The machine that the runner reaches.
    init(_ runner: any CommandRunner) { self.runner = runner }

    /// Another machine, as an interface knows it.
    struct Peer: Sendable, Hashable {
        var publicKey: String
        /// Where it is reached.
        var endpoint: IPv4
        /// Its own address inside.
        var inside: IPv4
    }

    /// The program without which nothing goes.
    static let program = "wg"
    private static let userspace = "wireguard-go"

    /// What the machine lacks; `nil` where it has WireGuard.
    func lack() async throws -> String? {
        let missing = try await Which(runner).missing(of: [Self.program, Self.userspace])
        if missing.contains(Self.program) { return "\(Self.program) is not installed" }
        if !missing.contains(Self.userspace) { return nil }
        let module = "/sys/module/wireguard"
        if try await RootFiles(runner).inodes(of: [module])[module] != nil { return nil }
        let probe = Command("modprobe", ["--dry-run", "wireguard"])
        return try await runner.run(probe).succeeded ? nil : "its kernel has no WireGuard"
    }

    /// Makes an interface; where the kernel has none of the kind, by a daemon that ends with it.
    func add(_ name: String) async throws {
        let command = Command("ip", ["link", "add", name, "type", "wireguard"], effect: .changes)
        let result = try await runner.run(command)
        if result.succeeded { return }
        guard result.reports(SystemError.unknownDeviceType) else { throw Failure(command, result) }
        // It ends once the interface is there, and leaves a child, which must not go with whoever started it.
        try await runner.output(of: Command("setsid", ["--wait", Self.userspace, name], effect: .changes))
    }

    /// Makes a private key, unless there is one.
    func makeKey(_ path: String) async throws {
        try await runner.output(of: Command("sh", ["-c", Self.keyScript, "sh", path], effect: .changes))
    }

    private static let keyScript =
        "[ -s \"$1\" ] || { umask 077; mkdir -p \"${1%/*}\"; wg genkey >\"$1.new\" && mv \"$1.new\" \"$1\"; }"

    /// The public half of a key; `nil` where there is no key.
    func publicKey(of path: String) async throws -> String? {
        let command = Command(
            "sh", ["-c", "[ ! -s \"$1\" ] || wg pubkey <\"$1\"", "sh", path], assumed: "<public key>")
        let text = try await runner.output(of: command).trimmed
        return text.isEmpty ? nil : text
    }

    /// What an interface is told: its port and key, and each of those peers.
    static func settings(_ name: String, key: String, port: Int, _ peers: Set<Peer>) -> [String] {
        ["set", name, "listen-port", "\(port)", "private-key", key]
            + peers.sorted { $0.inside.bits < $1.inside.bits }.flatMap { peer in
                [
                    "peer", peer.publicKey, "endpoint", "\(peer.endpoint):\(port)", "allowed-ips", "\(peer.inside)/32",
                ]
            }
    }

    /// Tells the interface its port, its key and its peers, and lets others go.
    func set(_ name: String, key: String, port: Int, _ peers: Set<Peer>, without others: [String]) async throws {
        let removals = others.sorted().flatMap { ["peer", $0, "remove"] }
        try await runner.output(
            of: Command(
                Self.program, Self.settings(name, key: key, port: port, peers) + removals, effect: .changes))
    }

    /// The peers of an interface; empty where there is none.
    func peers(of name: String) async throws -> Set<Peer> {
        async let endpoints = pairs(name, "endpoints")
        async let inside = pairs(name, "allowed-ips")
        let (places, addresses) = try await (endpoints, inside)
        return Set(
            addresses.map { key, text in
                let nowhere = IPv4(bits: 0)
                let place = places[key]?.split(separator: ":").first.flatMap { IPv4(String($0)) }
                let address = text.split(separator: "/").first.flatMap { IPv4(String($0)) }
                return Peer(publicKey: key, endpoint: place ?? nowhere, inside: address ?? nowhere)
            })
    }

    /// What `wg show NAME WHAT` prints: a key and a value on each line.
    private func pairs(_ name: String, _ what: String) async throws -> [String: String] {
        let result = try await runner.run(Command(Self.program, ["show", name, what]))
        guard result.succeeded else { return [:] }
        return result.output.split(separator: "\n").reduce(into: [:]) { pairs, line in
            let parts = line.split(separator: "\t")
            if parts.count == 2 { pairs[String(parts[0])] = String(parts[1]) }
        }
    }
}
