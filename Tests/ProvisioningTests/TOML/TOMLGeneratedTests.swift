import Testing

@testable import Provisioning

/// Generated documents: what is written is read back, and what is broken is refused at a place that there is.
@Suite struct TOMLGeneratedTests {
    @Test(.endsHangs) func whatIsWrittenIsReadBack() async throws {
        for number in 0..<Generated.count(400, soak: 10_000) {
            // Other tests wait for their turn.
            await Task.yield()
            var dice = TOMLDice(number)
            let tree = TOMLTree.table(dice.table(4))
            guard case .table(let entries) = tree else { continue }
            let text = TOMLWriter.write(entries, dice)
            #expect(tomlReading(text) == tree.shown, "document \(number): \(text.debugDescription)")
        }
    }

    @Test(.endsHangs) func brokenFilesAreRefusedAtAPlaceThatThereIs() async {
        let count = Generated.count(2_000, soak: 50_000)
        var refused = 0
        for number in 0..<count {
            // Other tests wait for their turn.
            await Task.yield()
            var dice = TOMLDice(number)
            let bytes = bytes(&dice)
            do {
                let bounds = TOMLBounds(bytes)
                #expect(bounds.hold(try TOMLDocument(bytes: bytes).root), "document \(number): \(bytes)")
            } catch {
                refused += 1
                #expect(TOMLBounds(bytes).hold(error), "document \(number), \(error): \(bytes)")
            }
        }
        #expect(count / 5..<count * 99 / 100 ~= refused, "\(refused) were refused")
    }

    private func bytes(_ dice: inout TOMLDice) -> [UInt8] {
        switch dice.below(10) {
        case 0: return (0..<dice.below(40)).map { _ in UInt8(dice.below(256)) }
        case 1, 2: return Array((0..<dice.below(20)).map { _ in dice.pick(Self.tokens) }.joined().utf8)
        case 3: return mutated(Array(TOMLWriter.write(dice.table(3), dice).utf8), &dice) { UInt8($0.below(256)) }
        default:
            let scalars = Array(TOMLWriter.write(dice.table(3), dice).unicodeScalars)
            let changed = mutated(scalars, &dice) { $0.pick(Self.tokens).unicodeScalars.first ?? "\u{0}" }
            return Array(String(String.UnicodeScalarView(changed)).utf8)
        }
    }

    /// With a few places changed, doubled, taken out or cut off.
    private func mutated<Item>(_ items: [Item], _ dice: inout TOMLDice, _ other: (inout TOMLDice) -> Item) -> [Item] {
        var items = items
        for _ in 0...dice.below(3) where !items.isEmpty {
            let place = dice.below(items.count)
            switch dice.below(6) {
            case 0: items.remove(at: place)
            case 1: items.insert(other(&dice), at: place)
            case 2: items[place] = other(&dice)
            case 3: items.removeSubrange(place..<min(place + dice.below(20), items.count))
            case 4: items.insert(contentsOf: items[place..<min(place + 20, items.count)], at: dice.below(items.count))
            default: items.swapAt(place, dice.below(items.count))
            }
        }
        return items
    }

    private static let tokens = [
        "[", "]", "[[", "]]", "{", "}", "=", ",", ".", "#", "\n", "\r\n", "\r", " ", "\t", "\"", "'", "\"\"\"", "'''",
        "\\", "\\u", "a", "b", "a.b", "0", "1", "7",
        "e", "_", "-", "+", ":", "T", "Z", "inf", "nan", "true", "false", "0x", "0b", "0o", "1979-05-27", "07:32:00",
        "\u{0}", "\u{7f}", "é", "\u{2028}",
        "\u{feff}", "\u{1F600}", "a = 1\n", "[a]\n", "[[b]]\n",
    ]
}

/// The places that there are in a document.
private struct TOMLBounds {
    private let columns: [Int]

    init(_ bytes: [UInt8]) {
        // What is not UTF-8 is repaired, which moves nothing that stands before it.
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
        columns = scalars.split(separator: "\n", omittingEmptySubsequences: false).map(\.count)
    }

    private func hold(_ position: TOMLPosition) -> Bool {
        1...columns.count ~= position.line && 1...columns[position.line - 1] + 1 ~= position.column
    }

    func hold(_ error: TOMLError) -> Bool {
        let isReadable = error.problem.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f ~= $0.value) }
        return hold(error.position) && isReadable && 10..<500 ~= error.problem.unicodeScalars.count
    }

    func hold(_ table: TOMLTable) -> Bool {
        hold(table.position) && table.entries.allSatisfy { hold($0.key.position) && hold($0.value) }
    }

    private func hold(_ value: TOMLValue) -> Bool {
        guard hold(value.position) else { return false }
        switch value.content {
        case .table(let table): return hold(table)
        case .array(let items): return items.allSatisfy(hold)
        default: return true
        }
    }
}
