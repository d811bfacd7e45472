/// One line of a template, taken apart once: every member is made from it.
struct TemplateLine: Sendable, Equatable {
    /// What a line consists of.
    enum Piece: Sendable, Equatable {
        case literal(String)
        case reference(String, default: String?)
    }

    let number: Int
    /// The blanks at its beginning.
    let indent: String
    /// Its pieces, those of a comment as they are; `nil` where a reference is not closed.
    let pieces: [Piece]?

    private init(_ line: Substring, _ number: Int) {
        self.number = number
        indent = String(line.prefix { $0 == " " })
        let isComment = line.dropFirst(indent.count).hasPrefix("#")
        pieces = isComment ? [.literal(String(line))] : Self.pieces(of: line)
    }

    /// The lines of a text.
    static func lines(of text: String) -> [TemplateLine] {
        zip(1..., text.split(separator: "\n", omittingEmptySubsequences: false)).map { TemplateLine($1, $0) }
    }

    private static func pieces(of line: Substring) -> [Piece]? {
        var pieces: [Piece] = []
        var rest = line
        while let start = rest.firstRange(of: "${") {
            pieces.append(.literal(String(rest[..<start.lowerBound])))
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}") else { return nil }
            let inside = rest[..<end]
            if let separator = inside.firstRange(of: ":-") {
                let fallback = String(inside[separator.upperBound...])
                pieces.append(.reference(String(inside[..<separator.lowerBound]), default: fallback))
            } else {
                pieces.append(.reference(String(inside), default: nil))
            }
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { pieces.append(.literal(String(rest))) }
        return pieces
    }
}
