import Provisioning

extension Bench {
    /// A cluster of more members than are made by hand, once: when it is up, what a join takes as it grows, and how long
    /// one waits to see it.
    ///
    /// What a join takes beyond `init --preseed` in the machine is the tool's own.
    func many(_ size: Int) async throws {
        let sandbox = try Sandbox()
        let cluster = ["-c", sandbox.cluster]
        try await sandbox.whileItLasts(takenDownBy: tool, ["destroy"] + cluster + ["--yes"]) {
            let limit: Duration = .seconds(900)
            let seconds = try await sandbox.seconds(tool, ["up"] + cluster + ["-m", "\(size - 1)"], limit: limit)
            let joins = Join.all(in: try sandbox.logOfUp())
            // Two members are there before the first of these: the one that was made, and the one that joins.
            let shown = [3, 10, 20, 31, 40, size].filter { 3...joins.count + 1 ~= $0 }
            let times = shown.map { "\($0): \(joins[$0 - 2].seconds.written(1))" }.joined(separator: ", ")
            Table.add(
                Row(
                    what: "up, \(size) members", measured: "\(seconds.written(1)) s", wanted: "complete",
                    isMet: joins.count == size - 1))
            Table.add(Row(what: "  seconds of the n-th member's join", measured: times, wanted: "shown", isMet: true))
            let share = joins.map(\.ownSeconds).reduce(0, +) / joins.map(\.seconds).reduce(0, +)
            Table.add(
                Row(
                    what: "  of the joins without LXD at work", measured: "\((share * 100).written(1)) %",
                    wanted: "< 10 %",
                    isMet: share < 0.1))
            let status = try await repeated(5) { try await sandbox.seconds(tool, ["status"] + cluster) }.median
            Table.add(
                Row(
                    what: "  status of \(size) members", measured: "\(status.written(2)) s", wanted: "≤ 1.0 s",
                    isMet: status <= 1))
        }
    }
}

/// A member's join, as the log of the run has it.
struct Join {
    /// From its first command's start to its last one's end.
    let seconds: Double
    /// What of it passed while no command of LXD's ran.
    let ownSeconds: Double

    /// All that are in the log, in the order in which they ended.
    static func all(in entries: [RunLogEntry]) -> [Join] {
        let joins = Dictionary(grouping: entries.filter { $0.step.hasSuffix(" join the cluster") }, by: \.step)
        let spans = joins.values.compactMap { entries -> (end: Double, join: Join)? in
            guard let last = entries.filter({ $0.words.contains("--preseed") }).map(\.end).max() else { return nil }
            // It has looked long before whether there is anything to do.
            let work = entries.filter { $0.isChange && $0.end <= last }
            guard let first = work.map(\.start).min() else { return nil }
            let covered = work.filter(\.isLXD).map { $0.end - $0.start }.reduce(0, +)
            return (last, Join(seconds: last - first, ownSeconds: max(0, last - first - covered)))
        }
        return spans.sorted { $0.end < $1.end }.map(\.join)
    }
}
