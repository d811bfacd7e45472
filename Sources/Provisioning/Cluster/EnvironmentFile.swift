/// A `.env` file: `NAME=value` lines, read and never run.
package struct EnvironmentFile: Sendable, Equatable {
    package let values: [String: String]

    /// A file with those values.
    package init(values: [String: String] = [:]) { self.values = values }

    /// Reads the text; a malformed line is a `Failure.badInput` that names the file and the line.
    ///
    /// Blank lines and `#` comments are passed over, `export` before a name is allowed, and a value may stand in single
    /// or double quotes. Nothing is expanded.
    package init(_ text: String, path: String) throws {
        var values: [String: String] = [:]
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (number, line) in zip(1..., lines) {
            let line = line.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            let entry = line.hasPrefix("export ") ? line.dropFirst(7).trimmed : line
            guard let equals = entry.firstIndex(of: "="), let name = Self.name(entry[..<equals]),
                let value = Self.value(entry[entry.index(after: equals)...].trimmed)
            else {
                throw Failure(
                    .badInput, "\(path), line \(number), is not NAME=value", hint: "fix that line, or remove it")
            }
            values[name] = value
        }
        self.values = values
    }

    private static func name(_ text: Substring) -> String? {
        guard let first = text.utf8.first, !(48...57 ~= first),
            text.utf8.allSatisfy({ $0 == 95 || 48...57 ~= $0 || 65...90 ~= $0 || 97...122 ~= $0 })
        else { return nil }
        return String(text)
    }

    private static func value(_ text: String) -> String? {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            return text.contains { "\"'`$\\ \t".contains($0) } ? nil : text
        }
        guard text.count >= 2, text.last == quote else { return nil }
        let inner = text.dropFirst().dropLast()
        return inner.contains(quote) ? nil : String(inner)
    }
}
