import Provisioning

/// One thing that was looked at.
struct Checkup: Encodable, Equatable, Sendable {
    /// How it stands.
    enum Level: String, Encodable, Sendable {
        case ok
        /// Something does not work that may not be needed.
        case warning
        /// No cluster can be made before it is put right.
        case problem
    }

    var topic: String
    var level: Level
    var message: String
    var hint: String?

    init(_ topic: String, _ level: Level, _ message: String, _ hint: String? = nil) {
        self.topic = topic
        self.level = level
        self.message = message
        self.hint = hint
    }
}

/// What the doctor found, as data; `version` is raised when the form changes so that a reader would notice.
struct DoctorReport: Encodable, Equatable, Sendable {
    var version = 1
    /// The providers that work here.
    var providers: [String]
    var findings: [Checkup]

    /// The status of the process: 3 where something needed is missing.
    var exitStatus: Int32 { findings.contains { $0.level == .problem } ? 3 : 0 }

    /// One line for each, and one more with a hint.
    var text: String {
        findings.map { finding in
            let line = "\(Self.mark(finding.level)) \(finding.topic): \(finding.message)\n"
            return line + (finding.hint.map { "    hint: \($0)\n" } ?? "")
        }.joined()
    }

    /// The sum of it in a sentence.
    var sentence: String {
        func counted(_ level: Checkup.Level) -> String? {
            let count = findings.count { $0.level == level }
            return count == 0 ? nil : "\(count) \(level.rawValue)\(count == 1 ? "" : "s")"
        }
        let counts = [counted(.problem), counted(.warning)].compactMap { $0 }
        let works =
            switch providers.count {
            case 0: "no provider works here"
            case 1: "\(providers[0]) works here"
            default: "\(providers.joined(separator: " and ")) work here"
            }
        return ([works] + counts).joined(separator: ", ")
    }

    private static func mark(_ level: Checkup.Level) -> String {
        switch level {
        case .ok: "✓"
        case .warning: "!"
        case .problem: "✗"
        }
    }
}
