import Provisioning

extension Bench {
    /// Fifty containers on three members by one file, against as many by `lxc launch` alone, as many at a time, in turns: on the
    /// members' own bridges, and on a network over all members, which both have to make first.
    func units() async throws {
        let sandbox = try Sandbox()
        let cluster = ["-c", sandbox.cluster]
        try await sandbox.whileItLasts(takenDownBy: tool, ["destroy"] + cluster + ["--yes"]) {
            _ = try await sandbox.seconds(tool, ["up"] + cluster + ["-m", "2"])
            let image = "\(sandbox.folder)/tiny.tar.gz"
            _ = try await sandbox.seconds("\(scripts)/tiny-image", [image])
            _ = try await sandbox.seconds("lxc", ["image", "import", image, "--alias", "tiny"])
            // Both find the image on every member.
            _ = try await sandbox.seconds(tool, ["image", "preload"] + cluster + [image])
            try await fifty(sandbox, "run of 50 containers, against lxc launch", interface: "lxdbr0")
            try await fifty(sandbox, "run of 50 on a network, against by hand", network: "fifty")
        }
    }

    private func fifty(
        _ sandbox: Sandbox, _ what: String, interface: String? = nil, network: String? = nil
    ) async throws {
        let cluster = ["-c", sandbox.cluster]
        let file = "\(sandbox.folder)/fifty.toml"
        let unit = """
            [spacecore]
            name = "fifty"
            [hardware]
            memory = 16
            ref = "tiny"
            \(interface.map { "interface = \"\($0)\"" } ?? "")
            [instance]
            count = \(Self.count)

            """
        try LocalFiles().write(unit, to: file, mode: 0o600)
        var byFile: [Double] = []
        var byHand: [Double] = []
        var unchanged: [Double] = []
        var launches: [LaunchTimes] = []
        for _ in 1...runs {
            let words = [sandbox.cluster, "\(Self.count)", "\(Self.atOnce)"] + [network].compactMap { $0 }
            byHand.append(try await sandbox.seconds("\(byHandFolder)/launch-by-hand.sh", words))
            _ = try await sandbox.seconds("lxc", ["delete", "--force"] + (1...Self.count).map { "bare-\($0)" })
            if let network {
                _ = try await sandbox.seconds("lxc", ["network", "delete", network])
                _ = try await sandbox.seconds("lxc", ["network", "acl", "delete", "by-hand"])
            }
            let run = ["run"] + cluster + [file, "--parallel", "\(Self.atOnce)"]
            byFile.append(try await sandbox.seconds(tool, run))
            launches.append(LaunchTimes(try sandbox.log(of: "run"), wall: byFile[byFile.count - 1]))
            unchanged.append(try await sandbox.seconds(tool, run))
            _ = try await sandbox.seconds(tool, ["rm"] + cluster + ["fifty", "--yes"])
        }
        let ratio = zip(byFile, byHand).map { $0 / $1 }.median
        Table.add(
            Row(
                what: what,
                measured: "\(byFile.median.written(1)) s / \(byHand.median.written(1)) s = \(ratio.written(2))",
                wanted: "≤ 1.1", isMet: ratio <= 1.1))
        let (before, after) = (launches.map(\.before).median, launches.map(\.after).median)
        let atOnce = launches.map(\.atOnce).median
        Table.add(
            Row(
                what: "  before its launches, after; at a time",
                measured: "\(before.written(1)) s, \(after.written(1)) s; \(atOnce.written(2)) of \(Self.atOnce)",
                wanted: "shown", isMet: true))
        Table.add(
            Row(
                what: "  run of the same 50, unchanged", measured: "\(unchanged.median.written(2)) s", wanted: "≤ 1 s",
                isMet: unchanged.median <= 1))
    }

    /// How many containers there are.
    private static let count = 50
    /// How many are made at a time.
    private static let atOnce = 4

    var byHandFolder: String { String(byHand.dropLast("/by-hand.sh".count)) }
}
