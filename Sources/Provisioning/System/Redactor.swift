import Synchronization

/// Knows every secret of this run and writes a label in its place, wherever text leaves the process.
package final class Redactor: Sendable {
    private let secrets = Mutex<[String: String]>([:])

    /// A redactor that knows nothing yet.
    package init() {}

    /// From now on the value is written as the label, the first that it is given; a value of fewer than four characters
    /// would hide too much.
    package func conceal(_ value: String, as label: String) {
        guard value.utf8.count >= 4, value != label else { return }
        secrets.withLock { if $0[value] == nil { $0[value] = label } }
    }

    /// The text, with a label wherever a secret stood; where two begin at the same place, the longer one counts.
    ///
    /// One pass whatever the number of secrets: logs of many members are long, and each member has secrets of its own.
    package func redact(_ text: String) -> String {
        let known = secrets.withLock { $0 }
        if known.isEmpty { return text }
        var byStart: [UInt32: [(secret: [UInt8], label: String)]] = [:]
        for (secret, label) in known.sorted(by: { $0.key.utf8.count > $1.key.utf8.count }) {
            let bytes = Array(secret.utf8)
            byStart[Self.start(bytes, 0), default: []].append((bytes, label))
        }
        let bytes = Array(text.utf8)
        var redacted: [UInt8] = []
        var place = 0
        while place < bytes.count {
            let found =
                place + 4 > bytes.count
                ? nil : byStart[Self.start(bytes, place)]?.first { bytes[place...].starts(with: $0.secret) }
            if let found {
                redacted += Array(found.label.utf8)
                place += found.secret.count
            } else {
                redacted.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: redacted, as: UTF8.self)
    }

    /// The four bytes at a place, as a number.
    private static func start(_ bytes: [UInt8], _ place: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[place + $1]) }
    }

    /// The failure, with a label wherever a secret stood.
    package func redact(_ failure: Failure) -> Failure {
        var redacted = failure
        redacted.message = redact(failure.message)
        redacted.command = failure.command.map(redact)
        redacted.output = failure.output.map(redact)
        redacted.hint = failure.hint.map(redact)
        redacted.log?.lines = failure.log?.lines.map(redact) ?? []
        return redacted
    }
}
