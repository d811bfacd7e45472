import Provisioning

/// A dry run as data.
struct ReviewJSON: Encodable {
    struct Step: Encodable {
        var code: String
        var title: String
        var member: String?
        var done: Bool
        var actions: [Action]
    }

    struct Action: Encodable {
        var kind: String
        var effect: String?
        var host: [String]?
        var argv: [String]?
        var environment: [String: String]?
        var stdin: String?
        var limitSeconds: Double?
        var path: String?
        var mode: String?
        var text: String?
    }

    var schemaVersion = JSONForm.version
    var command: String
    var cluster: String
    var notes: [String]
    /// What becomes of each object, where the plan is about a unit.
    var changes: [ChangeListing.Item]?
    var steps: [Step]

    init(_ review: PlanReview, command: String, cluster: String, redactor: Redactor) {
        self.command = command
        self.cluster = cluster
        notes = review.notes
        steps = review.items.map { item in
            Step(
                code: item.code, title: item.title, member: item.member?.text, done: item.isDone,
                actions: item.actions.map { Self.action($0, redactor) })
        }
    }

    private static func action(_ action: RecordedAction, _ redactor: Redactor) -> Action {
        switch action {
        case .command(let command):
            Action(
                kind: "command", effect: command.effect.rawValue, host: command.host,
                argv: ([command.program] + command.arguments).map(redactor.redact),
                environment: command.environment.isEmpty ? nil : command.environment.mapValues(redactor.redact),
                stdin: (command.shownInput?.text ?? command.input).map(redactor.redact),
                limitSeconds: command.limit.seconds)
        case .write(let path, let mode, let text):
            Action(kind: "write", path: path, mode: String(mode, radix: 8), text: redactor.redact(text))
        case .makeFolder(let path, let mode): Action(kind: "makeFolder", path: path, mode: String(mode, radix: 8))
        case .remove(let path): Action(kind: "remove", path: path)
        case .removeEmptyFolder(let path): Action(kind: "removeEmptyFolder", path: path)
        }
    }
}
