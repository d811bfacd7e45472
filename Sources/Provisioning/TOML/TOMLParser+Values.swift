extension TOMLParser {
    /// Reads a value of any type.
    mutating func value() throws(TOMLError) -> TOMLNode {
        let start = scanner.position
        switch scanner.next {
        case "[": return TOMLNode(.array(try array(start)), start)
        case "{": return TOMLNode(.table(try inlineTable(start)), start)
        default: return TOMLNode(.scalar(try scalar()), start)
        }
    }

    /// Reads a value that has no other values in it.
    private mutating func scalar() throws(TOMLError) -> TOMLValue.Content {
        if scanner.next == "\"" || scanner.next == "'" { return .string(try scanner.string()) }
        let content = try word()
        try scanner.endWord()
        return content
    }

    /// Reads a value without quotation marks.
    private mutating func word() throws(TOMLError) -> TOMLValue.Content {
        if scanner.take("true") { return .boolean(true) }
        if scanner.take("false") { return .boolean(false) }
        if let dateTime = try scanner.dateTime() { return .dateTime(dateTime) }
        guard scanner.isAtNumber else { throw noValue() }
        return try scanner.number()
    }

    /// What to say where no value begins.
    private func noValue() -> TOMLError {
        let error = scanner.expected("a value")
        guard let next = scanner.next, TOMLScanner.isVisible(next), !"#,]}".unicodeScalars.contains(next) else {
            return error
        }
        return TOMLError(error.position, error.problem, hint: "text needs quotation marks")
    }

    /// Reads an array, which may have newlines and comments in it.
    private mutating func array(_ start: TOMLPosition) throws(TOMLError) -> [TOMLNode] {
        try check(depth)
        depth += 1
        defer { depth -= 1 }
        var items: [TOMLNode] = []
        scanner.advance()
        try scanner.skipLines()
        while !scanner.take("]") {
            items.append(try value())
            try scanner.skipLines()
            guard scanner.take(",") || scanner.next == "]" else {
                throw scanner.expected("',' or ']' in the array that begins on line \(start.line)")
            }
            try scanner.skipLines()
        }
        return items
    }

    /// Reads an inline table, which stands on one line but for the values in it.
    private mutating func inlineTable(_ start: TOMLPosition) throws(TOMLError) -> TOMLTableNode {
        try check(depth)
        depth += 1
        defer { depth -= 1 }
        let table = TOMLTableNode(.inline, start)
        scanner.advance()
        scanner.skipBlanks()
        if scanner.take("}") { return table }
        repeat {
            scanner.skipBlanks()
            if scanner.next == "}" { throw scanner.error("an inline table has no comma before its '}'") }
            try keyValue(into: table)
            scanner.skipBlanks()
        } while scanner.take(",")
        guard scanner.take("}") else { throw unclosed() }
        return table
    }

    private func unclosed() -> TOMLError {
        scanner.isAtNewline
            ? scanner.error("an inline table cannot continue on the next line") : scanner.expected("',' or '}'")
    }
}
