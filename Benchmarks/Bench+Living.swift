import Provisioning

extension Bench {
    /// What people wait for every day, with 16 members: to see them, to reach them, to turn them off and on.
    func living() async throws {
        guard let size = sizes.max(), size > 1 else { return }
        let sandbox = try Sandbox()
        let cluster = ["-c", sandbox.cluster]
        try await sandbox.whileItLasts(takenDownBy: tool, ["destroy"] + cluster + ["--yes"]) {
            _ = try await sandbox.seconds(tool, ["up"] + cluster + ["-m", "\(size - 1)"])
            func median(_ words: [String]) async throws -> Double {
                try await repeated(5) { try await sandbox.seconds(tool, words) }.median
            }
            add("status of \(size) members", try await median(["status"] + cluster), wanted: 0.5)
            add("exec -- true on \(size) members", try await median(["exec"] + cluster + ["--", "true"]), wanted: 1)
            let off = try await sandbox.seconds(tool, ["stop"] + cluster)
            let on = try await sandbox.seconds(tool, ["start"] + cluster)
            add("stop, and start until all \(size) are online", off + on, wanted: 30)
        }
    }

    private func add(_ what: String, _ seconds: Double, wanted: Double) {
        Table.add(
            Row(
                what: what, measured: "\(seconds.written(2)) s", wanted: "≤ \(wanted.written(1)) s",
                isMet: seconds <= wanted))
    }
}
