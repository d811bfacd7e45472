/// User-data on its way through multipass, which parses it and prints it again: as much of YAML as the tests need.
enum UserData {
    /// What multipass makes of the text; throws its complaint.
    static func reprinted(_ text: String) throws -> String {
        let parts = parts(of: text)
        let plain = parts.map { part in
            switch part {
            case .line(let line): line
            case .block(let key, _): key
            }
        }.joined(separator: "\n")
        try checkFlow(plain)
        try checkMapping(plain)
        return parts.map { part in
            switch part {
            case .line(let line):
                let line = withoutComment(line).trimmedEnd
                return line.isEmpty ? "" : unquoted(line) + "\n"
            case .block(let key, let content): return "\(key) \(doubleQuoted(content))\n"
            }
        }.joined()
    }

    private enum Part {
        case line(String)
        /// A literal block scalar: the key with its colon, and the text.
        case block(String, String)
    }

    /// The lines, those of a literal block scalar (`key: |`) in one part.
    private static func parts(of text: String) -> [Part] {
        var parts: [Part] = []
        var rest = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
        while let line = rest.popFirst() {
            guard line.hasSuffix(": |"), !line.drop(while: { $0 == " " }).hasPrefix("#") else {
                parts.append(.line(line))
                continue
            }
            let key = line.dropLast(2)
            let outer = indent(of: key.replacing("- ", with: "  "))
            var content: [String] = []
            while let next = rest.first, next.trimmedEnd.isEmpty || indent(of: next) > outer {
                content.append(next)
                rest.removeFirst()
            }
            let inner = content.first { !$0.trimmedEnd.isEmpty }.map { indent(of: $0) } ?? 0
            while content.last?.trimmedEnd.isEmpty == true { content.removeLast() }
            parts.append(.block(String(key), content.map { $0.dropFirst(inner) + "\n" }.joined()))
        }
        return parts
    }

    private static func indent(of line: some StringProtocol) -> Int { line.prefix { $0 == " " }.count }

    /// As yaml-cpp prints text of several lines.
    private static func doubleQuoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n"))\""
    }

    /// A flow sequence that is never closed is found by the client.
    private static func checkFlow(_ text: String) throws {
        var open = 0
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { withoutComment(String($0)) }
        for line in lines {
            for part in pieces(of: line) where !part.isQuoted {
                open += part.text.reduce(0) { $0 + ($1 == "[" ? 1 : $1 == "]" ? -1 : 0) }
            }
        }
        guard open > 0 else { return }
        let place = "line \(lines.count), column \((lines.last?.count ?? 0) + 1)"
        throw Refusal(
            code: 1,
            message:
                "Could not load cloud-init configuration: yaml-cpp: error at \(place): end of sequence flow not found")
    }

    /// The daemon looks for `users` in it, which a scalar does not have.
    private static func checkMapping(_ text: String) throws {
        let first = text.split(separator: "\n").first { !$0.hasPrefix("#") && !$0.trimmedEnd.isEmpty && $0 != "---" }
        guard let first, !first.hasPrefix("{") else { return }
        let plain = pieces(of: withoutComment(String(first))).filter { !$0.isQuoted }.map(\.text).joined()
        if plain.trimmedEnd.hasSuffix(":") || plain.contains(": ") { return }
        throw Refusal.failed(
            "launch", "yaml-cpp: error at line 1, column 1: operator[] call on a scalar (key: \"users\")")
    }

    private struct Piece {
        var text: String
        var isQuoted: Bool
    }

    /// The line's parts inside and outside of quotes; the quotes themselves are in neither.
    private static func pieces(of line: String) -> [Piece] {
        var pieces = [Piece(text: "", isQuoted: false)]
        var quote: Character?
        for character in line {
            let mayOpen = pieces[pieces.count - 1].text.last.map { " [,{".contains($0) } ?? true
            if let open = quote, character == open {
                quote = nil
                pieces.append(Piece(text: "", isQuoted: false))
            } else if quote == nil, mayOpen, character == "\"" || character == "'" {
                quote = character
                pieces.append(Piece(text: "", isQuoted: true))
            } else {
                pieces[pieces.count - 1].text.append(character)
            }
        }
        return pieces
    }

    /// The line up to a comment.
    private static func withoutComment(_ line: String) -> String {
        var kept = ""
        for piece in pieces(of: line) {
            if piece.isQuoted {
                kept += "\"\(piece.text)\""
            } else if piece.text.hasPrefix("#") && kept.isEmpty {
                return ""
            } else if let cut = piece.text.firstRange(of: " #") {
                return kept + piece.text[..<cut.lowerBound]
            } else {
                kept += piece.text
            }
        }
        return kept
    }

    /// Quotes stay only where YAML cannot do without: that is how `"yes"` becomes a boolean.
    private static func unquoted(_ line: String) -> String {
        pieces(of: line).map { piece in
            let isPlain = !piece.text.isEmpty && piece.text.allSatisfy { !"[]{},:#&*!|>'\"%@`\\".contains($0) }
            return piece.isQuoted && !isPlain ? "\"\(piece.text)\"" : piece.text
        }.joined()
    }
}

extension StringProtocol {
    /// The text without white space at its end.
    var trimmedEnd: String {
        var rest = self[...]
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }
}
