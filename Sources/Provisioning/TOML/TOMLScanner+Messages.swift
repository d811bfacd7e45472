extension TOMLScanner {
    /// An error where the scanner is.
    func error(_ problem: String) -> TOMLError { TOMLError(position, problem) }

    /// An error that says what should stand where the scanner is.
    func expected(_ what: String) -> TOMLError { error("expected \(what), not \(shownNext)") }

    /// What comes next, for a message.
    var shownNext: String {
        if isAtNewline { return "the line's end" }
        guard let next else { return "the end of the file" }
        return Self.shown(next)
    }

    /// A scalar for a message: itself where one sees it, else its number.
    static func shown(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\r": return "a carriage return without a line feed"
        case " ": return "a blank"
        case "\t": return "a tab"
        default: break
        }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let number = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        if isVisible(scalar) { return "'\(scalar)'" }
        return scalar.value < 0x20 || 0x7f...0x9f ~= scalar.value ? "the control character \(number)" : number
    }

    /// Whether the user sees the scalar when it stands alone.
    static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        0x21...0x7e ~= scalar.value || (scalar.value > 0xa0 && scalar.properties.isAlphabetic)
    }

    /// Whether the scalar may stand in a bare key.
    static func isBare(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9", "-", "_": true
        default: false
        }
    }
}
