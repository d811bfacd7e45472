/// A text with `${NAME}` and `${NAME:-default}` in it, and the format that decides how a value is quoted.
package struct Template: Sendable, Equatable {
    /// What a value must be quoted for.
    package enum Format: Sendable {
        /// YAML: a value becomes a double-quoted scalar where it stands alone, and must be plain inside other text.
        case yaml
        /// A `.env` or `NAME=value` file: a value must be plain.
        case environment
    }

    /// A value for a name.
    package enum Value: Sendable, Equatable {
        /// Text, quoted for the place that it goes to.
        case text(String)
        /// Finished text of the template's own format, several lines of it indented like the first.
        case verbatim(String)
    }

    /// Where the text comes from, for messages.
    package let name: String
    package let text: String
    package let format: Format
    private let lines: [TemplateLine]

    package init(name: String, text: String, format: Format) {
        self.name = name
        self.text = text.replacing("\r\n", with: "\n")
        self.format = format
        lines = TemplateLine.lines(of: self.text)
    }

    /// The defaults that the text names, by name.
    package var defaults: [String: String] {
        var found: [String: String] = [:]
        for case .reference(let name, let fallback?) in lines.flatMap({ $0.pieces ?? [] }) { found[name] = fallback }
        return found
    }

    /// The variables that a `.env` of this text sets.
    package var variables: Set<String> {
        Set(
            text.split { $0.isNewline }.map(\.trimmed).filter { !$0.hasPrefix("#") && $0.contains("=") }
                .map { String($0.prefix { $0 != "=" }) })
    }

    /// Whether the text names that variable.
    func names(_ variable: String) -> Bool {
        lines.flatMap { $0.pieces ?? [] }.contains {
            if case .reference(variable, _) = $0 { true } else { false }
        }
    }

    /// The text with every name replaced.
    ///
    /// Throws `Failure.badInput`, with template and line, for a name that has neither value nor default, and for a
    /// value that the format cannot carry.
    package func rendered(_ values: [String: Value]) throws -> String {
        try lines.map { try rendered($0, values) }.joined(separator: "\n")
    }

    /// Throws `Failure.badInput`, with template and line, where a reference is not closed, or has neither a default nor
    /// a name among the known.
    func check(_ known: Set<String>) throws {
        for line in lines {
            guard let pieces = line.pieces else { throw unclosed(line.number) }
            for case .reference(let reference, nil) in pieces where !known.contains(reference) {
                throw unknown(reference, line.number, known)
            }
        }
    }

    private func unclosed(_ number: Int) -> Failure {
        Failure(.badInput, "\(name), line \(number): a ${ without its }")
    }

    private func unknown(_ reference: String, _ number: Int, _ known: some Sequence<String>) -> Failure {
        Failure(
            .badInput, "\(name), line \(number): unknown variable ${\(reference)}",
            hint: "known variables: \(known.sorted().joined(separator: ", "))")
    }

    private func rendered(_ line: TemplateLine, _ values: [String: Value]) throws -> String {
        guard let pieces = line.pieces else { throw unclosed(line.number) }
        var result = ""
        for (position, piece) in pieces.enumerated() {
            switch piece {
            case .literal(let text): result += text
            case .reference(let reference, let fallback):
                guard let value = values[reference] ?? fallback.map(Value.text) else {
                    throw unknown(reference, line.number, values.keys)
                }
                let alone = position == pieces.count - 1 && (result.hasSuffix(": ") || result.hasSuffix("- "))
                result += try written(value, indent: line.indent, alone: alone, reference, line.number)
            }
        }
        return result
    }

    private func written(
        _ value: Value, indent: String, alone: Bool, _ reference: String, _ number: Int
    ) throws -> String {
        switch value {
        case .verbatim(let text): return text.split(separator: "\n").joined(separator: "\n" + indent)
        case .text(let text) where format == .yaml && alone: return Self.quotedForYAML(text)
        case .text(let text):
            guard
                Self.isPlain(text)
                    || (format == .yaml && text.first == "<" && text.last == ">")
                    || (format == .environment && text.first == "<" && text.last == ">")
            else {
                throw Failure(
                    .badInput,
                    "\(name), line \(number): the value of \(reference) is not allowed there: \(Shell.quoted(text.clipped))"
                )
            }
            return text
        }
    }

    /// Whether the text means itself wherever it stands: no quotes, nothing that a shell or YAML reads, no white space,
    /// nothing that melts into the character before it.
    private static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            if scalar.value >= 160 { return !scalar.properties.isWhitespace && !scalar.properties.isGraphemeExtend }
            return 33...126 ~= scalar.value && !"\"'`$\\#{}[]()&*!|<>%@;".unicodeScalars.contains(scalar)
        }
    }

    /// A YAML double-quoted scalar, which is a JSON string too.
    static func quotedForYAML(_ text: String) -> String { (try? JSONText.yaml(text))?.trimmed ?? "" }
}
