import Provisioning

/// A cluster's status as the user reads it: one sentence, a table, and what else is the matter.
struct StatusText {
    let status: ClusterStatus
    let terminal: Terminal
    /// Seconds since 1970.
    let now: Int

    /// The lines, none wider than that: sentences continue in the next line, tables are cut.
    func lines(width: Int) -> [String] {
        let mark = terminal.mark(status.isHealthy ? .done : .failed, onResults: true)
        var lines = Self.sentence(status.headline, status.hint, width: max(1, width - 2))
        lines[0] = "\(mark) \(lines[0])"
        if !status.members.isEmpty { lines += [""] + TextTable.lines(columns, rows, width: width) }
        let rest = status.rest
        if !rest.isEmpty { lines.append("") }
        for finding in rest {
            lines += Self.sentence("- \(finding.sentence).", status.hint(of: finding), width: width)
        }
        return lines
    }

    /// A sentence and the hint for it, which gets a line of its own where there is no room for both.
    private static func sentence(_ sentence: String, _ hint: String?, width: Int) -> [String] {
        guard let hint else { return sentence.wrapped(to: width) }
        let both = "\(sentence) hint: \(hint)"
        if both.columns <= width { return [both] }
        let indent = "  "
        let way = "hint: \(hint)".wrapped(to: max(1, width - indent.count))
        return sentence.wrapped(to: width) + way.map { indent + $0 }
    }

    private var isSpread: Bool { status.members.contains { $0.host != nil } }

    private var columns: [TextTable.Column] {
        ["MEMBER"] + (isSpread ? [.init("HOST", 1)] : []) + [
            .init("MACHINE", 2), .init(Engine.current.title), .init("ROLES", 3), .init("ADDRESS", isWhole: true),
            .init("VERSION", 7),
            .init("INSTANCES", 5), .init("STORAGE", 6), .init("UP", 4),
        ]
    }

    private var rows: [[String]] {
        status.members.map { [$0.name] + (isSpread ? [or($0.host?.text)] : []) + cells($0) }
    }

    private func cells(_ member: MemberStatus) -> [String] {
        [
            member.machineLabel, member.lxdLabel, or(member.roles.joined(separator: ",")),
            or(member.address?.description), or(member.version), or(member.instances?.description),
            or(member.storage.map { "\(ByteSize.brief($0.used))/\(ByteSize.brief($0.total))" }),
            or(member.since.map { Duration.seconds(max(0, now - $0)).rough }),
        ]
    }

    private func or(_ text: String?) -> String { text.flatMap { $0.isEmpty ? nil : $0 } ?? "-" }
}
