/// The ends of a cluster's logs: `bcmcluster logs`.
package struct ReadLogs: Operation {
    /// One log, or its end.
    package struct Log: Sendable, Equatable {
        /// The member; `nil` for the tool's own.
        package var member: String?
        package var name: String
        package var path: String
        package var text: String

        package init(member: String?, name: String, path: String, text: String) {
            self.member = member
            self.name = name
            self.path = path
            self.text = text
        }
    }

    /// The logs, in the order of the members, and what could not be read, as sentences.
    package struct Report: Sendable {
        package var logs: [Log]
        package var troubles: [String]

        package init(logs: [Log], troubles: [String]) {
            self.logs = logs
            self.troubles = troubles
        }
    }

    package static let defaultLines = 50

    private let cluster: ClusterName
    private let member: String?
    private let lines: Int
    private let since: Int?

    /// The logs of that member; `nil` is all of them, and the tool's own of its last run.
    ///
    /// Since a moment, in seconds since 1970: then all lines of that time, where no number is given.
    package init(of cluster: ClusterName, member: String? = nil, lines: Int? = nil, since: Int? = nil) {
        self.cluster = cluster
        self.member = member
        self.lines = lines ?? (since == nil ? Self.defaultLines : .max)
        self.since = since
    }

    package func run(in app: AppContext) async throws -> Report {
        let state = try app.existing(cluster)
        let named = try state.members(named: member.map { [$0] } ?? [])
        // Before the first text is read.
        try ClusterSecrets(app.folder(cluster), app.files).conceal(in: app.redactor)
        let reader = LogReader(provider: try await app.usableProvider(for: state), amount: amount)
        var report = await reader.logs(of: named.isEmpty ? state.members.map(\.name).sorted() : named)
        try Task.checkCancellation()
        if member == nil, let own = try latestRun(app) { report.logs.append(own) }
        if since != nil {
            for index in report.logs.indices where report.logs[index].member != nil {
                report.logs[index].text = LogFilter.text(report.logs[index].text, since: since).end(lines)
            }
            report.logs.removeAll(where: \.text.isEmpty)
        }
        for index in report.logs.indices { report.logs[index].text = app.redactor.redact(report.logs[index].text) }
        report.troubles = report.troubles.map(app.redactor.redact)
        return report
    }

    /// As much as a program's output may have, where the lines of a time are looked for.
    private var amount: LogFile.Amount { since == nil ? .lines(lines) : .bytes(LocalRunner.mostKept) }

    /// The tool's own log of its last run on the cluster; nothing where that began before the time.
    private func latestRun(_ app: AppContext) throws -> Log? {
        let folder = app.folder(cluster).logs
        guard let name = try app.files.names(in: folder).last(where: { $0.hasSuffix(".log") }) else { return nil }
        // It is named for the moment at which the run began.
        if let since, let began = Int(name.prefix { $0 != "-" }), began < since { return nil }
        let path = "\(folder)/\(name)"
        return Log(member: nil, name: "bcmcluster", path: path, text: (try app.files.read(path) ?? "").end(lines))
    }
}

extension String {
    /// The last lines, as a text.
    fileprivate func end(_ lines: Int) -> String {
        utf8.split(separator: 10).suffix(lines).map { String(decoding: $0, as: UTF8.self) + "\n" }.joined()
    }
}

/// What a unit's instances wrote on their consoles: `bcmcluster unit logs`.
package struct ReadConsoles: Operation {
    /// One instance's lines, or why they cannot be had.
    package typealias Entry = (instance: String, lines: Result<[String], Failure>)

    private let cluster: ClusterName
    private let unit: UnitReference
    private let lines: Int
    private let since: Int?

    /// Since a moment, in seconds since 1970: then all lines of that time, where no number is given.
    package init(of unit: UnitReference, on cluster: ClusterName, lines: Int? = nil, since: Int? = nil) {
        self.cluster = cluster
        self.unit = unit
        self.lines = lines ?? (since == nil ? ReadLogs.defaultLines : .max)
        self.since = since
    }

    package func run(in app: AppContext) async throws -> [Entry] {
        let found = try await app.workloads(of: cluster)
        var entries: [Entry] = []
        for instance in try unit.instances(in: found.workloads) {
            do {
                let client = found.context.client(in: try found.place(of: instance))
                let log = try await client.consoleLog(of: instance.name)
                let all = Self.lines(of: log)
                let wanted = LogFilter.lines(all, since: since)
                entries.append((instance.name, .success(wanted.suffix(lines))))
            } catch let failure as Failure {
                entries.append((instance.name, .failure(failure)))
            }
        }
        return entries
    }

    /// The lines of a console, without those that are empty and without the engine's heading; a console ends them by two
    /// characters, which Swift takes for one.
    static func lines(of log: String) -> [String] {
        let lines = log.utf8.split { [10, 13].contains($0) }.map { String(decoding: $0, as: UTF8.self) }
        return lines.first == "Console log:" ? Array(lines.dropFirst()) : lines
    }
}

/// Reads the logs of machines, several at a time.
struct LogReader {
    let provider: any MachineProvider
    let amount: LogFile.Amount

    /// The logs, in the order of the members.
    func logs(of members: [MemberName]) async -> ReadLogs.Report {
        await withTaskGroup(of: (Int, ReadLogs.Report).self) { group in
            for (index, member) in members.enumerated() {
                group.addTask { (index, await self.logs(of: member)) }
            }
            let found = await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }
            return ReadLogs.Report(logs: found.flatMap(\.1.logs), troubles: found.flatMap(\.1.troubles))
        }
    }

    private func logs(of member: MemberName) async -> ReadLogs.Report {
        var report = ReadLogs.Report(logs: [], troubles: [])
        guard let logging = provider.logging else { return report }
        for log in logging.logs(of: member) {
            do {
                guard let text = try await LogFile(logging.logRunner(for: member), log.path).end(amount) else {
                    continue
                }
                report.logs.append(ReadLogs.Log(member: member.text, name: log.name, path: log.path, text: text))
            } catch {
                report.troubles.append("\(member) \(log.name): \(Failure(error).message)")
            }
        }
        return report
    }
}
