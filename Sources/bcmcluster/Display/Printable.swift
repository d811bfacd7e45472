/// Text of other programs and machines on the user's terminal.
extension String {
    /// The text without what a terminal obeys, such as sequences that move the cursor, set the title or answer as if typed.
    ///
    /// Ends of lines and tabs stay, as do the colours of this tool's own marks; other colours are left out.
    var printable: String {
        guard unicodeScalars.contains(where: \.isObeyed) else { return self }
        var text = ""
        var place = startIndex
        for colour in ranges(of: /\u{1b}\[[0-9;:]*m/.matchingSemantics(.unicodeScalar)) {
            text += self[place..<colour.lowerBound].withoutControls
            if Terminal.colours.contains(String(self[colour])) { text += self[colour] }
            place = colour.upperBound
        }
        return text + self[place...].withoutControls
    }
}

extension Substring {
    /// The text with spaces in place of controls.
    fileprivate var withoutControls: String {
        let scalars = replacing("\r\n", with: "\n").unicodeScalars
        return String(String.UnicodeScalarView(scalars.map { $0.isObeyed ? " " : $0 }))
    }
}

extension Unicode.Scalar {
    /// Whether a terminal does something else with it than showing it, lines and tabs apart.
    fileprivate var isObeyed: Bool { self != "\n" && self != "\t" && properties.generalCategory == .control }
}
