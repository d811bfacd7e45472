/// A date, a time, or both, as TOML and RFC 3339 write them.
public struct TOMLDateTime: Sendable, Hashable {
    /// A day of the Gregorian calendar.
    public struct Date: Sendable, Hashable {
        /// The year, 0 to 9999.
        public let year: Int
        /// The month, from 1.
        public let month: Int
        /// The day of the month, from 1.
        public let day: Int
    }

    /// A time of day.
    public struct Time: Sendable, Hashable {
        /// The hour, 0 to 23.
        public let hour: Int
        /// The minute, 0 to 59.
        public let minute: Int
        /// The second, 0 to 59, or 60 where a leap second is.
        public let second: Int
        /// The fraction of the second; digits beyond the ninth are left out.
        public let nanosecond: Int
    }

    /// Which of TOML's four types it has.
    public enum Kind: Sendable, Hashable {
        /// A point in time.
        case offsetDateTime
        /// Date and time, wherever one is.
        case localDateTime
        /// A day, wherever one is.
        case localDate
        /// A time of any day.
        case localTime

        /// What it is called, with its article.
        var title: String {
            switch self {
            case .offsetDateTime: "an offset date-time"
            case .localDateTime: "a local date-time"
            case .localDate: "a local date"
            case .localTime: "a local time"
            }
        }
    }

    /// As it stands in the document.
    public let text: String
    /// The date, if there is one.
    public let date: Date?
    /// The time of day, if there is one.
    public let time: Time?
    /// How many minutes it is ahead of UTC, if it says so.
    public let offset: Int?

    /// Which of TOML's four types it has.
    public var kind: Kind {
        if date == nil { return .localTime }
        if time == nil { return .localDate }
        return offset == nil ? .localDateTime : .offsetDateTime
    }
}
