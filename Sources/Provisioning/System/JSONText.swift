#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Values as JSON text, with their keys in order, so that equal values are equal texts.
package enum JSONText {
    /// The text with a line's end; on one line where it is to be compact.
    package static func text(_ value: some Encodable, isCompact: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if !isCompact { encoder.outputFormatting.insert(.prettyPrinted) }
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }

    /// The text for a program that reads YAML, which takes some characters for a line's end, and others not at all.
    static func yaml(_ value: some Encodable) throws -> String {
        try text(value).unicodeScalars.map { scalar in
            switch scalar.value {
            case 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                let digits = String(scalar.value, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: return String(Character(scalar))
            }
        }.joined()
    }
}
