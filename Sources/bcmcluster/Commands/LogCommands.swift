import Provisioning
import Synchronization

/// The commands that show and follow logs.
extension Session {
    /// Shows or follows the logs of members or instances.
    func logs(of owner: LogOwner) async throws -> Int32 {
        let (name, lines, since) = (
            try cluster, try invocation.lines(), try invocation.since(time.secondsSince1970)
        )
        let follows = invocation.values[.follow] != nil
        if let file = invocation.values[.bundle] {
            guard case .member(let member) = owner, since == nil, !follows else {
                throw Failure(
                    .badInput, "--bundle packs the logs of members as they are",
                    hint: "leave --follow, --since and the unit out")
            }
            return try await bundle(file, name, member)
        }
        if follows { return try await follow(owner, on: name, lines: lines, since: since) }
        guard case .member(let member) = owner else {
            guard case .unit(let unit) = owner else { return 0 }
            let entries = try await ReadConsoles(of: unit, on: name, lines: lines, since: since).run(in: app)
            return try show(entries, of: name)
        }
        let report = try await ReadLogs(of: name, member: member, lines: lines, since: since).run(in: app)
        let listing = LogListing(cluster: name.text, report)
        try show(listing, listing.text)
        if !invocation.isJSON {
            for trouble in report.troubles { terminal.say("\(terminal.mark(.failed)) \(trouble)") }
        }
        return report.troubles.isEmpty ? 0 : 4
    }

    private func show(_ entries: [ReadConsoles.Entry], of cluster: ClusterName) throws -> Int32 {
        var status: Int32 = 0
        var report = ReadLogs.Report(logs: [], troubles: [])
        for (instance, lines) in entries {
            switch lines {
            case .success(let lines):
                let text = lines.map { "\($0)\n" }.joined()
                report.logs.append(ReadLogs.Log(member: instance, name: "console", path: "/dev/console", text: text))
                if invocation.isJSON { continue }
                terminal.result(entries.count == 1 ? text : ExecOutcome.prefixed(text, by: instance))
            case .failure(let failure):
                report.troubles.append("\(instance): \(failure.message)")
                if !invocation.isJSON { terminal.say(failure) }
                status = max(status, failure.exitStatus)
            }
        }
        if invocation.isJSON { terminal.result(try JSONText.text(LogListing(cluster: cluster.text, report))) }
        return status
    }

    /// Follows until the user ends it, the output is closed, or no log is left.
    private func follow(
        _ owner: LogOwner, on cluster: ClusterName, lines: Int?, since: Int?
    ) async throws -> Int32 {
        let printer = LinePrinter(terminal: terminal, isJSON: invocation.isJSON, ofUnit: owner.isUnit)
        let operation = FollowLogs(of: owner, on: cluster, lines: lines, since: since, tell: printer.show)
        do {
            let (app, time) = (app, time)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await operation.run(in: app) }
                group.addTask { while !SystemCalls.isResultLost { try await time.sleep(.milliseconds(200)) } }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            return try endedByUser(error)
        }
        return SystemCalls.isResultLost ? 0 : 4
    }

    private func bundle(_ file: String, _ name: ClusterName, _ member: String?) async throws -> Int32 {
        let report = try await PackLogs(of: name, member: member, as: file).run(in: app)
        for trouble in report.troubles { terminal.say("note: \(trouble)") }
        terminal.say("wrote \(file): \(report.parts) files about \(name), secrets left out")
        terminal.note("  review it before sending: logs contain addresses, hosts and instances")
        return report.troubles.isEmpty ? 0 : 4
    }
}

extension LogOwner {
    /// Whether consoles of instances are meant.
    fileprivate var isUnit: Bool { if case .unit = self { true } else { false } }
}

/// Prints lines of several logs as they come.
private final class LinePrinter: Sendable {
    private let terminal: Terminal
    private let isJSON: Bool
    private let isUnit: Bool
    /// The number of each name, by which neighbours get different colours.
    private let numbers = Mutex<[String: Int]>([:])

    init(terminal: Terminal, isJSON: Bool, ofUnit isUnit: Bool) {
        self.terminal = terminal
        self.isJSON = isJSON
        self.isUnit = isUnit
    }

    @Sendable func show(_ event: FollowLogs.Event) {
        switch event {
        case .trouble(let sentence): terminal.say("\(terminal.mark(.failed)) \(sentence)")
        case .line(let line) where isJSON: terminal.line(LogLine(line))
        case .line(let line):
            let name = isUnit ? line.source : "\(line.source) \(line.log)"
            let number = numbers.withLock { numbers in
                let number = numbers[name] ?? numbers.count
                numbers[name] = number
                return number
            }
            terminal.result("\(terminal.label("\(name):", number: number)) \(line.text)\n")
        }
    }
}
