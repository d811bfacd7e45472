/// Reads a TOML document: lines with headers and keys, and what they say together.
struct TOMLParser {
    /// How many keys and brackets may stand around a value; more are refused before the stack overflows.
    static let deepest = 128

    var scanner: TOMLScanner
    /// How many keys and brackets stand around what is read.
    var depth = 0
    private let root = TOMLTableNode(.header, TOMLPosition(line: 1, column: 1))
    private var section: TOMLTableNode

    init(_ text: String) {
        scanner = TOMLScanner(text)
        section = root
    }

    /// Reads the whole document.
    mutating func document() throws(TOMLError) -> TOMLTable {
        scanner.skipByteOrderMark()
        while scanner.next != nil {
            try line()
            try scanner.endLine()
        }
        return root.table(.root)
    }

    /// Reads what stands on a line before its comment.
    private mutating func line() throws(TOMLError) {
        scanner.skipBlanks()
        switch scanner.next {
        case nil, "\n", "\r", "#": return
        case "[": try header()
        default: try keyValue(into: section)
        }
    }

    /// Reads the header of a table or of one more table in an array.
    private mutating func header() throws(TOMLError) {
        let start = scanner.position
        let isArray = scanner.take("[[")
        if !isArray { scanner.advance() }
        depth = 0
        let keys = try keys()
        guard scanner.take(isArray ? "]]" : "]") else { throw scanner.expected(isArray ? "'.' or ']]'" : "'.' or ']'") }
        section = try root.section(keys, at: start, isArray: isArray)
        depth = section.depth
        guard depth <= Self.deepest else { throw tooDeep(start) }
    }
}

extension TOMLParser {
    /// Reads a key, its value, and puts them into the table.
    mutating func keyValue(into table: TOMLTableNode) throws(TOMLError) {
        let keys = try keys()
        guard scanner.take("=") else { throw scanner.expected("'.' or '=' after the key") }
        scanner.skipBlanks()
        let home = try table.home(of: keys)
        depth += keys.count
        home.table.set(home.key, try value())
        depth -= keys.count
    }

    /// Reads a key, dotted or not, with the blanks around it.
    private mutating func keys() throws(TOMLError) -> [TOMLKey] {
        var keys: [TOMLKey] = []
        repeat {
            scanner.skipBlanks()
            try check(depth + keys.count)
            keys.append(try key())
            scanner.skipBlanks()
        } while scanner.take(".")
        return keys
    }

    /// Reads one part of a key.
    private mutating func key() throws(TOMLError) -> TOMLKey {
        let position = scanner.position
        if scanner.next == "\"" || scanner.next == "'" {
            return TOMLKey(text: try scanner.singleLineString(), position: position)
        }
        let start = scanner.offset
        while let next = scanner.next, TOMLScanner.isBare(next) { scanner.advance() }
        guard scanner.offset > start else { throw scanner.expected("a key") }
        return TOMLKey(text: scanner.text(since: start), position: position)
    }

    /// Throws where one key or bracket more would be too many.
    func check(_ depth: Int) throws(TOMLError) {
        guard depth < Self.deepest else { throw tooDeep(scanner.position) }
    }

    private func tooDeep(_ position: TOMLPosition) -> TOMLError {
        TOMLError(position, "more than \(Self.deepest) keys and brackets are nested here")
    }
}
