/// A TOML 1.0 document, read whole or refused with line and column.
///
/// The specification leaves three things open. A newline inside a multi-line string is a line feed, however the file
/// ends its lines; a float that no 64 bits hold is infinite; and what is nested more than 128 deep is refused.
package struct TOMLDocument: Sendable {
    /// The table of all that stands in the document.
    package let root: TOMLTable

    /// Reads the text of a document.
    package init(parsing text: String) throws(TOMLError) {
        var parser = TOMLParser(text)
        root = try parser.document()
    }

    /// Reads the bytes of a document, which have to be UTF-8.
    package init(bytes: [UInt8]) throws(TOMLError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Self.badEncoding(bytes) }
        try self.init(parsing: text)
    }

    /// Where the first bytes stand that are not UTF-8.
    private static func badEncoding(_ bytes: [UInt8]) -> TOMLError {
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var scalars = String.UnicodeScalarView()
        while case .valid(let encoded) = parser.parseScalar(from: &rest) { scalars.append(UTF8.decode(encoded)) }
        var scanner = TOMLScanner(String(scalars))
        scanner.skipByteOrderMark()
        while scanner.next != nil { scanner.advance() }
        return TOMLError(scanner.position, "the text is not valid UTF-8", hint: "save the file as UTF-8")
    }
}
