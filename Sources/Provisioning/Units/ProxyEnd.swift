/// One end of a proxy device, such as `tcp:0.0.0.0:80-82,90`.
struct ProxyEnd: Sendable, Equatable {
    var transport: Unit.Port.TransportProtocol
    /// Without brackets.
    var address: String
    var ranges: [ClosedRange<Int>]

    /// `nil` for sockets of files, and for what is none.
    init?(_ text: String) {
        guard let first = text.firstIndex(of: ":"), let last = text.lastIndex(of: ":"), first < last,
            let transport = Unit.Port.TransportProtocol(rawValue: String(text[..<first]))
        else { return nil }
        self.transport = transport
        let host = String(text[text.index(after: first)..<last])
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        address = IPv6(bare)?.text ?? bare
        ranges = text[text.index(after: last)...].split(separator: ",").compactMap { Self.range($0) }
    }

    /// `80`, or `80-82`.
    static func range(_ text: some StringProtocol) -> ClosedRange<Int>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let ends = parts.compactMap { part in Int(part).flatMap { String($0) == part ? $0 : nil } }
        guard 1...2 ~= parts.count, ends.count == parts.count, let low = ends.first, let high = ends.last, low <= high,
            1 <= low, high <= 65_535
        else { return nil }
        return low...high
    }
}
