/// A date, a time, or both, as TOML and RFC 3339 write them.
package struct TOMLDateTime: Sendable, Hashable {
    /// A day of the Gregorian calendar.
    package struct Date: Sendable, Hashable {
        package let year: Int
        package let month: Int
        /// The day of the month, from 1.
        package let day: Int
    }

    package struct Time: Sendable, Hashable {
        package let hour: Int
        package let minute: Int
        /// The second, 0 to 59, or 60 where a leap second is.
        package let second: Int
        /// The fraction of the second; digits beyond the ninth are left out.
        package let nanosecond: Int
    }

    /// Which of TOML's four types it has.
    package enum Kind: Sendable, Hashable {
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
    package let text: String
    /// The date, if there is one.
    package let date: Date?
    /// The time of day, if there is one.
    package let time: Time?
    /// How many minutes it is ahead of UTC, if it says so.
    package let offset: Int?

    /// Which of TOML's four types it has.
    package var kind: Kind {
        if date == nil { return .localTime }
        if time == nil { return .localDate }
        return offset == nil ? .localDateTime : .offsetDateTime
    }
}
