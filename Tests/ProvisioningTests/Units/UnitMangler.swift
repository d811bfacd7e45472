/// Files that went wrong: lines swapped and doubled, keys mistyped, values of another type or out of range, odd letters.
extension TOMLDice {
    /// The text with one of its lines changed.
    mutating func mangled(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let (place, other) = (below(lines.count), below(lines.count))
        switch below(9) {
        case 0: lines.insert(lines[place], at: other)
        case 1: lines.swapAt(place, other)
        case 2: lines.removeSubrange(min(place, other)..<max(place, other))
        case 3: lines[place] = mistyped(lines[place])
        case 4: lines[place] += pick(Self.tokens)
        case 5:
            lines.append(
                pick([
                    "[spacecore]", "[hardware]", "[instance]", "[[volume]]", "[[port]]", "[port]", "[[mount]]",
                    "[[device]]",
                ]))
        case 6: lines[place] = "\(pick(Self.keys)) = \(wrong())"
        default:
            let key = lines[place].split(separator: "=", maxSplits: 1).first.map(String.init) ?? pick(Self.keys)
            lines[place] = "\(key) = \(wrong())"
        }
        return lines.joined(separator: "\n")
    }

    private mutating func mistyped(_ word: String) -> String {
        var letters = Array(word)
        guard !letters.isEmpty else { return pick(Self.oddities) }
        let place = below(letters.count)
        switch below(5) {
        case 0: letters.remove(at: place)
        case 1: letters.insert(letters[place], at: place)
        case 2: letters.swapAt(place, below(letters.count))
        case 3: letters[place] = pick(["x", "-", "_", "é", "\u{200d}", " ", "/", "9"])
        default: return word.uppercased()
        }
        return String(letters)
    }

    /// A value of any type.
    private mutating func wrong() -> String {
        switch below(4) {
        case 0: "\(pick(Self.numbers))"
        case 1: "\"\(pick(Self.oddities))\""
        case 2: "[\"\(pick(Self.oddities))\"]"
        default: pick(["true", "0.5", "nan", "1979-05-27", "[]", "{}", "{a = 1}", "x", ""])
        }
    }

    private static let keys = [
        "spacecore", "hardware", "instance", "volume", "network", "port", "name", "description", "cores", "memory",
        "kernel", "drive", "ref", "interface", "type", "count", "spread", "disk", "user-data", "env", "size", "path",
        "per-instance", "address", "listen", "target", "protocol", "mount", "device", "source", "read-only", "shift",
        "restart", "profile", "group", "ssh-keys", "vendor-data", "env-file", "\"\"", "\"é\"", "volumes", "\"a b\"",
    ]
    private static let numbers: [Int64] = [.min, -1, 0, 1, 2, 1000, 1001, 1025, 65_535, 65_536, 1 << 40, .max]
    private static let oddities = [
        "", " ", "é", "e\u{301}", "\u{301}", "\u{212A}", "Ａ", "\\u0000", "\\n", "\\u001b[2J", "\u{9b}2J", "\u{202e}",
        "\u{2028}", "\u{1F468}\u{200d}\u{1F469}", "\u{10ffff}", "/", "..", "../..", "-", "--all", "'", "$(x)", "1",
        "true", "10GiB", "1e9", ":", "a:b", "https://x", "/\u{301}", "web", "none", "tcp", "images",
        String(repeating: "x", count: 5_000),
    ]
    private static let tokens = [
        "]", "[", "=", "\"", "'", "#", "{", "}", ",", "\u{0}", "\u{feff}", "\t", "é", " 1", ".",
    ]
}
