@testable import Provisioning

/// Writes a tree as one of the many documents that say the same.
struct TOMLWriter {
    private var dice: TOMLDice
    private var text = ""

    /// The document.
    static func write(_ entries: [(key: String, tree: TOMLTree)], _ dice: TOMLDice) -> String {
        var writer = TOMLWriter(dice: dice)
        writer.section(entries, [])
        return writer.text
    }

    private init(dice: TOMLDice) { self.dice = dice }

    /// Writes the lines of a table, and then the tables in it that get headers of their own.
    private mutating func section(_ entries: [(key: String, tree: TOMLTree)], _ path: [String]) {
        var later: [(path: [String], tree: TOMLTree)] = []
        lines(entries, path, [], &later)
        for (path, tree) in later {
            switch tree {
            case .table(let entries): table(entries, path)
            case .array(let items):
                for case .table(let entries) in items {
                    line("[[\(dotted(path))]]")
                    section(entries, path)
                }
            default: break
            }
        }
    }

    /// Writes a table's header, which may be left out where the tables in it have one.
    private mutating func table(_ entries: [(key: String, tree: TOMLTree)], _ path: [String]) {
        let isImplied = !entries.isEmpty && entries.allSatisfy { if case .table = $0.tree { true } else { false } }
        if isImplied && dice.chance(50) {
            for (key, tree) in entries { if case .table(let entries) = tree { table(entries, path + [key]) } }
        } else {
            line("[\(dotted(path))]")
            section(entries, path)
        }
    }

    /// Writes the lines of a table whose keys begin with a prefix, and keeps what is to get a header for later.
    private mutating func lines(
        _ entries: [(key: String, tree: TOMLTree)], _ path: [String], _ prefix: [String],
        _ later: inout [(path: [String], tree: TOMLTree)]
    ) {
        for (key, tree) in entries {
            switch tree {
            case .table(let entries) where !entries.isEmpty && dice.chance(30):
                lines(entries, path, prefix + [key], &later)
            case .table where dice.chance(60): later.append((path + prefix + [key], tree))
            case .array(let items) where tree.isArrayOfTables && !items.isEmpty && dice.chance(60):
                later.append((path + prefix + [key], tree))
            default: line("\(dotted(prefix + [key]))\(blank())=\(blank())\(value(tree))")
            }
        }
    }

    private mutating func line(_ content: String) {
        let noise = dice.chance(10) ? dice.pick(["# é \" [\n", "\n", " \t\r\n"]) : ""
        text += noise + blank() + content + blank() + dice.pick(["\n", "\n", "\r\n", "# a = 1\n"])
    }

    private mutating func blank() -> String { dice.pick(["", " ", " ", "\t"]) }

    private mutating func dotted(_ keys: [String]) -> String {
        keys.map { key in dice.chance(70) && isBare(key) ? key : singleLine(key) }.joined(
            separator: dice.pick([".", ".", " . "]))
    }

    private func isBare(_ key: String) -> Bool { !key.isEmpty && key.unicodeScalars.allSatisfy(TOMLScanner.isBare) }
}

extension TOMLTree {
    fileprivate var isArrayOfTables: Bool {
        guard case .array(let items) = self else { return false }
        return items.allSatisfy { if case .table = $0 { true } else { false } }
    }
}

extension TOMLWriter {
    private mutating func value(_ tree: TOMLTree) -> String {
        switch tree {
        case .string(let text): string(text)
        case .integer(let number): integer(number)
        case .float(let number): number.isNaN ? dice.pick(["nan", "-nan", "+nan"]) : "\(number)"
        case .boolean(let flag): String(flag)
        case .dateTime(let text): text
        case .array(let items): array(items.map { value($0) })
        case .table(let entries):
            "{" + blank() + entries.map { "\(dotted([$0.key]))=\(value($0.tree))" }.joined(separator: ", ") + blank()
                + "}"
        }
    }

    private mutating func array(_ items: [String]) -> String {
        let space = dice.pick(["", " ", "\n", "\r\n\t", " # [\n"])
        let last = !items.isEmpty && dice.chance(30) ? "," : ""
        return "[" + items.map { space + $0 + space }.joined(separator: ",") + last + space + "]"
    }

    private mutating func integer(_ number: Int64) -> String {
        if number < 0 || dice.chance(60) { return String(number) }
        let (prefix, radix) = dice.pick([("0x", 16), ("0o", 8), ("0b", 2), ("+", 10)])
        return prefix + String(number, radix: radix).map { String($0) }.joined(separator: dice.pick(["", "_"]))
    }

    private mutating func string(_ text: String) -> String {
        guard dice.chance(40) else { return singleLine(text) }
        let isPlain = text.unicodeScalars.allSatisfy {
            $0 == "\n" || $0 == "\t" || ($0.value >= 0x20 && $0 != "\u{7f}")
        }
        if isPlain, !text.utf8.contains(0x27), dice.chance(60) { return "'''\n\(text)'''" }
        return "\"\"\"" + dice.pick(["\n", "\r\n", "\\\n \n"]) + escaped(text, leaving: ["\n", "\t"]) + "\"\"\""
    }

    private mutating func singleLine(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { $0 == "\t" || ($0.value >= 0x20 && $0 != "\u{7f}" && $0 != "'") }
        return isPlain && dice.chance(40) ? "'\(text)'" : "\"\(escaped(text, leaving: ["\t"]))\""
    }

    private mutating func escaped(_ text: String, leaving plain: Set<Unicode.Scalar>) -> String {
        text.unicodeScalars.map { scalar in
            let mustBe =
                (scalar.value < 0x20 && !plain.contains(scalar)) || scalar == "\u{7f}" || scalar == "\""
                || scalar == "\\"
            // White space that a line begins with would go with a backslash before it.
            if !mustBe, scalar.value > 0x20, dice.chance(90) { return String(scalar) }
            let digits = String(scalar.value, radix: 16, uppercase: dice.chance(50))
            return (digits.count > 4 ? "\\U" : "\\u")
                + String(repeating: "0", count: (digits.count > 4 ? 8 : 4) - digits.count) + digits
        }.joined()
    }
}
