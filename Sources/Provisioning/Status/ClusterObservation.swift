/// Everything that was seen of a cluster at one moment: facts, and no conclusions.
package struct ClusterObservation: Sendable {
    /// What the user's client knows of the cluster's remote.
    package enum Remote: Sendable, Equatable {
        /// Nobody looked, or there is no client, or the state names none.
        case unknown
        /// The client has no such remote.
        case missing
        /// The client has it, at that address, and it trusts the cluster's certificate or not.
        case present(address: String?, isTrusted: Bool)
    }

    package var state: ClusterState
    /// The members, those of the state first.
    package var members: [MemberStatus]
    /// The members as the cluster sees them; `nil` where none could say.
    package var view: [ClusterMember]?
    /// Whether a daemon answered that the cluster's database has no leader.
    package var hasNoLeader = false
    /// How long each question was given.
    package var waited: Duration = .zero
    /// The addresses of the voters, as a member's own files say; `nil` if not inspected.
    package var voters: [IPv4]?
    package var remote: Remote = .unknown
    /// The answer of the cluster's API by that remote.
    package var clientAccess: ClientAccess = .unknown
    /// How long the slowest answer took, where the connections to the hosts are slow.
    package var slowness: Duration?
    /// What of the machines' network is not as it should be on their hosts.
    package var networkFaults: [NetworkFault] = []
    /// The clients that the cluster trusts and that neither the user's client nor the state accounts for.
    package var foreignClients: [TrustedClient] = []
    /// Whether the cluster was bootstrapped once, as far as its files tell: each cluster's certificate is kept.
    package var isBootstrapped = true
    /// What `up` has left undone, as it calls its steps.
    package var unfinished: [String] = []
    /// What is not as the cluster file says that was last applied, a few words each.
    package var drift: [String] = []
    /// The change that another run makes meanwhile.
    package var change: ClusterChange?
    /// The instances that an interrupted run has stopped, or was about to stop.
    package var interrupted: [String] = []

    /// What instances have answered that are not healthy, by unit.
    package var unhealthy: [String: [(name: String, answer: String)]] = [:]

    /// What was seen of the state's members.
    package init(state: ClusterState, members: [MemberStatus], view: [ClusterMember]?) {
        self.state = state
        self.members = members
        self.view = view
    }
}
