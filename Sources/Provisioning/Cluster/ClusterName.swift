/// The name of a cluster, checked once where it comes in.
///
/// Letters, digits and hyphens, a letter first, no hyphen last, at most 40 characters: what multipass takes for a
/// machine's name, with room for the member's number.
package struct ClusterName: Sendable, Hashable, CodedAsText {
    package static let longest = 40

    package let text: String
    /// The name as text.
    package var description: String { text }

    /// Checks the name; throws `Failure.badInput` with the rule that it breaks.
    package init(_ text: String) throws {
        switch NameFault(in: text, longest: Self.longest) {
        case nil: self.text = text
        case .empty: throw Self.refused("a cluster name cannot be empty")
        case .tooLong:
            throw Self.refused(
                "the cluster name \(Shell.quoted(text.clipped)) is longer than \(Self.longest) characters")
        case .noLetterFirst: throw Self.refused("the cluster name \(Shell.quoted(text)) does not start with a letter")
        case .strangeCharacter:
            throw Self.refused(
                "the cluster name \(Shell.quoted(text)) has a character that is not a letter, digit or -")
        case .hyphenLast: throw Self.refused("the cluster name \(Shell.quoted(text)) ends with -")
        }
    }

    /// Checks a name that was read from a file.
    package init(coded text: String) throws { try self.init(text) }

    private static func refused(_ message: String) -> Failure {
        Failure(.badInput, message, hint: "choose one like DEV: letters, digits and -, a letter first")
    }
}

extension String {
    /// At most 48 characters of it, for a message.
    package var clipped: String { count > 48 ? prefix(47) + "…" : self }
}
