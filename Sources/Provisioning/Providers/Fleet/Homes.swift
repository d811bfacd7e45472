import Synchronization

/// Which member is on which host, for those who ask with a member's name alone.
final class Homes: Sendable {
    private let known: Mutex<[MemberName: HostName]>

    /// The members of that record.
    init(_ record: ClusterRecord) { known = Mutex(Self.homes(in: record)) }

    /// The host of that member.
    func host(of member: MemberName) -> HostName { known.withLock { $0[member] } ?? .local }

    /// Adds the members of that record.
    func learn(_ record: ClusterRecord) {
        let homes = Self.homes(in: record)
        known.withLock { $0.merge(homes) { _, new in new } }
    }

    private static func homes(in record: ClusterRecord) -> [MemberName: HostName] {
        Dictionary(record.members.map { ($0.name, $0.host ?? .local) }) { first, _ in first }
    }
}
