import Testing

@testable import Provisioning

/// What a unit may be called, and what its instances and volumes are called after it.
@Suite struct UnitNameTests {
    private let longest = String(repeating: "a", count: 58)

    @Test(arguments: ["web", "w", "W2", "web-2", "a-b-C", "x--y", String(repeating: "a", count: 58)])
    func isTaken(_ text: String) throws {
        #expect(try UnitName(text).text == text && UnitName(coded: text).description == text)
    }

    @Test(arguments: [
        "", "-web", "web-", "2web", "web_2", "web.2", "we b", "wéb", "web\u{301}", "\u{212A}web", "web\n", "web\u{0}",
        "../x", "$(x)", "Ａ", String(repeating: "a", count: 59), String(repeating: "\u{1F600}", count: 2_000),
    ])
    func isRefused(_ text: String) throws {
        let failure = try #require(throws: Failure.self) { try UnitName(text) }
        #expect(failure.code == .badInput && failure.message.hasSuffix("is not a valid name for a unit"))
        #expect(failure.hint?.contains("a letter first, no - last, at most 58 characters") == true)
        #expect(failure.message.count < 120)
    }

    @Test func instancesAreCalledAfterIt() throws {
        let name = try UnitName("web-2")
        #expect(name.instance(1) == "web-2-1" && name.instance(1000) == "web-2-1000")
        #expect(try UnitName(longest).instance(UnitFile.mostInstances).utf8.count == 63)
    }

    @Test(arguments: [
        ("web-1", 1), ("web-12", 12), ("web-1000", 1000), ("web-0", nil), ("web--1", nil), ("web-01", nil),
        ("web-+1", nil), ("web-", nil), ("web", nil), ("web1", nil), ("web-1-1", nil), ("web-x", nil), ("Web-1", nil),
        ("web-٣", nil), ("web-1\u{301}", nil), ("web-\u{301}1", nil), ("web-1 ", nil), ("xweb-1", nil), ("", nil),
        ("web-99999999999999999999", nil),
    ])
    func numbersOfInstances(_ instance: String, _ number: Int?) throws {
        #expect(try UnitName("web").number(of: instance) == number)
    }
}
