/// The name that the user gives a host: letters, digits and hyphens, a letter first, at most 40 characters.
package struct HostName: Sendable, Hashable, Comparable, CodedAsText {
    /// This machine itself, which is always a host.
    package static let local = HostName(unchecked: "local")

    package let text: String
    /// The name as text.
    package var description: String { text }
    /// Whether this is the machine that the program runs on.
    package var isLocal: Bool { self == .local }

    private init(unchecked text: String) { self.text = text }

    /// Checks the name; throws `Failure.badInput` with an example.
    package init(_ text: String) throws {
        guard NameFault(in: text, longest: 40) == nil else {
            throw Failure(
                .badInput, "\(Shell.quoted(text.clipped)) is not a valid name for a host",
                hint: "choose one like rack1: letters, digits and -, a letter first, at most 40 characters")
        }
        self.text = text
    }

    /// Checks a name that was read from a file.
    package init(coded text: String) throws { try self.init(text) }

    /// By the alphabet, this machine first.
    package static func < (one: HostName, other: HostName) -> Bool {
        (one.isLocal ? 0 : 1, one.text) < (other.isLocal ? 0 : 1, other.text)
    }
}
