import Provisioning

/// The LXD of one machine.
final class SimulatedDaemon {
    let name: String
    var cluster: SimulatedCluster?
    /// The address that it cannot leave any more.
    var home: String?
    /// A first configuration or a join is under way.
    private(set) var isConfiguring = false
    /// The cluster that it is joining.
    private(set) var joining: SimulatedCluster?
    /// Its machine went off while it joined: it knows itself in a cluster that does not know it, and cannot start.
    var isCutOff = false
    /// A try that failed has left something behind.
    var hasDebris = false
    /// Since when it does not answer others.
    var goneSince: Duration?

    init(name: String) { self.name = name }

    func begin(joining cluster: SimulatedCluster? = nil) {
        isConfiguring = true
        joining = cluster
        cluster?.joins += 1
    }

    /// Ends what is under way, by itself or because its machine goes; false where that has happened already.
    @discardableResult
    func end() -> Bool {
        defer {
            isConfiguring = false
            joining = nil
        }
        joining?.joins -= 1
        return isConfiguring
    }
}

/// What the members of one cluster agree on.
final class SimulatedCluster {
    struct Member {
        let daemon: SimulatedDaemon
        let address: String
        var isPending: Bool
    }

    enum Network: Equatable {
        case pending(Set<String>)
        case errored(Set<String>)
        case created
    }

    let certificate: String
    /// With which servers join where there are no tokens.
    var password: String?
    var members: [String: Member] = [:]
    /// The order in which they came, of which the first three vote.
    var order: [String] = []
    var joinTokens: [String: String] = [:]
    /// The clients' certificates.
    var trusted: Set<String> = []
    var network: Network?
    /// How many clients have begun to create it, and not ended.
    var creations = 0
    var hasCard = false
    var joins = 0
    /// The servers whose certificates the cluster trusts, by name: also those of joins that failed.
    var certified: [String: SimulatedDaemon] = [:]
    /// The addresses in the configuration of the database: those of the members, and what joins have left.
    var raft: Set<String> = []

    init(certificate: String) { self.certificate = certificate }

    func add(_ name: String, _ member: Member) {
        members[name] = member
        if !member.isPending { raft.insert(member.address) }
        if !member.isPending && !order.contains(name) { order.append(name) }
    }

    /// Forgets a member, and with it what networks were prepared on it.
    func forget(_ name: String) {
        if let address = members[name]?.address { raft.remove(address) }
        members[name] = nil
        certified[name] = nil
        joinTokens[name] = nil
        order.removeAll { $0 == name }
        switch network {
        case .pending(let names): network = .pending(names.subtracting([name]))
        case .errored(let names): network = .errored(names.subtracting([name]))
        default: break
        }
    }
}

extension World {
    /// Whether that member's machine is there and serves.
    func serves(_ daemon: SimulatedDaemon) -> Bool {
        machines[daemon.name].map { $0.daemon === daemon && $0.serves(clock.elapsed) } ?? false
    }

    /// Whether more than half of the voters are there.
    func hasQuorum(_ cluster: SimulatedCluster) -> Bool {
        let voters = cluster.order.count < 3 ? Array(cluster.order.prefix(1)) : Array(cluster.order.prefix(3))
        let present = voters.filter { cluster.members[$0].map { serves($0.daemon) } ?? false }.count
        return present * 2 > voters.count
    }

    /// Who leads the database: the first that came of those that are there.
    func leader(_ cluster: SimulatedCluster) -> String? {
        cluster.order.first { cluster.members[$0].map { serves($0.daemon) } ?? false }
    }

    /// `Online`, or `Offline` once it has been away for 20 seconds.
    func status(_ member: SimulatedCluster.Member) -> String {
        if serves(member.daemon) { return "Online" }
        let machine = machines[member.daemon.name]
        let isHung = machine?.isHung(clock.elapsed) ?? false
        let since = member.daemon.goneSince ?? (isHung ? machine?.hungFrom : machine?.runningAt) ?? .zero
        return clock.elapsed - since < .seconds(20) && member.daemon.home != nil ? "Online" : "Offline"
    }
}
