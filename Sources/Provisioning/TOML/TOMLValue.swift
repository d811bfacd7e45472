/// A value in a TOML document, and where it begins.
package struct TOMLValue: Sendable {
    /// The value itself, by type.
    package enum Content: Sendable {
        /// Text, of any of the four kinds of strings.
        case string(String)
        /// A whole number of 64 bits.
        case integer(Int64)
        /// A number of IEEE 754's binary64.
        case float(Double)
        /// `true` or `false`.
        case boolean(Bool)
        /// A date, a time, or both; elsewhere, so that the other values stay small.
        indirect case dateTime(TOMLDateTime)
        /// Values in their order; an array of tables is one too.
        case array([TOMLValue])
        /// A table, inline or not.
        case table(TOMLTable)
    }

    package let content: Content
    /// Where it begins: a table with a header at the bracket, one without at its key.
    package let position: TOMLPosition
}

extension TOMLValue.Content {
    /// What it is, for messages, with its article.
    var title: String {
        switch self {
        case .string: "a string"
        case .integer: "an integer"
        case .float: "a float"
        case .boolean: "a boolean"
        case .dateTime(let value): value.kind.title
        case .array: "an array"
        case .table: "a table"
        }
    }
}
