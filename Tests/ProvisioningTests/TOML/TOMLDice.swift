@testable import Provisioning

/// Random choices that a seed decides, so that a document can be made again by its number.
struct TOMLDice: RandomNumberGenerator {
    private var state: UInt64

    /// The choices for one document; `BCM_SEED` asks for other documents.
    init(_ number: Int) {
        let seed = SystemCalls.environment("BCM_SEED").flatMap(UInt64.init) ?? 1
        state = seed &* 1_000_003 &+ UInt64(number)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }
}

/// Trees that a document could say.
extension TOMLDice {
    mutating func table(_ depth: Int) -> [(key: String, tree: TOMLTree)] {
        var names: Set<TOMLName> = []
        return (0..<below(5)).compactMap { _ in
            let key = key()
            return names.insert(TOMLName(text: key)).inserted ? (key, tree(depth)) : nil
        }
    }

    private mutating func tree(_ depth: Int) -> TOMLTree {
        switch below(depth > 0 ? 11 : 6) {
        case 0: .string(text())
        case 1: .integer(integer())
        case 2: .float(float())
        case 3: .boolean(chance(50))
        case 4: .dateTime(pick(Self.dateTimes))
        case 5: .string(pick(Self.pieces))
        case 6: .array((0..<below(4)).map { _ in tree(depth - 1) })
        case 7: .array((0..<below(4)).map { _ in .table(table(depth - 1)) })
        default: .table(table(depth - 1))
        }
    }

    private mutating func key() -> String {
        chance(80) ? pick(["a", "b", "c", "d-1", "E_2", "3", "inf", "1979-05-27"]) : text()
    }
    private mutating func text() -> String { (0..<below(6)).map { _ in pick(Self.pieces) }.joined() }

    private mutating func integer() -> Int64 {
        chance(50) ? Int64(below(2_000)) - 1_000 : chance(20) ? pick([.min, .max, 0]) : Int64(bitPattern: next())
    }

    private mutating func float() -> Double {
        switch below(4) {
        case 0: pick([.infinity, -.infinity, .nan, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude])
        case 1: Double(bitPattern: next())
        default: Double(below(20_000) - 10_000) / 100
        }
    }

    private static let dateTimes = [
        "1979-05-27", "07:32:00.25", "1979-05-27 07:32:00", "1979-05-27T07:32:00.1-07:00", "2000-02-29t23:59:60z",
    ]
    private static let pieces = [
        "", "a", "word", " ", "\t", "\n", "\r", "\r\n", "\"", "'", "'''", "\"\"\"", "\\", "\\n", "#", "=", "[", "]",
        "{", "}", ",", ".", "\u{0}", "\u{7}",
        "\u{7f}", "\u{85}", "\u{feff}", "\u{2028}", "é", "e\u{301}", "\u{1F600}", "\u{fffd}", "\u{10ffff}", "1", "true",
        "  \n  ",
    ]
}
