import Provisioning

/// The measurements, one function for each target.
struct Bench {
    let tool: String
    /// The same program as it is installed, without its symbols.
    let installed: String
    let byHand: String
    /// A multipass for measurements; may be missing.
    let standIn: String
    /// The folder of the scripts that make images and hosts.
    let scripts: String
    let runs: Int
    let sizes: [Int]

    /// The largest cluster that is measured against one that is made by hand, and so several times.
    static let most = 16

    /// All of them.
    func all() async throws {
        Table.begin()
        try await startUp()
        try await size()
        for size in sizes.filter({ $0 <= Self.most }) { try await up(size) }
        try await living()
        for size in sizes.filter({ $0 > Self.most }) { try await many(size) }
        try await mending()
        try await slowMachines()
        try await hosts()
        try await fleet()
        try await units()
        try await throughput()
        try await joinsAtOnce()
    }

    /// What the user waits for before anything happens.
    private func startUp() async throws {
        let sandbox = try Sandbox()
        defer { try? LocalFiles().remove(sandbox.folder) }
        // The shell becomes the tool; what the tool prints is not to be waited for.
        let silent = ["-c", #"exec "$0" "$@" >/dev/null"#, tool]
        let version = try await repeated(20) { try await sandbox.seconds("/bin/sh", silent + ["--version"]) }
        Table.add(milliseconds("bcmcluster --version", version.median, wanted: 10))
        let arguments = ["up", "-c", sandbox.cluster, "-m", "199", "--dry-run"]
        let review = try await repeated(10) { try await sandbox.seconds("/bin/sh", silent + arguments) }
        Table.add(milliseconds("a dry run of 200 members", review.median, wanted: 150))
    }

    /// By hand, by the tool, by hand, by the tool …, so that both see the same machine.
    private func up(_ size: Int) async throws {
        var hand: [Double] = []
        var ours: [UpRun] = []
        for _ in 1...runs {
            hand.append(try await upByHand(size))
            ours.append(try await upByTool(size))
        }
        let seconds = ours.map(\.seconds)
        let ratios = zip(seconds, hand).map { $0 / $1 }
        let wanted = size <= 3 ? 0.9 : 0.75
        let members = size == 1 ? "1 member" : "\(size) members"
        Table.add(
            Row(
                what: "up, \(members), against by hand",
                measured: "\(seconds.median.written(2)) s / \(hand.median.written(2)) s = \(ratios.median.written(2))",
                wanted: "≤ \(wanted.written(2))", isMet: ratios.median <= wanted))
        let idle = ours.map(\.idleShare).median
        Table.add(
            Row(
                what: "  of it without LXD at work", measured: "\((idle * 100).written(1)) %", wanted: "< 5 %",
                isMet: idle < 0.05))
        guard size == 16 else { return }
        let peak = ours.map(\.megabytes).median
        Table.add(
            Row(
                what: "  memory of bcmcluster at its height", measured: "\(peak.written(1)) MB", wanted: "≤ 40 MB",
                isMet: peak <= 40))
    }

    private struct UpRun {
        var seconds: Double
        var idleShare: Double
        var megabytes: Double
    }

    private func upByHand(_ size: Int) async throws -> Double {
        let sandbox = try Sandbox()
        return try await sandbox.whileItLasts(takenDownBy: byHand, ["down", sandbox.cluster]) {
            try await sandbox.seconds(byHand, ["up", sandbox.cluster, "\(size)"])
        }
    }

    private func upByTool(_ size: Int) async throws -> UpRun {
        let sandbox = try Sandbox()
        return try await sandbox.whileItLasts(takenDownBy: tool, ["destroy", "-c", sandbox.cluster, "--yes"]) {
            let number = "\(sandbox.folder)/process"
            let watch = Task { await MemoryWatch.peak(ofProcessIn: number) }
            defer { watch.cancel() }
            // The shell becomes the tool, so its number is the tool's.
            let words = ["-c", #"echo $$ >"$0" && exec "$@""#, number, tool, "up", "-c", sandbox.cluster]
            let seconds = try await sandbox.seconds("/bin/sh", words + ["-m", "\(size - 1)"])
            watch.cancel()
            let idle = IdleShare.of(try sandbox.logOfUp(), wall: seconds)
            return UpRun(seconds: seconds, idleShare: idle, megabytes: await watch.value)
        }
    }

    func repeated(_ times: Int, _ measure: () async throws -> Double) async throws -> [Double] {
        var values: [Double] = []
        for _ in 1...times { values.append(try await measure()) }
        return values
    }

    private func milliseconds(_ what: String, _ seconds: Double, wanted: Double) -> Row {
        let value = seconds * 1000
        return Row(
            what: what, measured: "\(value.written(1)) ms", wanted: "≤ \(wanted.written(0)) ms", isMet: value <= wanted)
    }
}
