import Provisioning

/// Logs as they are shown, and as data.
struct LogListing: Encodable, Equatable {
    /// One log, or its end.
    struct Log: Encodable, Equatable {
        /// The member; `nil` for the tool's own.
        var member: String?
        var name: String
        var path: String
        var text: String
    }

    var schemaVersion = JSONForm.version
    var cluster: String
    var logs: [Log]
    /// What could not be read.
    var failures: [Trouble]

    /// A log that could not be read.
    struct Trouble: Encodable, Equatable {
        /// Which, and why.
        var message: String
    }

    /// As `tail` shows several files.
    var text: String {
        logs.map { log in
            let title = [log.member, log.name].compactMap { $0 }.joined(separator: " ")
            let end = log.text.isEmpty || log.text.utf8.last == UInt8(ascii: "\n") ? "" : "\n"
            return "==> \(title): \(log.path) <==\n\(log.text)\(end)"
        }.joined(separator: "\n")
    }
}

extension LogListing {
    init(cluster: String, _ report: ReadLogs.Report) {
        self.cluster = cluster
        logs = report.logs.map { Log(member: $0.member, name: $0.name, path: $0.path, text: $0.text) }
        failures = report.troubles.map(Trouble.init)
    }
}

/// A line of a log as data, one for each.
struct LogLine: Encodable {
    var schemaVersion = JSONForm.version
    /// The member or the instance.
    var source: String
    var log: String
    /// When it was written, by the line itself.
    var time: String?
    var line: String

    init(_ line: FollowLogs.Line) {
        source = line.source
        log = line.log
        time = line.time
        self.line = line.text
    }
}
