/// Everything that was seen of a cluster at one moment: facts, and no conclusions.
public struct ClusterObservation: Sendable {
    /// What the user's client knows of the cluster's remote.
    public enum Remote: Sendable, Equatable {
        /// Nobody looked, or there is no client, or the state names none.
        case unknown
        /// The client has no such remote.
        case missing
        /// The client has it, at that address, and it trusts the cluster's certificate or not.
        case present(address: String?, isTrusted: Bool)
    }

    /// The state.
    public var state: ClusterState
    /// The members, those of the state first.
    public var members: [MemberStatus]
    /// The members as the cluster sees them; `nil` where none could say.
    public var view: [ClusterMember]?
    /// Whether a daemon answered that the cluster's database has no leader.
    public var hasNoLeader = false
    /// How long each question was given.
    public var waited: Duration = .zero
    /// The addresses of the voters, as a member's own files say; `nil` if not inspected.
    public var voters: [IPv4]?
    /// The remote.
    public var remote: Remote = .unknown
    /// The clients that the cluster trusts and that neither the user's client nor the state accounts for.
    public var foreignClients: [TrustedClient] = []

    /// What was seen of the state's members.
    public init(state: ClusterState, members: [MemberStatus], view: [ClusterMember]?) {
        self.state = state
        self.members = members
        self.view = view
    }
}
