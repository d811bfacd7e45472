extension TOMLScanner {
    /// Whether a date comes next, as far as its first hyphen.
    private var isAtDate: Bool { (0..<4).allSatisfy(isDigit) && peek(4) == "-" }

    /// Whether a time comes next, as far as its first colon.
    private var isAtTime: Bool { (0..<2).allSatisfy(isDigit) && peek(2) == ":" }

    private func isDigit(_ distance: Int) -> Bool { peek(distance).map { "0"..."9" ~= $0 } ?? false }

    /// Reads a date, a time or both, if they come next.
    mutating func dateTime() throws(TOMLError) -> TOMLDateTime? {
        let start = offset
        if isAtTime {
            let time = try time()
            return TOMLDateTime(text: text(since: start), date: nil, time: time, offset: nil)
        }
        guard isAtDate else { return nil }
        let date = try date()
        guard takeDelimiter() else {
            return TOMLDateTime(text: text(since: start), date: date, time: nil, offset: nil)
        }
        let time = try time()
        let ahead = try utcOffset()
        return TOMLDateTime(text: text(since: start), date: date, time: time, offset: ahead)
    }

    /// Reads what stands between date and time; a blank does only before a digit.
    private mutating func takeDelimiter() -> Bool {
        if next == " " && !isDigit(1) { return false }
        return take("T") || take("t") || take(" ")
    }

    private mutating func date() throws(TOMLError) -> TOMLDateTime.Date {
        let year = try field(4, 0...9999, "year")
        try expect("-")
        let month = try field(2, 1...12, "month")
        try expect("-")
        let day = try field(2, 1...Self.days(in: month, of: year), "day of that month")
        return TOMLDateTime.Date(year: year, month: month, day: day)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private mutating func time() throws(TOMLError) -> TOMLDateTime.Time {
        let hour = try field(2, 0...23, "hour")
        try expect(":")
        let minute = try field(2, 0...59, "minute")
        try expect(":")
        let second = try field(2, 0...60, "second")
        return TOMLDateTime.Time(hour: hour, minute: minute, second: second, nanosecond: try nanosecond())
    }

    /// Reads the fraction of a second, if there is one.
    private mutating func nanosecond() throws(TOMLError) -> Int {
        guard take(".") else { return 0 }
        guard isDigit(0) else { throw expected("a digit") }
        var value = 0
        var scale = 100_000_000
        while isDigit(0), let digit = next.flatMap(Self.digit) {
            value += digit * scale
            scale /= 10
            advance()
        }
        return value
    }

    /// Reads the offset from UTC in minutes, if there is one.
    private mutating func utcOffset() throws(TOMLError) -> Int? {
        if take("Z") || take("z") { return 0 }
        guard next == "+" || next == "-" else { return nil }
        let sign = next == "-" ? -1 : 1
        advance()
        let hour = try field(2, 0...23, "hour")
        try expect(":")
        return sign * (hour * 60 + (try field(2, 0...59, "minute")))
    }

    /// Reads a number of exactly that many digits.
    private mutating func field(_ count: Int, _ range: ClosedRange<Int>, _ name: String) throws(TOMLError) -> Int {
        let start = position
        var value = 0
        for _ in 0..<count {
            guard isDigit(0), let digit = next.flatMap(Self.digit) else { throw expected("a digit of the \(name)") }
            value = value * 10 + digit
            advance()
        }
        guard range.contains(value) else { throw TOMLError(start, "\(value) is not a valid \(name)") }
        return value
    }

    private mutating func expect(_ separator: String) throws(TOMLError) {
        guard take(separator) else { throw expected("'\(separator)'") }
    }
}
