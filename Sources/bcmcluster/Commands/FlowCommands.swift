import Provisioning
import Synchronization

/// The commands that show logs, and what other tools need to reach a cluster.
extension Session {
    // MARK: Logs

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

    /// Follows until the user ends it, nobody reads any more, or no log is left.
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

    // MARK: Ways into a cluster

    func sshConfig() async throws -> Int32 {
        let name = try cluster
        let listing = SSHListing(name, try await ListSSHAccess(of: name).run(in: app))
        if invocation.isJSON {
            terminal.result(try JSONText.text(listing))
            return listing.hosts.isEmpty ? 1 : 0
        }
        guard !listing.hosts.isEmpty else {
            throw Failure(
                .conflict, "no member of \(name) can be reached by SSH", output: listing.notes.joined(separator: "\n"),
                hint: "bcmcluster shell -c \(name) opens a shell in the first member")
        }
        terminal.result(listing.text)
        return 0
    }

    func envShow() async throws -> Int32 {
        let (name, format) = (try cluster, try invocation.format())
        let reach = ClusterReach(name, try await LocateAPI(of: name).run(in: app))
        if reach.remote == nil {
            terminal.note(
                "note: \(Engine.current.client) has no remote for \(name) yet; bcmcluster up -c \(name) adds it")
        }
        switch format {
        case .shell: terminal.result(reach.shellLines)
        case .dotenv: terminal.result(reach.dotenvLines)
        case .json: terminal.result(try JSONText.text(reach))
        case .terraform: terminal.result(reach.terraform)
        case .ansible:
            let access = try await ListSSHAccess(of: name).run(in: app)
            // Roles are what the cluster says now; without an answer there are no groups of them.
            let roles = try await ListRoles(of: name).run(in: app)
            terminal.result(AnsibleInventory(reach, access, roles: roles).text)
        }
        return 0
    }
}

extension LogOwner {
    /// Whether consoles of instances are meant.
    fileprivate var isUnit: Bool { if case .unit = self { true } else { false } }
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
        case .line(let line) where isJSON:
            if let text = try? JSONText.text(LogLine(line), isCompact: true) { terminal.result(text) }
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
