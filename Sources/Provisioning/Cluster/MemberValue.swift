/// A value of a network or a storage pool that is a joining member's own, as `--member-config` gives it.
package struct MemberValue: Sendable, Equatable {
    /// The member that gets it; `nil` is each that joins.
    package var member: MemberName?
    /// The network or pool, and its key: `uplink.parent`.
    package var key: String
    /// The value; empty leaves it to the engine.
    package var value: String

    /// Reads `[MEMBER:]NAME.KEY=VALUE`; throws `Failure.badInput`.
    package init(_ text: String, of cluster: ClusterName) throws {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var key = parts[0]
        if let colon = key.firstIndex(of: ":"), let member = MemberName(String(key[..<colon]), of: cluster) {
            self.member = member
            key = String(key[key.index(after: colon)...])
        }
        let names = key.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, names.count > 1, !names.contains(""), !text.hasControls,
            !key.contains(where: \.isWhitespace)
        else {
            throw Failure(
                .badInput, "--member-config: \(Shell.quoted(text.clipped)) is not NAME.KEY=VALUE",
                hint: "write it like uplink.parent=eth1, or \(MemberName(cluster, 1)):uplink.parent=eth1 for one member"
            )
        }
        self.key = key
        value = parts[1]
    }

    /// As the user would give it.
    var text: String { "--member-config \(Shell.quoted("\(member.map { "\($0):" } ?? "")\(key)=\(value)"))" }
}

extension [MemberValue] {
    /// The values of that member by key; one that names the member counts more than one for all.
    package func of(_ member: MemberName) -> [String: String] {
        var values: [String: String] = [:]
        for value in self where value.member == nil { values[value.key] = value.value }
        for value in self where value.member == member { values[value.key] = value.value }
        return values
    }
}
