/// The name of a VM, as multipass allows it: letters, digits and hyphens, a letter first, at most 63 characters.
package struct VMName: Sendable, Hashable, CustomStringConvertible {
    package let text: String
    /// The name as text.
    package var description: String { text }

    /// Checks the name; throws `Failure.badInput` with an example.
    package init(_ text: String) throws {
        guard NameFault(in: text, longest: 63) == nil else {
            throw Failure(
                .badInput, "\(Shell.quoted(text.clipped)) is not a valid name for a VM",
                hint: "write it like box or rack1/box: letters, digits and -, a letter first, at most 63 characters")
        }
        self.text = text
    }
}

/// A VM as the user names it: `NAME`, on whatever host it is, or `HOST/NAME`.
package struct VMReference: Sendable, Hashable, CustomStringConvertible {
    /// The host, where it is named.
    package var host: HostName?
    package var name: VMName

    package init(_ host: HostName?, _ name: VMName) {
        self.host = host
        self.name = name
    }

    /// Reads `NAME` or `HOST/NAME`; throws `Failure.badInput` with an example.
    package init(_ text: String) throws {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        host = parts.count == 2 ? try HostName(parts[0]) : nil
        name = try VMName(parts[parts.count - 1])
    }

    /// As the user writes it.
    package var description: String { host.map { "\($0)/\(name)" } ?? name.text }
}
