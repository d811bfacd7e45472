import Provisioning

extension Bench {
    /// Six members over three hosts that are reached by real SSH, against six on this machine, in turns.
    ///
    /// The hosts are namespaces of this machine, and share its processors: what is measured is what the way there costs.
    func fleet() async throws {
        let hosts = try await HostsForBench(3, script: "\(scripts)/test-host")
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await compare(hosts)) } catch { outcome = .failure(error) }
        await hosts.leave()
        try outcome.get()
    }

    private func compare(_ hosts: HostsForBench) async throws {
        var here: [Double] = []
        var there: [Double] = []
        for _ in 1...runs {
            here.append(try await up(["--provider", "namespace"], nil))
            there.append(try await up(["--hosts", hosts.names.joined(separator: ",")], hosts))
        }
        let ratio = zip(there, here).map { $0 / $1 }.median
        Table.add(
            Row(
                what: "up -m 5 over three hosts, against one",
                measured: "\(there.median.written(2)) s / \(here.median.written(2)) s = \(ratio.written(2))",
                wanted: "≤ 1.3", isMet: ratio <= 1.3))
    }

    private func up(_ words: [String], _ hosts: HostsForBench?) async throws -> Double {
        let sandbox = try Sandbox()
        let variables = hosts?.variables ?? [:]
        for (name, address) in hosts?.addresses ?? [] {
            _ = try await sandbox.seconds(tool, ["host", "add", name, "root@\(address)"], adding: variables)
        }
        let down = ["destroy", "-c", sandbox.cluster, "--yes"]
        return try await sandbox.whileItLasts(takenDownBy: tool, down, adding: variables) {
            try await sandbox.seconds(tool, ["up", "-c", sandbox.cluster, "-m", "5"] + words, adding: variables)
        }
    }
}

/// Hosts for the time of a measurement, and an `ssh` that knows them.
struct HostsForBench {
    private let folder: String
    private let bridge: String
    private let script: String
    private let runner = LocalRunner()
    /// What the hosts are called, and where they are.
    let addresses: [(name: String, address: String)]
    var names: [String] { addresses.map(\.name) }
    /// Variables with which the tool finds them.
    var variables: [String: String] {
        ["PATH": "\(folder)/bin:\(SystemCalls.environment("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin")"]
    }

    init(_ count: Int, script: String) async throws {
        let mark = SystemRandom().identifier(length: 4)
        (folder, bridge, self.script) = ("/tmp/bcmcluster-bench-hosts-\(mark)", "tb\(mark)", script)
        let third = Int(mark.prefix(2), radix: 16) ?? 0
        addresses = (0..<count).map { ("h\($0)", "10.199.\(third).\(10 + $0)") }
        try LocalFiles().makeFolder("\(folder)/bin", mode: 0o700)
        try await run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/key")
        try await run("ip", "link", "add", bridge, "type", "bridge")
        try await run("ip", "addr", "add", "10.199.\(third).1/24", "dev", bridge)
        try await run("ip", "link", "set", bridge, "up")
        for number in addresses.indices { try await make(number) }
        let path = SystemCalls.environment("PATH") ?? "/usr/bin:/bin"
        let options = "-F /dev/null -i \(folder)/key -o UserKnownHostsFile=\(folder)/known"
        let ssh = "#!/bin/sh\nPATH=\(path) exec ssh \(options) -o StrictHostKeyChecking=accept-new \"$@\"\n"
        try LocalFiles().write(ssh, to: "\(folder)/bin/ssh", mode: 0o755)
    }

    private func make(_ number: Int) async throws {
        let (name, address) = addresses[number]
        let own = "\(folder)/\(name)"
        try LocalFiles().makeFolder(own, mode: 0o700)
        try await run("cp", "\(folder)/key.pub", "\(own)/authorized_keys")
        try await run(script, "make", name, address, bridge, "\(number)", own)
        _ = try await SystemTime().wait(for: "sshd of \(name)", limit: .seconds(20), every: .milliseconds(50)) {
            try LocalFiles().read("\(own)/sshd.log")?.contains("Server listening") ?? false ? true : nil
        }
    }

    /// Ends them.
    func leave() async {
        for number in addresses.indices { try? await run(script, "remove", bridge, "\(number)") }
        try? await run("ip", "link", "delete", bridge)
        try? LocalFiles().remove(folder)
    }

    private func run(_ program: String, _ arguments: String...) async throws {
        try await runner.output(of: Command(program, arguments, effect: .changes))
    }
}
