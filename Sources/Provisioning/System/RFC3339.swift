#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Moments as RFC 3339 writes them.
package enum RFC3339 {
    /// The moment in UTC, from seconds since 1970: `2026-11-28T04:30:00Z`.
    package static func text(_ seconds: Int) -> String { text(Date(timeIntervalSince1970: Double(seconds))) }

    static func text(_ date: Date) -> String { date.formatted(.iso8601) }

    /// The moment, to the second; `nil` where the text is none.
    ///
    /// Go writes up to nine digits behind the second.
    package static func date(_ text: String) -> Date? {
        try? Date(text.replacing(/\.[0-9]+/, with: ""), strategy: .iso8601)
    }
}
