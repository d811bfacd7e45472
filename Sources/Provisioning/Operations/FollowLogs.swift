import Synchronization

/// Whose logs are meant: `bcmcluster logs MEMBER`, `bcmcluster logs UNIT/N`.
package enum LogOwner: Sendable, Equatable {
    /// That member; `nil` is all of them.
    case member(String?)
    case unit(UnitReference)

    /// Reads what the user calls it: what is called like a member of the cluster is one.
    package init(_ word: String?, of cluster: ClusterName) {
        guard let word, MemberName(word, of: cluster) == nil, let unit = try? UnitReference(word) else {
            self = .member(word)
            return
        }
        self = .unit(unit)
    }
}

/// Follows logs as they are written: `bcmcluster logs -f`, `bcmcluster unit logs -f`.
///
/// All are followed at once, until the task is cancelled or none is left.
package struct FollowLogs: Operation {
    /// What is told of a log.
    package enum Event: Sendable, Equatable {
        case line(Line)
        /// Why a log is not followed any more, or for now: once for each reason, as a sentence.
        case trouble(String)
    }

    /// A line that was written.
    package struct Line: Sendable, Equatable {
        /// The member or the instance.
        package var source: String
        /// The log's short name, such as `lxd` or `console`.
        package var log: String
        package var text: String
        /// When it was written, by the line itself, as RFC 3339 has it.
        package var time: String? { LogTime.seconds(in: text).map(RFC3339.text) }
    }

    private let cluster: ClusterName
    private let owner: LogOwner
    private let lines: Int?
    private let since: Int?
    private let tell: @Sendable (Event) -> Void

    /// Begins with so many lines of each log, or with all that were written since a moment, in seconds since 1970; `tell`
    /// is called for one line after the other of each log.
    package init(
        of owner: LogOwner, on cluster: ClusterName, lines: Int? = nil, since: Int? = nil,
        tell: @escaping @Sendable (Event) -> Void
    ) {
        self.owner = owner
        self.cluster = cluster
        self.lines = lines
        self.since = since
        self.tell = tell
    }

    /// Ends where no log is left to be followed.
    package func run(in app: AppContext) async throws {
        switch owner {
        case .member(let word): try await followMembers(word, app)
        case .unit(let unit): try await followInstances(of: unit, app)
        }
    }

    // MARK: Members

    private func followMembers(_ word: String?, _ app: AppContext) async throws {
        let state = try app.existing(cluster)
        let named = try state.members(named: word.map { [$0] } ?? [])
        // Before the first line is read.
        try ClusterSecrets(app.folder(cluster), app.files).conceal(in: app.redactor)
        let provider = try await app.usableProvider(for: state)
        guard let logging = provider.logging else {
            throw Failure(.missing, "the \(provider.traits.name.rawValue) provider has no logs")
        }
        let members = named.isEmpty ? state.members.map(\.name).sorted() : named
        let (groups, rest) = Self.groups(of: members, state, areOnHost: provider.traits.logsAreOnHost)
        if !rest.isEmpty {
            tell(
                .trouble(
                    "\(rest.map(\.text).joined(separator: ", ")): not followed, since a connection carries "
                        + "\(Self.mostOnHost) logs; name one of them"))
        }
        await withTaskGroup(of: Void.self) { tasks in
            for group in groups { tasks.addTask { await follow(group, logging, app) } }
        }
        try Task.checkCancellation()
    }

    /// How many programs follow logs on another host: its connection carries eight, and one is for questions.
    private static let mostOnHost = 7

    /// The members whose logs one program follows, and those of hosts that have too many.
    static func groups(
        of members: [MemberName], _ state: ClusterState, areOnHost: Bool
    ) -> (followed: [[MemberName]], rest: [MemberName]) {
        let byHost = Dictionary(grouping: members, by: state.host).sorted { $0.key < $1.key }
        if areOnHost { return (byHost.map(\.value), []) }
        let isFollowed = byHost.map { host, members in
            host.isLocal ? (members, []) : (Array(members.prefix(mostOnHost)), Array(members.dropFirst(mostOnHost)))
        }
        return (isFollowed.flatMap(\.0).map { [$0] }, isFollowed.flatMap(\.1))
    }

    private func follow(_ members: [MemberName], _ logging: any MachineLogging, _ app: AppContext) async {
        let logs = members.flatMap { member in logging.logs(of: member).map { (member.text, $0) } }
        let names = members.map(\.text).joined(separator: ", ")
        let followed = FollowedLogs(since: since)
        do {
            let file = LogFile(logging.logRunner(for: members[0]), "")
            // So many that those of the time are among them; each is looked at.
            let first = since == nil ? lines ?? ReadLogs.defaultLines : lines ?? 20_000
            let result = try await file.follow(logs.map(\.1.path), lines: first) { line in
                guard let (path, text) = followed.take(line), let log = logs.first(where: { $0.1.path == path }) else {
                    return
                }
                tell(.line(Line(source: log.0, log: log.1.name, text: app.redactor.redact(text))))
            }
            if Task.isCancelled { return }
            tell(.trouble("\(names): the logs ended" + (result.tail.isEmpty ? "" : ": \(result.tail)")))
        } catch {
            let failure = app.redactor.redact(Failure(error))
            if !Task.isCancelled, failure.code != .interrupted { tell(.trouble("\(names): \(failure.message)")) }
        }
    }

    // MARK: Instances

    /// The pause between two looks at a console, of which the engine tells no news.
    private static let pause: Duration = .seconds(1)

    private func followInstances(of unit: UnitReference, _ app: AppContext) async throws {
        let found = try await app.workloads(of: cluster)
        let instances = try unit.instances(in: found.workloads)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for instance in instances { tasks.addTask { try await follow(instance, found, app) } }
            try await tasks.waitForAll()
        }
    }

    private func follow(_ instance: ClusterInstance, _ found: WorkloadsInCluster, _ app: AppContext) async throws {
        var console = GrowingText()
        var filter = LogFilter(since: since)
        var told: String?
        var isFirst = true
        while true {
            do {
                let client = found.context.client(in: try found.place(of: instance))
                var text = console.news(in: try await client.consoleLog(of: instance.name))
                // Once more at once: where a look takes away what it shows, there is nothing now.
                if isFirst { text += console.news(in: try await client.consoleLog(of: instance.name)) }
                var lines = ReadConsoles.lines(of: text)
                lines = lines.filter { filter.takes($0) }
                if isFirst { lines = lines.suffix(self.lines ?? (since == nil ? ReadLogs.defaultLines : .max)) }
                (told, isFirst) = (nil, false)
                for line in lines { tell(.line(Line(source: instance.name, log: "console", text: line))) }
            } catch let failure as Failure where failure.code != .interrupted {
                try Task.checkCancellation()
                let isGone = failure.reports(EngineError.notFound)
                let message = isGone ? "\(instance.name) is not there any more" : "\(instance.name): \(failure.message)"
                if told != message { tell(.trouble(message)) }
                told = message
                if isGone { return }
            }
            try await app.time.sleep(Self.pause)
        }
    }
}

/// What `tail` prints of several logs, of which it names each before its lines.
final class FollowedLogs: Sendable {
    private struct State {
        var path: String?
        var filters: [String: LogFilter] = [:]
        /// An empty line, behind which another log may begin.
        var hasEmptyLine = false
    }

    private let state = Mutex(State())
    private let since: Int?

    init(since: Int?) { self.since = since }

    /// The log and the line, where it is one that is shown; empty lines are not.
    func take(_ line: String) -> (path: String, text: String)? {
        state.withLock { state in
            let isHeading =
                line.hasPrefix("==> /") && line.hasSuffix(" <==") && (state.path == nil || state.hasEmptyLine)
            state.hasEmptyLine = line.isEmpty
            if isHeading {
                state.path = String(line.dropFirst(4).dropLast(4))
                return nil
            }
            guard let path = state.path, !line.isEmpty else { return nil }
            let isTaken = state.filters[path, default: LogFilter(since: since)].takes(line)
            return isTaken ? (path, line) : nil
        }
    }
}

/// A text that is looked at again and again: it grows at its end, its beginning may get lost, or it begins anew; or each
/// look shows only what came since the last.
struct GrowingText {
    /// So much of the end of what was seen is looked for in what is seen next.
    private static let overlap = 512

    /// As much of it has to be known for that where looks take away what they show: a short line may be written again.
    private static let leastOverlap = 64

    private var seen: [UInt8] = []
    /// The end of what was handed over, once looks take away what they show: the log of one that is off shows all again.
    private var shown: [UInt8] = []
    /// Whether a look takes away what it shows: what is left of it is the beginning of a line.
    private(set) var isTaken = false

    /// The complete lines that have come since the last look.
    mutating func news(in text: String) -> String {
        let bytes = Array(text.utf8)
        if bytes.isEmpty, !isTaken {
            if !seen.isEmpty { (isTaken, shown, seen) = (true, Array(seen.suffix(Self.overlap)), []) }
            return ""
        }
        let known = isTaken && shown.count >= Self.leastOverlap ? bytes[...].lastRange(of: shown[...]) : nil
        let all = isTaken ? seen + bytes[(known ?? 0)...] : bytes
        let complete = all[..<(all.lastIndex(of: 10).map { $0 + 1 } ?? 0)]
        if isTaken {
            seen = Array(all[complete.count...])
            shown = (shown + complete).suffix(Self.overlap)
            return String(decoding: complete, as: UTF8.self)
        }
        let (before, end) = (seen, seen.suffix(Self.overlap))
        seen = Array(complete)
        if complete.starts(with: before) { return String(decoding: complete[before.count...], as: UTF8.self) }
        let place = end.isEmpty ? nil : complete.lastRange(of: end)
        return String(decoding: place.map { complete[$0...] } ?? complete, as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    /// Where the last occurrence of the other bytes ends.
    fileprivate func lastRange(of other: ArraySlice<UInt8>) -> Int? {
        guard count >= other.count else { return nil }
        for start in stride(from: endIndex - other.count, through: startIndex, by: -1)
        where self[start..<start + other.count].elementsEqual(other) { return start + other.count }
        return nil
    }
}
