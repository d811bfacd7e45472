/// Members whose daemon may be joining still: on behalf of a run that was cut off, or of a try that was given up.
///
/// Nobody joins before these have ended: where joins at the same time hang it would for good, and elsewhere a try that
/// nobody watches is not repeated. In a cluster whose machines are all new there are none, and nothing is asked.
actor UnfinishedJoins {
    private var suspects: Set<MemberName>?
    /// Those that this run lets join, and watches.
    private var joining: Set<MemberName> = []
    private var known: Set<String>?
    private var found: Set<IPv4>?
    private var given: Set<IPv4> = []

    /// Whether the cluster knew the member when it was first asked in this run.
    func isKnown(_ member: MemberName, to cluster: LXC) async throws -> Bool {
        if let known { return known.contains(member.text) }
        let names = Set(try await cluster.members().map(\.name))
        known = names
        return names.contains(member.text)
    }

    /// The members, but for one; at first those whose machine is older than this run.
    func others(than member: MemberName, _ context: PlanContext) async throws -> [MemberName] {
        let state = await context.store.state
        let older = try await context.machines.all(context.provider, state).keys.filter { $0 != state.first }
        let suspects = self.suspects ?? Set(older)
        self.suspects = suspects
        return suspects.subtracting(joining).subtracting([member]).sorted()
    }

    /// The addresses that earlier joins have left in the configuration of the cluster's database, looked for once.
    func strays(_ look: @Sendable () async throws -> Set<IPv4>) async throws -> Set<IPv4> {
        if let found { return found }
        let found = try await look()
        self.found = found
        return found
    }

    /// Notes the address of a machine that is given up, whose daemon may add it to the database's configuration until then.
    func abandon(_ address: IPv4) { given.insert(address) }

    /// The addresses of machines that were given up since the last call.
    func takeAbandonedAddresses() -> [IPv4] {
        defer { given = [] }
        return given.sorted { $0.bits < $1.bits }
    }

    /// Notes that the member begins to join.
    func begins(_ member: MemberName) { joining.insert(member) }

    /// Notes that nobody watches the member's join any more, which may not have ended.
    func isGivenUp(_ member: MemberName) {
        joining.remove(member)
        suspects?.insert(member)
    }

    /// Notes that the member joins no more.
    func ends(_ member: MemberName) {
        joining.remove(member)
        suspects?.remove(member)
    }
}
