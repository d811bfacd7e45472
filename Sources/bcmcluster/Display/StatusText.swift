import Provisioning

/// A cluster's status as a person reads it: one sentence, a table, and what else is the matter.
struct StatusText {
    let status: ClusterStatus
    let terminal: Terminal
    /// Seconds since 1970.
    let now: Int

    /// The lines, none wider than that.
    func lines(width: Int) -> [String] {
        let mark = terminal.mark(status.isHealthy ? .done : .failed, onResults: true)
        let way = status.remedy.map { " Type: \($0)" } ?? ""
        var lines = ["\(mark) \((status.headline + way).cut(to: max(1, width - 2)))"]
        if !status.members.isEmpty { lines += [""] + TextTable.lines(rows, width: width) }
        let rest = status.findings.dropFirst()
        if !rest.isEmpty { lines.append("") }
        for finding in rest {
            let text = "- \(finding.sentence). Type: \(finding.remedy(for: status.cluster))"
            lines.append(text.cut(to: width))
        }
        return lines
    }

    private var rows: [[String]] {
        [["MEMBER", "MACHINE", "LXD", "ROLES", "ADDRESS", "VERSION", "INSTANCES", "STORAGE", "SINCE"]]
            + status.members.map { member in
                [
                    member.name, member.machineWord, member.lxdWord, or(member.roles.joined(separator: ",")),
                    or(member.address?.description), or(member.version), or(member.instances?.description),
                    or(member.storage.map { "\(ByteSize.brief($0.used)) of \(ByteSize.brief($0.total))" }),
                    or(member.since.map { Duration.seconds(max(0, now - $0)).rough }),
                ]
            }
    }

    private func or(_ text: String?) -> String { text.flatMap { $0.isEmpty ? nil : $0 } ?? "-" }
}

extension Duration {
    /// How long something has lasted, roughly: `45s`, `12m`, `3h05m`, `4d`.
    var rough: String {
        let whole = Int(seconds)
        if whole < 60 { return "\(whole)s" }
        if whole < 3600 { return "\(whole / 60)m" }
        if whole < 86_400 { return "\(whole / 3600)h" + (whole % 3600 < 600 ? "0" : "") + "\(whole % 3600 / 60)m" }
        return "\(whole / 86_400)d"
    }
}
