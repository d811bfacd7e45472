import Testing

@testable import Provisioning

/// Generated files, of which each can be made again by its number: what says a unit is read as that unit, and what went
/// wrong is refused at a place that there is.
@Suite struct UnitFileGeneratedTests {
    private static let units = Generated.count(80, soak: 4_000)

    /// Each unit once as it should be, and four times with mistakes.
    @Test(.endsHangs, arguments: 0..<5) func filesAreReadOrRefusedAtAPlaceThatThereIs(_ run: Int) async throws {
        var (taken, refused) = (0, 0)
        for number in run * Self.units..<(run + 1) * Self.units {
            // Other tests wait for their turn.
            await Task.yield()
            var dice = TOMLDice(number)
            let unit = try dice.unit()
            let tree = dice.tree(unit)
            let text = TOMLWriter.write(tree, dice)
            let read = Result { try UnitFileText(text).unit() }
            #expect(try read.get() == unit, "unit \(number): \(text)")

            for _ in 0..<4 {
                let wrong = (0...dice.below(2)).reduce(text) { text, _ in dice.mangled(text) }
                do {
                    _ = try UnitFileText(wrong).unit()
                    taken += 1
                } catch {
                    refused += 1
                    #expect(Place.isGood(error, in: wrong), "unit \(number), \(error): \(wrong.debugDescription)")
                }
            }
        }
        // Without these, files that are all refused for their first line would pass.
        #expect(Self.units / 8..<Self.units ~= taken, "\(taken) with mistakes are units all the same")
        #expect(Self.units * 3..<Self.units * 31 / 8 ~= refused, "\(refused) were refused")
    }
}

/// The places that there are in a file.
private enum Place {
    /// Whether it is a refusal with line and column that are in the file, in a sentence that the user can read.
    static func isGood(_ error: any Error, in text: String) -> Bool {
        guard let failure = error as? Failure, failure.code == .badInput else { return false }
        let start = "\(UnitFileText.path), line "
        guard failure.message.hasPrefix(start) else { return false }
        let words = failure.message.dropFirst(start.count).split(separator: " ", maxSplits: 3)
        guard words.count == 4, words[1] == "column", words[0].last == ",", words[2].last == ":",
            let line = Int(words[0].dropLast()), let column = Int(words[2].dropLast())
        else { return false }
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard 1...lines.count ~= line else { return false }
        let isInLine = 1...lines[line - 1].count { $0 & 0xC0 != 0x80 } + 1 ~= column
        return isInLine && 10..<600 ~= failure.message.utf8.count && !failure.message.hasControls
    }
}
