import FoundationEssentials
import Provisioning

extension Bench {
    /// What goes through a unit's network from a container to one on another member, against what goes from the one member to
    /// the other without it, in turns.
    func throughput() async throws {
        let sandbox = try Sandbox()
        let cluster = ["-c", sandbox.cluster]
        var network: [Double] = []
        var bare: [Double] = []
        try await sandbox.whileItLasts(takenDownBy: tool, ["destroy"] + cluster + ["--yes"]) {
            _ = try await sandbox.seconds(tool, ["up"] + cluster + ["-m", "1"])
            let image = "\(sandbox.folder)/iperf.tar.gz"
            _ = try await sandbox.seconds("\(byHandFolder)/iperf-image.sh", [image])
            _ = try await sandbox.seconds("lxc", ["image", "import", image, "--alias", "iperf"])
            let file = "\(sandbox.folder)/net.toml"
            let unit = """
                [spacecore]
                name = "net"
                [hardware]
                memory = 64
                ref = "iperf"
                [instance]
                count = 2
                spread = "member"

                """
            try LocalFiles().write(unit, to: file, mode: 0o600)
            _ = try await sandbox.seconds(tool, ["run"] + cluster + [file])
            let (one, other) = (["exec", "net-1", "--"], ["exec", "net-2", "--"])
            let address = try await self.address(of: "net-2", in: sandbox)
            _ = try await sandbox.secondsUntil("lxc", one + ["ping", "-c", "1", address])
            let members = try memberAddresses(sandbox)
            let within = members.map { ["netns", "exec", "bcm-\($0.name)"] }
            for _ in 1...runs {
                network.append(
                    try await rate(sandbox, from: ("lxc", one), to: ("lxc", other), at: address))
                bare.append(
                    try await rate(sandbox, from: ("ip", within[0]), to: ("ip", within[1]), at: members[1].address))
            }
        }
        let ratio = zip(network, bare).map { $0 / $1 }.median
        let (through, without) = (network.median.written(1), bare.median.written(1))
        Table.add(
            Row(
                what: "iperf3 by a unit's network, against members",
                measured: "\(through) / \(without) Gbit/s = \(ratio.written(2))", wanted: "≥ 0.7", isMet: ratio >= 0.7))
    }

    /// The address that an instance was given on its first network.
    private func address(of instance: String, in sandbox: Sandbox) async throws -> String {
        struct Shown: Decodable { var devices: [String: [String: String]] }
        let text = try await sandbox.output("lxc", ["query", "/1.0/instances/\(instance)"])
        let shown = try JSONDecoder().decode(Shown.self, from: Data(text.utf8))
        guard let address = shown.devices["eth0"]?["ipv4.address"] else {
            throw Failure(.conflict, "\(instance) has no address of its own")
        }
        return address
    }

    private func memberAddresses(_ sandbox: Sandbox) throws -> [(name: String, address: String)] {
        let folder = ClusterFolder(runtime: "\(sandbox.folder)/runtime", cluster: try ClusterName(sandbox.cluster))
        let members = try StateStore.read(folder, LocalFiles())?.members ?? []
        return members.compactMap { member in member.address.map { (member.name.text, $0.description) } }
    }

    /// Gigabits a second that get from one place to the other, each given by the words with which a command runs there.
    private func rate(
        _ sandbox: Sandbox, from client: (program: String, words: [String]),
        to server: (program: String, words: [String]), at address: String
    ) async throws -> Double {
        struct Report: Decodable {
            struct End: Decodable {
                struct Sum: Decodable { var bits_per_second: Double }
                var sum_received: Sum
            }
            var end: End
        }
        // Serves one client, and ends.
        let port = ["--port", "5301"]
        _ = try await sandbox.seconds(
            server.program, server.words + ["iperf3", "--server", "--one-off", "--daemon"] + port)
        let words = client.words + ["iperf3", "--client", address, "--time", "5", "--json"] + port
        let report = try JSONDecoder().decode(
            Report.self, from: Data(try await sandbox.output(client.program, words).utf8))
        return report.end.sum_received.bits_per_second / 1e9
    }
}
