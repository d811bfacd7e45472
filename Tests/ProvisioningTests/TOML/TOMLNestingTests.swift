import Testing

@testable import Provisioning

/// Documents that are made to take long, or to overflow the stack.
@Suite struct TOMLNestingTests {
    private func nested(_ opening: String, _ closing: String, _ count: Int) -> String {
        "a=" + String(repeating: opening, count: count) + String(repeating: closing, count: count)
    }

    /// `read`, or the place at which it is refused; what was read is not walked through, which takes stack too.
    private func reading(_ text: String) -> String {
        do { _ = try TOMLDocument(parsing: text) } catch { return "\(error.line):\(error.column)" }
        return "read"
    }

    @Test func asDeepAsItMayBe() {
        #expect(reading(nested("[", "]", 127)) == "read" && reading(nested("[", "]", 128)) == "1:130")
        #expect(reading(nested("{a=", "}", 62) + "\n") == "1:189" && reading(nested("{a=", "}", 64)) == "1:193")
        let keys = String(repeating: "a.", count: 127)
        #expect(reading("[\(keys)a]") == "read" && reading("\(keys)a = 1") == "read")
        #expect(reading("[\(keys)a.a]") == "1:258" && reading("[\(keys)a]\nb = 1") == "2:1")
    }

    /// Only what stands around a value counts, not what stands beside it.
    @Test(arguments: ["[]", "{b = 1}", "{}", "[{b.c = [1]}]"]) func anyNumberBesideOneAnother(_ item: String) {
        #expect(reading("a = [\(String(repeating: item + ",", count: 500))]") == "read")
        #expect(reading((0..<500).map { "b\($0).c = \(item)\n" }.joined()) == "read")
    }

    /// An array of tables has two levels under its one key.
    @Test func asManyArraysInOneAnotherAsThereMayBe() {
        let headers = (0..<64).map { "[[\(String(repeating: "a.", count: $0))a]]\n" }.joined()
        #expect(reading(headers) == "read" && reading(headers + "b = 1") == "65:1")
        #expect(reading(headers + " [\(String(repeating: "a.", count: 64))b]") == "65:2")
    }

    @Test(.endsHangs, arguments: ["[", "{a=", "{a.b=[", "[\n", "[[],", "[{a=[],b="])
    func aHundredThousandBrackets(_ opening: String) {
        let text = nested(opening, "", 100_000)
        let error = #expect(throws: TOMLError.self) { try TOMLDocument(parsing: text) }
        #expect(error?.problem == "more than 128 keys and brackets are nested here")
    }

    @Test(.endsHangs, arguments: ["", "[", "[["]) func aHundredThousandKeys(_ opening: String) {
        #expect(reading(opening + String(repeating: "a.", count: 100_000)) == "1:\(257 + opening.utf8.count)")
    }

    private static let long: [@Sendable () -> String] = [
        { "a = [" + String(repeating: "1,", count: 100_000) + "]" },
        { "a = \"" + String(repeating: "é\\n", count: 100_000) + "\"" },
        { "a = 1" + String(repeating: "0_0", count: 100_000) + ".0" },
        { "a = \"\"\"" + String(repeating: "\\\n ", count: 100_000) + "\"\"\"" },
        { "a = {" + (0..<20_000).map { "b\($0).c = 1" }.joined(separator: ",") + "}" },
        { String(repeating: "[[a]]\n[a.b]\n", count: 20_000) },
        { "a = '''" + String(repeating: "''\n", count: 100_000) + "'''" },
        { "a = 0x" + String(repeating: "0", count: 200_000) },
    ]

    /// What took the square of its length would take hours here.
    @Test(.endsHangs, arguments: long.indices) func manyOfAKind(_ number: Int) throws {
        #expect(try TOMLDocument(parsing: Self.long[number]()).root.entries.count == 1)
    }
}
