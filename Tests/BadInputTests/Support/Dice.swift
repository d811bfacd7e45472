import Foundation

/// Random choices that a seed decides, so that an input can be made again by its number.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

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

    /// The good value most of the time, else nonsense.
    mutating func mostly(_ good: String) -> String { chance(75) ? good : nonsense() }

    /// Text that somebody could put where something else belongs.
    mutating func nonsense() -> String {
        chance(15) ? String(repeating: pick(Self.texts), count: 1 + below(60)) : pick(Self.texts)
    }

    /// The text with a few places of it changed, doubled, cut off or replaced.
    mutating func mutated(_ text: String) -> String {
        var characters = Array(text)
        for _ in 0...below(4) where !characters.isEmpty {
            let place = below(characters.count)
            switch below(6) {
            case 0: characters.remove(at: place)
            case 1: characters.insert(contentsOf: Array(pick(Self.texts)), at: place)
            case 2: characters.removeSubrange(place...)
            case 3: characters[place] = pick(Array("{}[]\",:0-9e.\\/\u{0}\u{2028}K"))
            case 4: characters.insert(contentsOf: characters[place..<min(place + 9, characters.count)], at: place)
            default: characters.swapAt(place, below(characters.count))
            }
        }
        return String(characters)
    }

    /// The text with some of its numbers at the ends of what a number can be, or beyond, and some of its objects twice.
    mutating func withExtremes(_ text: String) -> String {
        let percent = pick([4, 25])
        let numbers = text.replacing(/-?[0-9]+(\.[0-9]+)?/) { number in
            chance(percent) ? pick(Self.extremes) : String(number.output.0)
        }
        return numbers.replacing(/\{[^{}]*\}/) { object in
            chance(10) ? "\(object.output),\(object.output)" : String(object.output)
        }
    }

    private static let extremes = [
        "-9223372036854775808", "9223372036854775807", "-9223372036854775807", "9223372036854775806", "-1", "0", "1",
        "9223372036854774784", "9007199254740993", "1152921504606846975", "1152921504606846976", "18446744073709551615",
        "1e18", "1e19",
        "1e308", "-1e308", "1e400", "-0.0", "0.5", "2147483648", "4294967296", "253402300800", "99999999999", "null",
        "NaN", "inf", "-inf", "nan", "0x7fffffffffffffff", "9223372036854775808",
    ]

    private static let texts = [
        "", " ", "-", "--", "-x", "--help", ".", "..", "../../etc", "/etc/passwd", "DEV", "DEV-00", "DEV-", "DEV-999",
        "DEV-1000", "OTHER-00", "dev", "D", "0", "1", "4", "+4", "-1", "007", "1.5", "1e309", "NaN", "inf", "0x10",
        "9223372036854775807", "-9223372036854775808", "99999999999999999999", "999999h", "4G", "4\u{212A}", "1e5G",
        "4.G",
        "99999999999T", "\u{663}", "\u{0}", "\n", "\r\n", "\t", "\u{2028}", "\u{85}", "\u{a0}", "\u{feff}", "\u{1F600}",
        "e\u{301}", "\"", "'", "`", "$", "${", "${X}", "${X:-y}", "}", "\\", ";", "#", "<x>", "&", "a b", "a=b", "null",
        "true",
        "{}", "[]", "255.255.255.255", "255.255.255.255/32", "0.0.0.0/0", "10.1.2.3/22", "10.77.0.0/22",
        "255.255.255.0/24",
        "local", "namespace", "multipass", "zfs", "dir", "24.04", "5.21/stable", "15m", "\u{212A}-00",
    ]
}

/// How many inputs were tried, in how many the promise held, and where the last one can be read after a crash.
final class Tally {
    private let what: String
    private let seed: UInt64
    private var tried = 0
    private(set) var broken: [String] = []
    private let last: String
    private let descriptor: Int32

    init(_ what: String) {
        self.what = what
        seed = UInt64(ProcessInfo.processInfo.environment["BCM_SEED"] ?? "") ?? 1
        last = NSTemporaryDirectory() + "/bcmcluster-last-input-\(getpid())-\(what.split(separator: " ")[0])"
        descriptor = open(last, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    }

    /// Tries that many inputs, fifty times as many in a soak; the body makes one and returns what was wrong with it.
    func run(_ count: Int, _ body: (inout Dice, (String) -> Void) async throws -> String?) async {
        let isSoak = ProcessInfo.processInfo.environment["BCM_SOAK"] == "1"
        for number in 0..<UInt64(isSoak ? count * 50 : count) {
            // Other tests wait for their turn.
            await Task.yield()
            var dice = Dice(seed &* 1_000_003 &+ number)
            var input = ""
            do {
                let complaint = try await body(&dice) { text in
                    input = text
                    note("\(what), seed \(seed), input \(number): \(text)\n")
                }
                if let complaint { broken.append("input \(number): \(complaint): \(input.debugDescription)") }
            } catch {
                broken.append("input \(number): \(error): \(input.debugDescription)")
            }
            tried += 1
        }
        print("bad input, seed \(seed): \(tried) \(what) tried, the promise held in \(tried - broken.count)")
        close(descriptor)
        unlink(last)
    }

    /// A crash ends the process: what it was about stands in a file by then.
    private func note(_ text: String) {
        let bytes = Array(text.utf8)
        ftruncate(descriptor, 0)
        pwrite(descriptor, bytes, bytes.count, 0)
    }
}
