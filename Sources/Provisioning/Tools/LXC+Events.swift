import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What an engine tells of what happens in it.
package struct EngineEvent: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Something was created, started, changed or deleted.
        case lifecycle
        /// An operation began, went on or ended.
        case operation
        /// A line of a daemon's log, from `info` on.
        case logging
    }

    package var kind: Kind
    /// When it happened, in RFC 3339 and UTC, to the millisecond.
    package var time: String
    /// The member on which it happened; `nil` where the engine does not say.
    package var member: String?
    package var project: String?
    /// What was done, such as `instance-started`, or the operation's description, or the log's line.
    package var action: String
    /// The paths in the API of what it is about, without `/1.0/`.
    package var subjects: [String] = []
    /// Of an operation: its identifier.
    package var identifier: String?
    /// Of an operation: `running`, `success`, `failure` and so on; of a log's line its level.
    package var state: String?
    /// Of an operation: why it has failed.
    package var error: String?
    /// Who asked for it, as the engine names clients.
    package var client: String?

    /// Reads a line of `monitor --format=json`; `nil` where it is none.
    ///
    /// Of the metadata only what is known is taken: that of operations has tokens in it.
    package init?(_ line: String) {
        guard let raw = try? JSONDecoder().decode(Raw.self, from: Data(line.utf8)), let kind = Kind(rawValue: raw.type),
            let time = Self.utc(raw.timestamp)
        else { return nil }
        self.kind = kind
        self.time = time
        member = raw.location.flatMap { ["", "none"].contains($0) ? nil : $0 }
        project = raw.project.flatMap { $0.isEmpty ? nil : $0 }
        let metadata = raw.metadata
        switch kind {
        case .lifecycle:
            action = metadata.action ?? ""
            subjects = [metadata.source].compactMap { $0 }.map(Self.subject)
            client = (metadata.requestor?.username).flatMap { $0.isEmpty ? nil : $0 }
        case .operation:
            action = metadata.description ?? ""
            let all = Set((metadata.resources ?? [:]).values.flatMap { $0 ?? [] }.map(Self.subject))
            // The same instance stands there under the name that its kind had once, too.
            subjects = all.filter { !$0.hasPrefix("containers/") || !all.contains("instances/\($0.dropFirst(11))") }
                .sorted()
            identifier = metadata.id
            state = metadata.status?.lowercased()
            error = metadata.err.flatMap { $0.isEmpty ? nil : $0 }
        case .logging:
            // These have in them what clients send, secrets too.
            if ["debug", "trace"].contains(metadata.level) { return nil }
            action = metadata.message ?? ""
            state = metadata.level
        }
    }

    private struct Raw: Decodable {
        struct Metadata: Decodable {
            struct Requestor: Decodable { var username: String? }
            var action, source, description, id, status, err, level, message: String?
            var resources: [String: [String]?]?
            var requestor: Requestor?
        }

        var type: String
        var timestamp: String
        var location, project: String?
        var metadata: Metadata
    }

    /// `instances/web-1` of `/1.0/instances/web-1?project=default`.
    private static func subject(_ path: String) -> String {
        let place = path.prefix { $0 != "?" }
        return String(place.hasPrefix("/1.0/") ? place.dropFirst(5) : place)
    }

    /// Go writes up to nine digits behind the second, and the daemon's own time zone.
    private static func utc(_ text: String) -> String? {
        guard let date = RFC3339.date(text) else { return nil }
        let digits = text.firstMatch(of: /\.([0-9]{1,3})/).map { String($0.output.1) } ?? ""
        let milliseconds = digits + String(repeating: "0", count: 3 - digits.utf8.count)
        return RFC3339.text(date).replacing("Z", with: ".\(milliseconds)Z")
    }
}

extension LXC {
    /// Follows what happens on all members and in all projects, until the program ends or the task is cancelled.
    func followEvents(
        _ kinds: [EngineEvent.Kind], limit: Duration, _ tell: @escaping @Sendable (EngineEvent) -> Void
    ) async throws -> CommandResult {
        let words = ["monitor", "--all-projects", "--format=json"] + kinds.map { "--type=\($0.rawValue)" }
        var command = command(words, project: nil, limit: limit)
        command.output = .secret
        let states = Mutex<[String: String]>([:])
        return try await runner.stream(command) { line in
            guard let event = EngineEvent(line) else { return }
            // An operation tells of its progress again and again.
            let isNews = states.withLock { states in
                guard let identifier = event.identifier else { return true }
                // Of one that has ended nothing is kept.
                let isOpen = ["pending", "running", "cancelling"].contains(event.state)
                defer { states[identifier] = isOpen ? event.state : nil }
                return states[identifier] != event.state
            }
            if isNews { tell(event) }
        }
    }
}
