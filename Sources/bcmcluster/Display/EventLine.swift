import Provisioning

/// One of the engine's events, as a line and as data.
struct EventLine: Encodable {
    var schemaVersion = JSONForm.version
    /// `lifecycle`, `operation` or `logging`.
    var type: String
    var time: String
    var member: String?
    var project: String?
    /// What was done, or what an operation does.
    var action: String?
    /// What it is about, as paths in the engine's API.
    var subjects: [String]?
    /// Of an operation.
    var id: String?
    var status: String?
    /// Of a log's line.
    var level: String?
    /// A log's line, or why an operation has failed.
    var message: String?
    /// Who asked for it.
    var client: String?

    init(_ event: EngineEvent) {
        type = event.kind.rawValue
        (time, member, project, client) = (event.time, event.member, event.project, event.client)
        switch event.kind {
        case .lifecycle: (action, subjects) = (event.action, event.subjects)
        case .operation:
            (action, subjects, id, message) = (event.action, event.subjects, event.identifier, event.error)
            status = event.state.map(StateWord.operation)
        case .logging: (message, level) = (event.action, event.state)
        }
    }

    /// As the user reads it.
    var text: String {
        // A client is known by its certificate's fingerprint, of which the beginning will do.
        let who = client.map { "by \($0.utf8.count == 64 ? String($0.prefix(12)) : $0)" }
        let place = project.flatMap { $0 == "default" ? nil : "in project \($0)" }
        let what = [action, status, level].compactMap { $0 } + (subjects ?? [])
        let parts = what + [message, place, who].compactMap { $0 }
        return "\(time)  \(member ?? "-")  \(type)  \(parts.joined(separator: "  "))".onOneLine
    }
}
