/// The recipe of `repair`: mends what `status` finds, as far as that can be done without a person.
public struct RepairPlan: Sendable {
    /// The steps; none where nothing can be mended.
    public private(set) var plan = Plan()
    /// What the steps do not mend, the weightiest first.
    public private(set) var left: [Finding] = []
    /// The members that are made anew, without what was on them.
    public private(set) var lost: [MemberName] = []

    private let record: ClusterRecord
    private var first: MemberName { record.first }

    /// The steps for those findings.
    public init(for record: ClusterRecord, _ findings: [Finding]) {
        self.record = record
        let cures = findings.map { ($0, Cure($0, of: record)) }
        left = cures.filter { $0.1 == .none }.map(\.0)
        func members(_ cure: Cure) -> [MemberName] { cures.compactMap { $0.1 == cure ? $0.0.member : nil } }
        lost = members(.anew)
        let isOff = cures.contains { $0.1 == .startAll }
        let off = isOff ? record.members.map(\.name).filter { !lost.contains($0) } : members(.start)
        let remote = cures.contains { $0.1 == .remote }
        let isNeeded = cures.contains { ![.none, .byOthers].contains($0.1) }
        guard isNeeded else {
            // What would have gone away with the rest has nothing to go away with.
            left = findings
            return
        }

        // What machines share may have gone with the host's last reboot.
        let host = plan.add(PrepareHost())
        let routed = plan.add(RouteTraffic(), after: [host])

        // Machines that are off, and daemons that do not answer; what runs on the others goes on.
        let started = off.map { name in
            plan.add(SettleMachine(name: name), after: [plan.add(StartMachine(name: name), after: [host])])
        }
        let restarted = members(.restart).map { plan.add(RestartDaemon(name: $0), after: [host]) }

        // Only a cluster that has its majority again can let members go and come.
        let survivors = record.members.map(\.name).filter { !lost.contains($0) && !members(.join).contains($0) }
        let whole = plan.add(
            VerifyCluster(first: first, wanted: survivors, title: "check that those which are left are online"),
            after: [routed] + started + restarted)
        let joined = (lost + members(.join)).sorted().map { add(whole, $0) }

        // The person's client; its certificate is fetched anew through the provider.
        if remote {
            let certificate = plan.add(FetchCertificate(name: first), after: [whole])
            plan.add(PointRemote(name: first), after: [plan.add(AddRemote(name: first), after: [certificate])])
        }
        plan.add(VerifyCluster(first: first, wanted: record.members.map(\.name)), after: [whole] + joined)
    }

    /// A member that comes back as a new one, or joins for the first time.
    private mutating func add(_ whole: Int, _ name: MemberName) -> Int {
        guard lost.contains(name) else { return plan.add(JoinMember(name: name), after: [whole]) }
        let forgotten = plan.add(ForgetMember(name: name, witness: first), after: [whole])
        let made = plan.add(MakeAnew(name: name), after: [forgotten])
        return plan.add(JoinMember(name: name), after: [made])
    }
}

/// What is done about a finding.
private enum Cure {
    case startAll, start, restart, anew, join, remote
    /// It goes away with the others.
    case byOthers
    /// Nothing that this tool could do without a person.
    case none

    init(_ finding: Finding, of record: ClusterRecord) {
        switch finding {
        case .stopped: self = .startAll
        case .machineOff: self = .start
        case .daemonDead, .daemonHangs, .daemonFails: self = .restart
        case .notJoined(let member): self = member.isFirst ? .none : .join
        // Everything hangs on the first member here: its certificate, the remote, the tokens.
        case .machineMissing(let member), .expelled(let member), .moved(let member, _, _):
            self = member.isFirst ? .none : .anew
        case .remoteMissing, .remoteStale, .remoteElsewhere: self = .remote
        case .silent, .noMajority, .oneLossStops, .notOnline(_, "offline"): self = .byOthers
        case .halfDestroyed, .halfRestored, .gone, .machineDeleted, .notOnline, .stranger, .versionsDiffer: self = .none
        }
    }
}
