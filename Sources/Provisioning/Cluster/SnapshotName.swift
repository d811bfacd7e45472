#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The name of a snapshot of a cluster, checked once where it comes in: what multipass takes for one.
package struct SnapshotName: Sendable, Hashable, Comparable, CodedAsText {
    package static let longest = 40

    package let text: String
    /// The name as text.
    package var description: String { text }

    /// Checks the name; throws `Failure.badInput` with the rule.
    package init(_ text: String) throws {
        guard NameFault(in: text, longest: Self.longest) == nil else {
            throw Failure(
                .badInput, "\(Shell.quoted(text.clipped)) is not a valid name for a snapshot",
                hint:
                    "choose one like before-upgrade: letters, digits and -, a letter first, no - last, "
                    + "at most \(Self.longest) characters")
        }
        self.text = text
    }

    /// The name of one that is taken at that time, in seconds since 1970, and that nobody named: `s20261121-170500`.
    package init(takenAt seconds: Int) {
        let style = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted)
        let time = Date(timeIntervalSince1970: Double(seconds)).formatted(style)
        text = "s" + time.replacing("T", with: "-").replacing("Z", with: "")
    }

    /// Checks a name that was read from a file.
    package init(coded text: String) throws { try self.init(text) }

    package static func < (one: SnapshotName, other: SnapshotName) -> Bool { one.text < other.text }
}
