extension TOMLScanner {
    /// Reads a string of any of the four kinds.
    mutating func string() throws(TOMLError) -> String {
        let start = position
        if take("\"\"\"") { return try multiLineString("\"", start) }
        if take("'''") { return try multiLineString("'", start) }
        return try singleLineString()
    }

    /// Reads a basic or a literal string.
    mutating func singleLineString() throws(TOMLError) -> String {
        let start = position
        let quote = next
        var text = String.UnicodeScalarView()
        advance()
        while next != quote {
            if next == nil || isAtNewline { throw TOMLError(start, "the string is not closed on its line") }
            text.append(next == "\\" && quote == "\"" ? try escape() : try textScalar("a string"))
        }
        advance()
        return String(text)
    }

    /// Reads the rest of a multi-line string, behind the three quotation marks.
    private mutating func multiLineString(
        _ quote: Unicode.Scalar, _ start: TOMLPosition
    ) throws(TOMLError) -> String {
        var text = String.UnicodeScalarView()
        _ = takeNewline()
        while next != nil {
            if next == quote {
                let count = takeQuotes(quote)
                text.append(contentsOf: repeatElement(quote, count: count < 3 ? count : count - 3))
                if count >= 3 { return String(text) }
            } else if takeNewline() {
                text.append("\n")
            } else if next == "\\", quote == "\"" {
                if !takeLineContinuation() { text.append(try escape()) }
            } else {
                text.append(try textScalar("a string"))
            }
        }
        throw TOMLError(start, "the string is not closed")
    }

    /// Reads quotation marks, of which two may stand before the three that close a string.
    private mutating func takeQuotes(_ quote: Unicode.Scalar) -> Int {
        var count = 0
        while next == quote, count < 5 {
            advance()
            count += 1
        }
        return count
    }

    /// Reads a backslash at a line's end with all white space behind it, if there is one.
    private mutating func takeLineContinuation() -> Bool {
        var ahead = self
        ahead.advance()
        ahead.skipBlanks()
        guard ahead.takeNewline() else { return false }
        repeat { ahead.skipBlanks() } while ahead.takeNewline()
        self = ahead
        return true
    }
}

extension TOMLScanner {
    /// Reads what a backslash stands for.
    private mutating func escape() throws(TOMLError) -> Unicode.Scalar {
        let start = position
        advance()
        let letter = next
        guard let letter, "btnfr\"\\uU".unicodeScalars.contains(letter) else {
            throw TOMLError(
                start, "a backslash is not allowed before \(shownNext) in a string",
                hint: "write \\\\ for a backslash, or put the text into single quotation marks")
        }
        advance()
        switch letter {
        case "b": return "\u{8}"
        case "t": return "\t"
        case "n": return "\n"
        case "f": return "\u{c}"
        case "r": return "\r"
        case "u": return try unicodeEscape(4, start)
        case "U": return try unicodeEscape(8, start)
        default: return letter
        }
    }

    /// Reads the digits of a Unicode scalar.
    private mutating func unicodeEscape(_ count: Int, _ start: TOMLPosition) throws(TOMLError) -> Unicode.Scalar {
        var number: UInt32 = 0
        for _ in 0..<count {
            guard let digit = next.flatMap(Self.digit) else {
                throw expected("a hexadecimal digit, of which \\\(count == 4 ? "u" : "U") needs \(count)")
            }
            number = number << 4 | UInt32(digit)
            advance()
        }
        guard let scalar = Unicode.Scalar(number) else {
            throw TOMLError(start, "U+\(String(number, radix: 16, uppercase: true)) is not a Unicode scalar value")
        }
        return scalar
    }

    /// The value of a hexadecimal digit.
    static func digit(_ scalar: Unicode.Scalar) -> Int? {
        switch scalar {
        case "0"..."9": Int(scalar.value) - 0x30
        case "a"..."f": Int(scalar.value) - 0x61 + 10
        case "A"..."F": Int(scalar.value) - 0x41 + 10
        default: nil
        }
    }
}
