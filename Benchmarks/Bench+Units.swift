import Provisioning

extension Bench {
    /// Fifty containers on three members by one file, against as many by `lxc launch` alone, as many at a time, in turns.
    func units() async throws {
        let count = 50
        let sandbox = try Sandbox()
        let cluster = ["-c", sandbox.cluster]
        let file = "\(sandbox.folder)/fifty.toml"
        var byFile: [Double] = []
        var byHand: [Double] = []
        var unchanged: [Double] = []
        try await sandbox.whileItLasts(takenDownBy: tool, ["destroy"] + cluster + ["--yes"]) {
            _ = try await sandbox.seconds(tool, ["up"] + cluster + ["-m", "2"])
            let image = "\(sandbox.folder)/tiny.tar.gz"
            _ = try await sandbox.seconds("\(scripts)/tiny-image", [image])
            _ = try await sandbox.seconds("lxc", ["image", "import", image, "--alias", "tiny"])
            // Both find the image on every member.
            _ = try await sandbox.seconds(tool, ["image", "preload"] + cluster + [image])
            let unit = """
                [spacecore]
                name = "fifty"
                [hardware]
                memory = 16
                ref = "tiny"
                [instance]
                count = \(count)

                """
            try LocalFiles().write(unit, to: file, mode: 0o600)
            let launch = "\(byHandFolder)/launch-by-hand.sh"
            for _ in 1...runs {
                byHand.append(
                    try await sandbox.seconds(launch, [sandbox.cluster, "\(count)", "\(Self.atOnce)"]))
                let names = (1...count).map { "bare-\($0)" }
                _ = try await sandbox.seconds("lxc", ["delete", "--force"] + names)
                let run = ["run"] + cluster + [file, "--parallel", "\(Self.atOnce)"]
                byFile.append(try await sandbox.seconds(tool, run))
                unchanged.append(try await sandbox.seconds(tool, run))
                _ = try await sandbox.seconds(tool, ["rm"] + cluster + ["fifty", "--yes"])
            }
        }
        let ratio = zip(byFile, byHand).map { $0 / $1 }.median
        Table.add(
            Row(
                what: "run of 50 containers, against lxc launch",
                measured: "\(byFile.median.written(1)) s / \(byHand.median.written(1)) s = \(ratio.written(2))",
                wanted: "≤ 1.2", isMet: ratio <= 1.2))
        Table.add(
            Row(
                what: "run of the same 50, unchanged", measured: "\(unchanged.median.written(2)) s", wanted: "≤ 1 s",
                isMet: unchanged.median <= 1))
    }

    /// How many are made at a time.
    private static let atOnce = 4

    private var byHandFolder: String { String(byHand.dropLast("/by-hand.sh".count)) }
}
