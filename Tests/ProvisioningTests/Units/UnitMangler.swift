@testable import Provisioning

/// Files that went wrong: keys swapped, types changed, numbers out of range, tables twice, odd letters.
extension TOMLTree {
    /// The tree with one thing in it changed.
    func mangled(_ dice: inout TOMLDice) -> TOMLTree {
        switch self {
        case .table(let entries): .table(Self.mangled(entries, &dice))
        case .array(let items): .array(Self.mangled(items, &dice))
        default: self
        }
    }

    /// A table's lines with one thing in them changed.
    static func mangled(_ entries: [(key: String, tree: TOMLTree)], _ dice: inout TOMLDice)
        -> [(key: String, tree: TOMLTree)]
    {
        guard !entries.isEmpty else { return [(dice.key(), dice.wrong())] }
        var entries = entries
        let place = dice.below(entries.count)
        if entries[place].tree.hasParts, dice.chance(85) {
            entries[place].tree = entries[place].tree.mangled(&dice)
            return entries
        }
        switch dice.below(9) {
        case 0: entries.remove(at: place)
        case 1: entries[place].key = dice.mistyped(entries[place].key)
        case 2: entries[place].key = dice.key()
        case 3: entries[place].tree = dice.wrong()
        case 4: entries[place].tree = dice.number()
        case 5: entries[place].tree = dice.oddity()
        case 6: entries.append((dice.key(), entries[place].tree))
        case 7:
            let other = dice.below(entries.count)
            (entries[place].tree, entries[other].tree) = (entries[other].tree, entries[place].tree)
        default: entries[place].tree = dice.changed(entries[place].tree)
        }
        return entries
    }

    private static func mangled(_ items: [TOMLTree], _ dice: inout TOMLDice) -> [TOMLTree] {
        var items = items
        let place = dice.below(items.count)
        if items[place].hasParts, dice.chance(80) {
            items[place] = items[place].mangled(&dice)
        } else if dice.chance(50) {
            // The same part twice.
            items.append(items[place])
        } else {
            items[place] = dice.wrong()
        }
        return items
    }

    private var hasParts: Bool {
        switch self {
        case .table: true
        case .array(let items): !items.isEmpty
        default: false
        }
    }
}

extension TOMLDice {
    fileprivate mutating func key() -> String { pick(Self.keys) }
    fileprivate mutating func number() -> TOMLTree { .integer(pick(Self.numbers)) }
    fileprivate mutating func oddity() -> TOMLTree { .string(pick(Self.oddities)) }

    /// A value of the same type.
    fileprivate mutating func changed(_ tree: TOMLTree) -> TOMLTree {
        switch tree {
        case .string(let text): .string(chance(50) ? mistyped(text) : text + pick(Self.oddities))
        case .integer: .integer(Int64(below(70_000)))
        case .boolean(let flag): .boolean(!flag)
        default: wrong()
        }
    }

    fileprivate mutating func mistyped(_ word: String) -> String {
        var letters = Array(word)
        guard !letters.isEmpty else { return pick(Self.oddities) }
        let place = below(letters.count)
        switch below(6) {
        case 0: letters.remove(at: place)
        case 1: letters.insert(letters[place], at: place)
        case 2: letters.swapAt(place, below(letters.count))
        case 3: letters[place] = pick(["x", "-", "_", "é", "\u{200d}", " ", "/", "9"])
        case 4: return word.uppercased()
        default: letters.append("s")
        }
        return String(letters)
    }

    /// A value of any type.
    fileprivate mutating func wrong() -> TOMLTree {
        switch below(8) {
        case 0: .integer(pick(Self.numbers))
        case 1: .string(pick(Self.oddities))
        case 2: .boolean(chance(50))
        case 3: .float(pick([0.5, 2, .infinity, .nan]))
        case 4: .dateTime("1979-05-27")
        case 5: .array([])
        case 6: .array([.string(pick(Self.oddities))])
        default: .table([(pick(Self.keys), .string("x"))])
        }
    }

    /// The text with a few of its lines or letters changed.
    mutating func mangled(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let (place, other) = (below(lines.count), below(lines.count))
        switch below(7) {
        case 0: lines.insert(lines[place], at: other)
        case 1: lines.swapAt(place, other)
        case 2: lines.removeSubrange(min(place, other)..<max(place, other))
        case 3: lines[place] = mistyped(lines[place])
        case 4: lines[place] += pick(Self.tokens)
        case 5: lines.append(pick(["[spacecore]", "[hardware]", "[instance]", "[[volume]]", "[[port]]", "[port]"]))
        default: lines[place] = "\(pick(Self.keys)) = \(pick(["1", "\"x\"", "true", "[]", "{}", "x"]))"
        }
        return lines.joined(separator: "\n")
    }

    private static let keys = [
        "spacecore", "hardware", "instance", "volume", "network", "port", "name", "description", "cores", "memory",
        "kernel", "drive", "ref", "interface", "type", "count", "spread", "disk", "user-data", "env", "size", "path",
        "per-instance", "address", "listen", "target", "protocol", "", "é", "\u{1F600}", "volumes", "a b", "\u{202e}x",
    ]
    private static let numbers: [Int64] = [.min, -1, 0, 1, 2, 1000, 1001, 1025, 65_535, 65_536, 1 << 40, .max]
    private static let oddities = [
        "", " ", "é", "e\u{301}", "\u{301}", "\u{212A}", "Ａ", "\u{0}", "\n", "\u{1b}[2J", "\u{9b}2J", "\u{202e}",
        "\u{2028}",
        "\u{1F468}\u{200d}\u{1F469}", "\u{10ffff}", "/", "..", "../..", "./\u{0}", "-", "--all", "'", "\"", "$(x)", "1",
        "true", "10GiB", "1e9", ":", "a:b", "https://x", "/\u{301}", "web", "none", "tcp", "images",
        String(repeating: "x", count: 5_000),
    ]
    private static let tokens = [
        "]", "[", "=", "\"", "'", "#", "{", "}", ",", "\u{0}", "\u{feff}", "\t", "é", " 1", ".",
    ]
}
