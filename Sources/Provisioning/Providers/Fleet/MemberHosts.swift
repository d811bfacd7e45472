import Synchronization

/// Which member is on which host, for those who ask with a member's name alone.
final class MemberHosts: Sendable {
    private let known: Mutex<[MemberName: HostName]>

    /// The members of that state.
    init(_ state: ClusterState) { known = Mutex(Self.homes(in: state)) }

    func host(of member: MemberName) -> HostName { known.withLock { $0[member] } ?? .local }

    /// Adds the members of that state.
    func learn(_ state: ClusterState) {
        let homes = Self.homes(in: state)
        known.withLock { $0.merge(homes) { _, new in new } }
    }

    private static func homes(in state: ClusterState) -> [MemberName: HostName] {
        Dictionary(state.members.map { ($0.name, $0.host ?? .local) }) { first, _ in first }
    }
}
