/// The text of a TOML document and how far it is read, one Unicode scalar after the other.
struct TOMLScanner {
    private let scalars: [Unicode.Scalar]
    private(set) var offset = 0
    private(set) var position = TOMLPosition(line: 1, column: 1)

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    /// What is to be read next; `nil` at the end.
    var next: Unicode.Scalar? { peek(0) }

    /// What stands that many scalars further on.
    func peek(_ distance: Int) -> Unicode.Scalar? {
        offset + distance < scalars.count ? scalars[offset + distance] : nil
    }

    /// Whether the word, which is ASCII, comes next.
    func starts(with word: String) -> Bool {
        var distance = 0
        for scalar in word.unicodeScalars {
            guard peek(distance) == scalar else { return false }
            distance += 1
        }
        return true
    }

    /// What was read since that offset.
    func text(since start: Int) -> String { String(String.UnicodeScalarView(scalars[start..<offset])) }

    /// Skips the mark with which some editors begin a file; it takes up no column.
    mutating func skipByteOrderMark() {
        if offset == 0, next == "\u{feff}" { offset = 1 }
    }

    /// Goes one scalar on.
    mutating func advance() {
        let isLineEnd = next == "\n"
        offset += 1
        position =
            isLineEnd
            ? TOMLPosition(line: position.line + 1, column: 1)
            : TOMLPosition(line: position.line, column: position.column + 1)
    }

    /// Reads the word, if it comes next.
    mutating func take(_ word: String) -> Bool {
        guard starts(with: word) else { return false }
        for _ in word.unicodeScalars { advance() }
        return true
    }
}

extension TOMLScanner {
    /// Whether a line ends here.
    var isAtNewline: Bool { next == "\n" || starts(with: "\r\n") }

    /// Reads a newline, if one comes next.
    mutating func takeNewline() -> Bool { take("\n") || take("\r\n") }

    /// Goes on behind blanks and tabs.
    mutating func skipBlanks() { while next == " " || next == "\t" { advance() } }

    /// Goes on behind a comment, if one comes next.
    mutating func skipComment() throws(TOMLError) {
        guard next == "#" else { return }
        while next != nil, !isAtNewline { _ = try textScalar("a comment") }
    }

    /// Goes on behind blanks, comments and newlines.
    mutating func skipLines() throws(TOMLError) {
        repeat {
            skipBlanks()
            try skipComment()
        } while takeNewline()
    }

    /// Goes on to the next line, or to the end.
    mutating func endLine() throws(TOMLError) {
        skipBlanks()
        try skipComment()
        guard next == nil || takeNewline() else { throw expected("the line's end") }
    }

    /// Reads a scalar that may stand in text as it is.
    mutating func textScalar(_ what: String) throws(TOMLError) -> Unicode.Scalar {
        guard let scalar = next, scalar == "\t" || scalar.value >= 0x20, scalar != "\u{7f}" else {
            throw error("\(shownNext) is not allowed in \(what)")
        }
        advance()
        return scalar
    }
}
