import Provisioning

extension Bench {
    /// Eight members of an engine that lets several join at a time, one by one and so, in turns; in the engine tree, where
    /// there is one (`scripts/engine-tree`).
    func joinsAtOnce() async throws {
        let path = try await LocalRunner().output(of: Command("\(scripts)/engine-tree", ["--path"], effect: .reads))
        guard try LocalFiles().kind(of: "\(path.trimmed)/.made-by") != nil else {
            complain("there is no engine tree: joins at the same time are not measured (scripts/engine-tree makes it)")
            return
        }
        var oneByOne: [Double] = []
        var together: [Double] = []
        for _ in 1...runs {
            oneByOne.append(try await upInTree(["BCM_JOINS_AT_ONCE": "1"]))
            together.append(try await upInTree([:]))
        }
        let ratio = zip(together, oneByOne).map { $0 / $1 }.median
        Table.add(
            Row(
                what: "up -m 7 with Incus 7, joins at the same time",
                measured: "\(together.median.written(2)) s / \(oneByOne.median.written(2)) s = \(ratio.written(2))",
                wanted: "≤ 0.65", isMet: ratio <= 0.65))
    }

    private func upInTree(_ variables: [String: String]) async throws -> Double {
        let sandbox = try Sandbox()
        let own = [
            Setting.engine.variable: Engine.incus.name,
            Engine.incus.configurationVariable: "\(sandbox.folder)/client",
        ].merging(variables) { $1 }
        let enter = "\(scripts)/in-engine-tree"
        return try await sandbox.whileItLasts(
            takenDownBy: enter, [tool, "destroy", "-c", sandbox.cluster, "--yes"], adding: own
        ) { try await sandbox.seconds(enter, [tool, "up", "-c", sandbox.cluster, "-m", "7"], adding: own) }
    }
}
