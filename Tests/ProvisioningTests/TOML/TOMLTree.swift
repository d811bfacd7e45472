@testable import Provisioning

/// A document without its positions, to be compared and generated.
indirect enum TOMLTree {
    case string(String)
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    case dateTime(String)
    case array([TOMLTree])
    case table([(key: String, tree: TOMLTree)])

    init(_ value: TOMLValue) {
        switch value.content {
        case .string(let text): self = .string(text)
        case .integer(let number): self = .integer(number)
        case .float(let number): self = .float(number)
        case .boolean(let flag): self = .boolean(flag)
        case .dateTime(let value): self = .dateTime(value.text)
        case .array(let items): self = .array(items.map(TOMLTree.init))
        case .table(let table): self = TOMLTree(table)
        }
    }

    init(_ table: TOMLTable) { self = .table(table.entries.map { ($0.key.text, TOMLTree($0.value)) }) }

    /// All of it in one line of ASCII, keys sorted: `{a: 1, b: ["x"]}`.
    var shown: String {
        switch self {
        case .string(let text): Self.quoted(text)
        case .integer(let number): String(number)
        case .float(let number): number.isNaN ? "nan" : "\(number)"
        case .boolean(let flag): String(flag)
        case .dateTime(let text): text
        case .array(let items): "[\(items.map(\.shown).joined(separator: ", "))]"
        case .table(let entries):
            "{\(entries.map { "\(Self.key($0.key)): \($0.tree.shown)" }.sorted().joined(separator: ", "))}"
        }
    }

    private static func key(_ text: String) -> String {
        !text.isEmpty && text.unicodeScalars.allSatisfy(TOMLScanner.isBare) ? text : quoted(text)
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.unicodeScalars.map { $0 == "'" ? "'" : $0.escaped(asASCII: true) }.joined() + "\""
    }
}

/// What a document says, or line and column at which it is refused.
func tomlReading(_ text: String) -> String {
    do { return TOMLTree(try TOMLDocument(parsing: text).root).shown } catch { return "\(error.line):\(error.column)" }
}

/// What the sole key `a` of a document has as its value, or the column at which the value is refused, from 1.
func tomlValue(_ value: String) -> String {
    do {
        let tree = TOMLTree(try TOMLDocument(parsing: "a=\(value)").root).shown
        return String(tree.dropFirst("{a: ".count).dropLast())
    } catch {
        return error.line == 1 ? "column \(error.column - 2)" : "\(error.line):\(error.column)"
    }
}
