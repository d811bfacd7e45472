import Provisioning
import Testing

@Suite struct SuggestionTests {
    @Test(arguments: [
        ("", "", 0), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "ab", 1), ("abc", "acb", 1),
        ("kitten", "sitting", 3), ("", "abc", 3),
    ])
    func distances(_ one: String, _ other: String, _ distance: Int) {
        #expect(Suggestion.distance(one, other) == distance)
        #expect(Suggestion.distance(other, one) == distance)
    }

    @Test func onlyWhatIsNearIsSuggested() {
        let known: Set = ["up", "destroy", "list"]
        #expect(Suggestion.nearest(to: "lits", in: known) == "list")
        #expect(Suggestion.nearest(to: "destory", in: known) == "destroy")
        #expect(Suggestion.nearest(to: "launch", in: known) == nil)
        #expect(Suggestion.nearest(to: "x", in: []) == nil)
        #expect(Suggestion.nearest(to: String(repeating: "x", count: 300), in: known) == nil)
    }
}
