/// What a unit is called: a DNS label that LXD takes for the beginning of an instance's name.
package struct UnitName: Sendable, Hashable, Comparable, CodedAsText {
    /// An instance is called after its unit, with a hyphen and up to four digits, in 63 characters (LXD).
    static let longest = 58

    package let text: String
    /// The name as text.
    package var description: String { text }

    /// Checks the name; throws `Failure.badInput` with an example.
    package init(_ text: String) throws {
        guard Self.isGood(text) else {
            throw Failure(
                .badInput, "\(Shell.quoted(text.clipped)) is not a valid name for a unit",
                hint: "choose one \(Self.rule)")
        }
        self.text = text
    }

    /// Checks a name that was read from a file.
    package init(coded text: String) throws { try self.init(text) }

    /// Which names there are, for a sentence.
    static let rule = "like web: letters, digits and -, a letter first, no - last, at most \(longest) characters"

    /// How a title becomes a name, for a sentence.
    static let titleRule = "blanks and other characters become hyphens, letters lower case"

    /// The name that a title with blanks becomes: `Test Node` is `test-node`; `nil` where that is no name.
    init?(fromTitle title: String) {
        let parts = title.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let text = parts.joined(separator: "-")
        guard Self.isGood(text) else { return nil }
        self.text = text
    }

    static func isGood(_ text: String) -> Bool { NameFault(in: text, longest: longest) == nil }

    /// What the unit's instance of that number is called.
    package func instance(_ number: Int) -> String { "\(text)-\(number)" }

    /// The number in the name of one of the unit's instances; `nil` where it is not called like one.
    package func number(of instance: String) -> Int? {
        guard instance.hasPrefix("\(text)-"), let number = Int(instance.dropFirst(text.count + 1)), number > 0,
            self.instance(number) == instance
        else { return nil }
        return number
    }

    /// The number of one of the unit's instances, also of a renamed one.
    func number(of instance: ClusterInstance) -> Int? { number(of: instance.unitName) }

    package static func < (one: UnitName, other: UnitName) -> Bool { one.text < other.text }
}
