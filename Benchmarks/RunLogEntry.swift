import Provisioning

/// One line of a run's log: a command, and when it ran.
struct RunLogEntry {
    /// Seconds since the run began.
    let start: Double
    /// Seconds since the run began.
    let end: Double
    /// The step that ran it.
    let step: Substring
    /// Whether the command changed something.
    let isChange: Bool
    /// Whether the command exited with status 0.
    let succeeded: Bool
    /// The command's words.
    let words: [Substring]

    /// Reads a line; `nil` where it is not one of a command.
    init?(_ line: Substring) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count >= 7, let end = Double(fields[0]), let duration = Double(fields[5]) else { return nil }
        self.end = end
        start = end - duration
        step = fields[1]
        isChange = fields[3] == "changes"
        succeeded = fields[4] == "0"
        words = fields[6].split(separator: " ")
    }

    /// Whether the program that does the work, whatever it is wrapped in, is one of LXD's.
    var isLXD: Bool {
        let inner = words.firstIndex(of: "--").map { words[($0 + 1)...] } ?? words[...]
        let program = inner.first == "env" ? inner.dropFirst().first { !$0.contains("=") } : inner.first
        return program == "lxc" || program == "lxd"
    }

    /// Whether it makes an instance and starts it.
    var isLaunch: Bool { isLXD && words.contains("launch") }

    /// The member whose machine this starts.
    var startedMember: Substring? {
        guard words.first == "setsid", let verb = words.firstIndex(of: "machine") else { return nil }
        return words.dropFirst(verb + 1).first
    }

    /// The member whose daemon has just said that it is there.
    var answeredMember: Substring? {
        guard succeeded, words.suffix(2) == ["query", "/1.0"] else { return nil }
        let folder = words.first { $0.hasPrefix("LXD_DIR=") }
        return folder?.split(separator: "/").dropLast().last
    }
}

/// When a run's launches are at work, in seconds.
struct LaunchTimes {
    /// Until the first begins.
    let before: Double
    /// After the last has ended.
    let after: Double
    /// How many are at work at a time in between.
    let atOnce: Double

    /// What the log of a run says that took so long.
    init(_ entries: [RunLogEntry], wall: Double) {
        let launches = entries.filter(\.isLaunch)
        before = launches.map(\.start).min() ?? wall
        let end = launches.map(\.end).max() ?? wall
        after = max(0, wall - end)
        atOnce = launches.map { $0.end - $0.start }.reduce(0, +) / max(end - before, .leastNonzeroMagnitude)
    }
}

/// The part of a run in which the cluster waits for this tool, and not the tool for LXD.
enum IdleShare {
    /// One minus the time that is covered by LXD's commands and by daemons on their way up.
    static func of(_ entries: [RunLogEntry], wall: Double) -> Double {
        var spans = entries.filter(\.isLXD).map { ($0.start, $0.end) }
        for launch in entries {
            guard let member = launch.startedMember else { continue }
            let answer = entries.first { $0.answeredMember == member && $0.end > launch.start }
            if let answer { spans.append((launch.start, answer.end)) }
        }
        var covered = 0.0
        var reached = 0.0
        for (start, end) in spans.sorted(by: { $0.0 < $1.0 }) where end > reached {
            covered += end - max(start, reached)
            reached = end
        }
        return 1 - covered / wall
    }
}
