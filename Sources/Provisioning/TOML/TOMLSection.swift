/// The tables that a file of some kind may have, and the keys that each may have.
///
/// What a file has besides is an error with line and column, and says what may have been meant.
protocol TOMLSection: CaseIterable, RawRepresentable<String> {
    /// The keys of the table.
    var keys: Set<String> { get }
    /// Whether there may be several of it: `[[port]]`.
    var isRepeatable: Bool { get }
    /// Keys that may stand outside tables.
    static var rootKeys: Set<String> { get }
}

extension TOMLSection {
    static var rootKeys: Set<String> { [] }

    /// How the table begins.
    var header: String { isRepeatable ? "[[\(rawValue)]]" : "[\(rawValue)]" }

    /// The one table of the kind, with keys that there are.
    func table(of root: TOMLTable) throws -> TOMLTable? {
        let table = try root.advised("write \(header)") { try root.table(rawValue) }
        try table.map { try Self.check($0, keys) }
        return table
    }

    /// The tables of the kind, with keys that there are.
    func tables(of root: TOMLTable) throws -> [TOMLTable] {
        let tables = try root.advised("write \(header)") { try root.arrayOfTables(rawValue) }
        for table in tables { try Self.check(table, keys) }
        return tables
    }

    /// The error that the table is missing; the line is one that it needs.
    func missing(_ root: TOMLTable, _ line: String) -> TOMLError {
        TOMLError(root.position, "the table \(header) is missing", hint: "write \(header), and \(line) below it")
    }

    /// Throws at the first table that there is not, or key outside tables.
    static func checkKeys(of root: TOMLTable) throws { try check(root, Set(allCases.map(\.rawValue)).union(rootKeys)) }

    private static func check(_ table: TOMLTable, _ keys: Set<String>) throws {
        do { try table.allowOnly(keys) } catch {
            let unknown = table.entries.first { !keys.contains($0.key.text) }?.key.text ?? ""
            throw TOMLError(error.position, error.problem, hint: meant(by: unknown, among: keys) ?? error.hint)
        }
    }

    /// What may have been meant by a key: one of those here or, where it is a word of another table, of that.
    private static func meant(by unknown: String, among here: Set<String>) -> String? {
        let word = unknown.lowercased()
        if !here.contains(word), let section = Self(rawValue: word) {
            return "did you mean the table \(section.header)?"
        }
        let keysOfAll = Set(allCases.flatMap(\.keys))
        let isKey = here.contains(word) || keysOfAll.contains(word)
        let near = isKey ? word : Suggestion.nearest(to: word, in: here)
        guard let near = near ?? Suggestion.nearest(to: word, in: keysOfAll) else { return nil }
        if here.contains(near) { return "did you mean \(near)?" }
        let headers = allCases.filter { $0.keys.contains(near) }.map(\.header)
        return "did you mean \(near) in \(headers.joined(separator: " or "))?"
    }
}

extension TOMLTable {
    /// What is read, or its error with a hint.
    func advised<Value>(_ hint: String, _ read: () throws -> Value) throws -> Value {
        do {
            return try read()
        } catch let error as TOMLError {
            throw TOMLError(error.position, error.problem, hint: error.hint ?? hint)
        }
    }

    /// The error that a key is missing; the line is one that could stand there.
    func missing(_ key: String, _ line: String) -> TOMLError {
        let error = missing(key)
        return TOMLError(error.position, error.problem, hint: "add a line such as \(line)")
    }

    /// A whole number of that range; the hint is what to do for none.
    func number(_ key: String, in range: ClosedRange<Int>, none: String? = nil) throws -> Int? {
        guard let number = try integer(key) else { return nil }
        guard range.contains(number) else {
            throw refusal(
                key, "must be from \(range.lowerBound) to \(range.upperBound)", hint: number == 0 ? none : nil)
        }
        return number
    }

    /// One of the words of that kind.
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) throws -> Choice?
    where Choice.RawValue == String {
        guard let text = try string(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue)
            let near = Suggestion.nearest(to: text.lowercased(), in: Set(words)).map { "did you mean \"\($0)\"?" }
            throw refusal(key, "is not one of \(words.map { "\"\($0)\"" }.joined(separator: ", "))", hint: near)
        }
        return choice
    }

    /// The texts of the array under the key; none where the key is not there.
    func strings(_ key: String) throws -> [String]? {
        guard let value = self[key] else { return nil }
        guard case .array(let items) = value.content else {
            throw TOMLError(value.position, "\(path(of: key)) is \(value.content.title), but must be an array")
        }
        return try items.map { item in
            guard case .string(let text) = item.content else {
                throw TOMLError(item.position, "\(path(of: key)) has \(item.content.title), but must have strings")
            }
            return text
        }
    }
}
