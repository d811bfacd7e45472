/// The moments that stand in lines of logs.
enum LogTime {
    /// How far from its beginning a line's time may stand.
    private static let reach = 48

    /// The moment in a line, in seconds since 1970: that of LXD's `time="2026-11-28T05:30:00+01:00"`, or one at the line's
    /// beginning; without a zone it is UTC's.
    static func seconds(in line: some StringProtocol) -> Int? {
        let beginning = String(decoding: line.utf8.prefix(reach), as: UTF8.self)
        let pattern =
            /^(?:\S*? ?time="?|\[)?(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)?/
        guard let match = try? pattern.prefixMatch(in: beginning)?.output else { return nil }
        let numbers = [match.1, match.2, match.3, match.4, match.5, match.6].compactMap { Int($0) }
        guard numbers.count == 6, 1...12 ~= numbers[1], 1...31 ~= numbers[2], numbers[3] < 24, numbers[4] < 60,
            numbers[5] < 61
        else { return nil }
        let time = numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
        let seconds = days(numbers[0], numbers[1], numbers[2]) * 86_400 + time - offset(match.7 ?? "Z")
        return Bounds.times.contains(seconds) ? seconds : nil
    }

    /// How many seconds a zone is ahead of UTC.
    private static func offset(_ zone: Substring) -> Int {
        let digits = zone.dropFirst().filter(\.isNumber)
        guard digits.count == 4, let hours = Int(digits.prefix(2)), let minutes = Int(digits.suffix(2)) else {
            return 0
        }
        return (hours * 3600 + minutes * 60) * (zone.hasPrefix("-") ? -1 : 1)
    }

    /// The days from 1970 to a day of the Gregorian calendar, of which a year counts from March.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let ofYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + ofYear - 719_468
    }
}

/// Leaves out the lines of a log that were written before a moment; a line without a time belongs to the line before it.
struct LogFilter: Sendable {
    private let since: Int?
    /// Whether the last line was of the time; one before the first time is shown.
    private var isSince = true

    init(since: Int?) { self.since = since }

    mutating func takes(_ line: some StringProtocol) -> Bool {
        guard let since else { return true }
        if let time = LogTime.seconds(in: line) { isSince = time >= since }
        return isSince
    }

    /// The lines that are of the time; what comes before the first time is of that time.
    static func lines<Line: StringProtocol>(_ lines: [Line], since: Int?) -> [Line] {
        var filter = LogFilter(since: since)
        if let first = lines.first(where: { LogTime.seconds(in: $0) != nil }) { _ = filter.takes(first) }
        return lines.filter { filter.takes($0) }
    }

    /// The same of a text, as a text.
    static func text(_ text: String, since: Int?) -> String {
        guard since != nil else { return text }
        let all = text.utf8.split(separator: 10, omittingEmptySubsequences: true).map(Substring.init)
        return lines(all, since: since).map { $0 + "\n" }.joined()
    }
}
