import Synchronization

/// Knows every secret of this run and writes a label in its place, wherever text leaves the process.
public final class Redactor: Sendable {
    private let secrets = Mutex<[String: String]>([:])

    /// A redactor that knows nothing yet.
    public init() {}

    /// From now on the value is written as the label; a value of fewer than four characters would hide too much.
    public func conceal(_ value: String, as label: String) {
        guard value.utf8.count >= 4, value != label else { return }
        secrets.withLock { $0[value] = label }
    }

    /// The text, with a label wherever a secret stood.
    public func redact(_ text: String) -> String {
        let known = secrets.withLock { $0 }
        return known.sorted { ($0.key.utf8.count, $0.key) > ($1.key.utf8.count, $1.key) }
            .reduce(text) { $0.replacing($1.key, with: $1.value) }
    }

    /// The failure, with a label wherever a secret stood.
    public func redact(_ failure: Failure) -> Failure {
        var redacted = failure
        redacted.message = redact(failure.message)
        redacted.command = failure.command.map(redact)
        redacted.output = failure.output.map(redact)
        redacted.remedy = failure.remedy.map(redact)
        return redacted
    }
}
