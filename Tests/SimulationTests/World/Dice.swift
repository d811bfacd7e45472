import Provisioning

/// Random numbers that a seed repeats: SplitMix64.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 ^ 0xD1B5_4A32_D192_ED03 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Whether one of so many cases has come up.
    mutating func oneIn(_ cases: Int) -> Bool { next() % UInt64(cases) == 0 }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func seconds(_ range: ClosedRange<Int>) -> Duration {
        .milliseconds(number(range.lowerBound * 1000...range.upperBound * 1000))
    }

    mutating func text(_ prefix: String, _ count: Int) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        return prefix + String((0..<count).map { _ in alphabet[number(0...35)] })
    }
}

/// The secrets of a simulated run, all of them noted by the world.
struct SimulatedRandom: RandomSource {
    let world: World

    func secret(length: Int) -> String { world.newSecret("", length) }

    func identifier(length: Int) -> String {
        String(repeating: "0", count: 4) + String(world.dice.number(0x1000...0xffff), radix: 16)
    }
}
