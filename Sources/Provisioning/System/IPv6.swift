#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An IPv6 address, in the one way of writing it that the C library prints.
package struct IPv6: Sendable, Hashable {
    /// As `inet_ntop` writes it: `fd00::1`.
    package let text: String

    /// Every address of a machine, those of IPv4 too.
    package static let any = "::"

    /// Reads an address without brackets and zone; `nil` where it is none.
    package init?(_ text: String) {
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &address, &buffer, socklen_t(buffer.count)) != nil else { return nil }
        self.text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
