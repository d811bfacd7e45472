/// A value that JSON carries as the plain string in which the user writes it.
package protocol CodedAsText: Codable, CustomStringConvertible {
    /// Reads the string; throws where it is not one of these values.
    init(coded text: String) throws
}

extension CodedAsText {
    /// Reads the value as the plain string that it is.
    package init(from decoder: any Decoder) throws {
        try self.init(coded: decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the value as a plain string.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
