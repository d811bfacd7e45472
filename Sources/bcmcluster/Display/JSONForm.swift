import Provisioning

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The form of all JSON output.
enum JSONForm {
    /// Raised when a reader would have to change.
    static let version = 2
}

/// A moment, in RFC 3339 and UTC.
struct Timestamp: Encodable, Equatable, Sendable {
    /// Seconds since 1970.
    var seconds: Int

    init(_ seconds: Int) { self.seconds = seconds }

    var text: String { RFC3339.text(seconds) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// A failure, wherever it stands in JSON output.
struct ErrorDetails: Encodable {
    var code: String
    var message: String
    var command: String?
    var output: String?
    var hint: String?

    init(_ failure: Failure) {
        code = failure.code.rawValue
        message = failure.message
        command = failure.command
        output = failure.output
        hint = failure.hint
    }
}

/// What went wrong before there was anything else to print, or behind a run's events.
struct ErrorJSON: Encodable {
    var schemaVersion = JSONForm.version
    var type = "error"
    var time: Timestamp
    var exitCode: Int32
    var error: ErrorDetails

    init(_ failure: Failure, exitStatus: Int32, now: Int) {
        time = Timestamp(now)
        exitCode = exitStatus
        error = ErrorDetails(failure)
    }
}

/// A step.
struct StepJSON: Encodable, Equatable {
    /// Which kind of step it is; it stays when the title changes.
    var code: String
    var title: String
    var member: String?

    init(_ entry: PlanOutline.Entry) {
        code = entry.code
        title = entry.title
        member = entry.member?.text
    }
}

/// The words for states, of which other programs have their own.
enum StateWord {
    /// What a machine does; what a provider says in another word is `unknown`.
    static func machine(_ label: String) -> String {
        one(
            of: [
                "running", "stopped", "starting", "restarting", "suspending", "suspended", "delayedShutdown", "deleted",
                "missing", "unreachable",
            ], label)
    }

    /// What the engine's daemon does.
    static func daemon(_ label: String) -> String {
        one(
            of: ["online", "offline", "evacuated", "blocked", "failing", "noAnswer", "hanging", "dead", "off"], label)
    }

    /// What a member does, as its cluster says, or its machine, where that does not run.
    static func member(_ label: String) -> String {
        let word = daemon(label)
        return word == "unknown" ? machine(label) : word
    }

    /// How an operation of the engine's stands.
    static func operation(_ label: String) -> String {
        one(of: ["pending", "running", "cancelling", "success", "failure", "cancelled"], label)
    }

    /// What an instance does.
    static func instance(_ label: String) -> String {
        one(
            of: ["running", "ready", "stopped", "paused", "starting", "stopping", "pausing", "error", "unreachable"],
            label)
    }

    /// The label as one word, `Delayed Shutdown` as `delayedShutdown`, if it is one of those.
    private static func one(of words: Set<String>, _ label: String) -> String {
        let parts = label.lowercased().split(separator: " ")
        let word = (parts.first.map(String.init) ?? "") + parts.dropFirst().map { String($0).capitalizedWord }.joined()
        return words.contains(word) ? word : "unknown"
    }
}

extension String {
    fileprivate var capitalizedWord: String { prefix(1).uppercased() + dropFirst() }
}
