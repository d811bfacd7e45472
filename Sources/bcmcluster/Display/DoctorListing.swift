import Provisioning

/// What the doctor found, as data.
struct DoctorListing: Encodable, Equatable, Sendable {
    var schemaVersion = JSONForm.version
    /// The providers that work here.
    var providers: [String]
    var findings: [DoctorCheck]

    init(_ report: DiagnoseMachine.Report) {
        providers = report.providers.map(\.rawValue)
        findings = report.findings
    }

    /// The status of the process: 3 where something needed is missing.
    var exitStatus: Int32 { findings.contains { $0.level == .problem } ? 3 : 0 }

    /// One line for each, and one more with a hint, broken between words where it is wider than that.
    func text(width: Int) -> String {
        findings.flatMap { finding in
            ["\(Self.mark(finding.level)) \(finding.topic): \(finding.message)"]
                + (finding.hint.map { ["    hint: \($0)"] } ?? [])
        }.flatMap { $0.filled(to: width) }.map { $0 + "\n" }.joined()
    }

    /// The sum of it in a sentence.
    var sentence: String {
        func counted(_ level: DoctorCheck.Level) -> String? {
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

    private static func mark(_ level: DoctorCheck.Level) -> String {
        switch level {
        case .ok: "✓"
        case .warning: "!"
        case .problem: "✗"
        }
    }
}
