import FoundationEssentials

/// Values as JSON text, with their keys in order, so that equal values are equal texts.
public enum JSONText {
    /// The text with a line's end; on one line where it is to be compact.
    public static func text(_ value: some Encodable, isCompact: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if !isCompact { encoder.outputFormatting.insert(.prettyPrinted) }
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }
}
