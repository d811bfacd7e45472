/// The name of a cluster, checked once where it comes in.
///
/// Letters, digits and hyphens, a letter first, no hyphen last, at most 40 characters: what multipass takes for a
/// machine's name, with room for the member's number.
public struct ClusterName: Sendable, Hashable, CodedAsText {
    /// The longest name.
    public static let longest = 40

    /// The name as text.
    public let text: String
    /// The name as text.
    public var description: String { text }

    /// Checks the name; throws `Failure.badInput` with the rule that it breaks.
    public init(_ text: String) throws {
        guard !text.isEmpty else { throw Self.refused("a cluster name cannot be empty") }
        guard text.utf8.count <= Self.longest else {
            throw Self.refused(
                "the cluster name \(Shell.quoted(text.clipped)) is longer than \(Self.longest) characters")
        }
        guard let first = text.utf8.first, Self.isLetter(first) else {
            throw Self.refused("the cluster name \(Shell.quoted(text)) does not start with a letter")
        }
        guard text.utf8.allSatisfy({ Self.isLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: "-") }) else {
            throw Self.refused(
                "the cluster name \(Shell.quoted(text)) has a character that is not a letter, digit or -")
        }
        guard text.utf8.last != UInt8(ascii: "-") else {
            throw Self.refused("the cluster name \(Shell.quoted(text)) ends with -")
        }
        self.text = text
    }

    /// Checks a name that was read from a file.
    public init(coded text: String) throws { try self.init(text) }

    private static func refused(_ message: String) -> Failure {
        Failure(.badInput, message, hint: "choose one like DEV: letters, digits and -, a letter first")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension String {
    /// At most 48 characters of it, for a message.
    public var clipped: String { count > 48 ? prefix(47) + "…" : self }
}
