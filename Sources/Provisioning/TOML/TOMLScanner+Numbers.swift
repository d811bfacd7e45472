extension TOMLScanner {
    /// Whether an integer or a float begins here.
    var isAtNumber: Bool {
        next == "+" || next == "-" || isAtDigit(10) || starts(with: "inf") || starts(with: "nan")
    }

    /// Reads an integer or a float.
    mutating func number() throws(TOMLError) -> TOMLValue.Content {
        let start = position
        let sign = next == "+" || next == "-" ? next : nil
        if sign != nil { advance() }
        if take("inf") { return .float(sign == "-" ? -.infinity : .infinity) }
        if take("nan") { return .float(sign == "-" ? -.nan : .nan) }
        if next == "0", let radix = radix() { return try integer(radix: radix, start, hasSign: sign != nil) }
        let digits = try decimalDigits()
        let whole = (sign.map { String($0) } ?? "") + digits
        guard next == "." || next == "e" || next == "E" else { return try Self.integer(whole, 10, start) }
        return .float(try float(whole, start))
    }

    /// Refuses what stands directly behind a number, a boolean or a date-time and belongs to no value.
    func endWord() throws(TOMLError) {
        guard let next, Self.isBare(next) || next == "." || next == ":" || next == "+" else { return }
        throw TOMLError(
            position, "\(shownNext) does not belong to the value before it",
            hint: "text needs quotation marks")
    }

    /// The base that the prefix behind a zero names.
    private func radix() -> Int? {
        switch peek(1) {
        case "x": 16
        case "o": 8
        case "b": 2
        default: nil
        }
    }

    private mutating func integer(
        radix: Int, _ start: TOMLPosition, hasSign: Bool
    ) throws(TOMLError) -> TOMLValue.Content {
        if hasSign { throw TOMLError(start, "a number in base \(radix) has no sign") }
        advance()
        advance()
        return try Self.integer(try digits(radix), radix, start)
    }

    private static func integer(
        _ text: String, _ radix: Int, _ start: TOMLPosition
    ) throws(TOMLError) -> TOMLValue.Content {
        guard let value = Int64(text, radix: radix) else {
            throw TOMLError(start, "the integer does not fit into 64 bits")
        }
        return .integer(value)
    }

    /// Reads what stands behind the whole part of a float.
    private mutating func float(_ whole: String, _ start: TOMLPosition) throws(TOMLError) -> Double {
        var text = whole
        if take(".") { text += "." + (try digits(10)) }
        if take("e") || take("E") {
            text += take("-") ? "e-" : take("+") ? "e+" : "e"
            text += try digits(10)
        }
        guard let value = Double(text) else { throw TOMLError(start, "the float cannot be read") }
        return value
    }

    /// Reads decimal digits that do not begin with a zero that means nothing.
    private mutating func decimalDigits() throws(TOMLError) -> String {
        let start = position
        let digits = try digits(10)
        if digits.first == "0", digits.utf8.count > 1 { throw TOMLError(start, "a decimal number cannot begin with 0") }
        return digits
    }

    /// Reads digits, without the underscores between them.
    private mutating func digits(_ radix: Int) throws(TOMLError) -> String {
        var digits = ""
        repeat {
            guard isAtDigit(radix) else {
                throw expected(radix == 10 ? "a digit" : "a digit in base \(radix)")
            }
            while isAtDigit(radix), let next {
                digits.unicodeScalars.append(next)
                advance()
            }
        } while take("_")
        return digits
    }

    private func isAtDigit(_ radix: Int) -> Bool { (next.flatMap(Self.digit) ?? radix) < radix }
}
