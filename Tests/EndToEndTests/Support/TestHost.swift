import Foundation
import Provisioning
import Testing

/// A machine of the test's own that is reached by SSH: namespaces for its network, its mounts, its name and its processes,
/// with a real `sshd` in them.
struct TestHost: Sendable {
    /// The name that the user gives it.
    let name: String
    /// Its address, on a bridge that only this test's hosts are on.
    let address: String
    private let sandbox: Sandbox
    private let bridge: String
    private let number: Int
    private var network: String { "\(bridge)-\(number)" }
    private var cable: String { "\(bridge).\(number)" }
    private var folder: String { "\(sandbox.folder)/hosts/\(name)" }

    private static let script = "\(Product.sources)/scripts/test-host"

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
        bridge = net.bridge
        self.number = number
        try await sandbox.must("mkdir", ["-p", folder])
        try await sandbox.must("cp", ["\(net.key).pub", "\(folder)/authorized_keys"])
        if !programs.isEmpty { try await sandbox.must("mkdir", ["\(folder)/programs"]) }
        for (name, script) in programs { try await Executable.write(script, to: "\(folder)/programs/\(name)") }
        try await sandbox.must(Self.script, ["make", name, address, net.bridge, "\(number)", folder])
        let key = try String(contentsOfFile: "\(folder)/host_key.pub", encoding: .utf8)
        try Self.append("\(address) \(key)", to: net.known)
        try await waitForServer()
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

    /// Gives it a second card, on another bridge of this machine, with that address.
    func connect(to bridge: String, at address: String) async throws {
        let cable = "\(bridge).\(number)"
        try await sandbox.must(
            "ip", ["link", "add", cable, "type", "veth", "peer", "name", "eth1", "netns", network])
        try await sandbox.must("ip", ["link", "set", cable, "master", bridge, "up"])
        try await sandbox.must("ip", ["-netns", network, "addr", "add", "\(address)/24", "dev", "eth1"])
        try await sandbox.must("ip", ["-netns", network, "link", "set", "eth1", "up"])
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
        _ = try? await sandbox.run(Self.script, ["remove", bridge, "\(number)"])
    }
}
