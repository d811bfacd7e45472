/// A channel of the LXD snap, such as `5.21/stable`.
package struct SnapChannel: Sendable, Equatable {
    /// As a user writes it.
    package let text: String

    /// A channel that was checked as a setting.
    package init(_ text: String) { self.text = text }

    /// The version that the channel is of, such as `5.21`; `nil` where it takes any: `latest/stable`, or `edge`.
    var track: String? {
        let first = text.split(separator: "/", omittingEmptySubsequences: false).first ?? ""
        return first.utf8.first.map { 48...57 ~= $0 } ?? false ? String(first) : nil
    }

    /// Whether an LXD of that version, such as `5.21.3`, can come from the channel.
    package func accepts(_ version: String) -> Bool {
        guard let track else { return true }
        let next = version.dropFirst(track.count).utf8.first
        return version.hasPrefix(track) && !(next.map { 48...57 ~= $0 } ?? false)
    }

    /// Whether all versions of the channel come before that one.
    package func isBefore(_ version: EngineVersion) -> Bool {
        let numbers = (track ?? "").split(separator: ".").compactMap { Int($0) }
        let own = [version.major, version.minor].prefix(numbers.count)
        return numbers.prefix(2).lexicographicallyPrecedes(own)
    }

    /// The channel with stable releases to which that version belongs.
    ///
    /// Before 6 each long-term release has a track of its own; from 6 on each major version has one.
    package static func stable(of version: String) -> SnapChannel {
        let numbers = version.split(separator: ".", maxSplits: 2).map { $0.prefix { $0.isASCII && $0.isNumber } }
        guard let major = numbers.first.flatMap({ Int($0) }) else { return SnapChannel("latest/stable") }
        return SnapChannel(major < 6 && numbers.count > 1 ? "\(major).\(numbers[1])/stable" : "\(major)/stable")
    }
}
