import Provisioning

/// A version of an engine, with what it does and says differently from the others.
///
/// Sources: the recordings of LXD 5.0.2, 5.21.7 and 6.9, Incus 6.0.4 and 7.0.2, in topics 01, 03, 04, 05 and 15; LXD 4.0 from
/// LXD's sources.
struct SimulatedRelease: Sendable, Equatable, CustomStringConvertible {
    let engine: Engine
    let version: String

    init(_ engine: Engine, _ version: String) {
        self.engine = engine
        self.version = version
    }

    /// All that are simulated; the last of each engine are of the future.
    static let all = [
        SimulatedRelease(.lxd, "4.0.10"), SimulatedRelease(.lxd, "5.0.2"), SimulatedRelease(.lxd, "5.21.7"),
        SimulatedRelease(.lxd, "6.9"), SimulatedRelease(.lxd, "9.9"), SimulatedRelease(.incus, "6.0.4"),
        SimulatedRelease(.incus, "7.0.2"), SimulatedRelease(.incus, "9.9"),
    ]

    var description: String { "\(engine.title) \(version)" }

    private var numbers: [Int] { version.split(separator: ".").compactMap { Int($0) } }

    /// Whether it is LXD of that version or a later one.
    private func isLXD(_ least: [Int]) -> Bool { engine == .lxd && !numbers.lexicographicallyPrecedes(least) }
    /// Whether it is Incus of that version or a later one.
    private func isIncus(_ least: [Int]) -> Bool { engine == .incus && !numbers.lexicographicallyPrecedes(least) }

    /// What the user asks for to get it.
    var flags: [Setting: String] { engine == .lxd ? [.channel: SnapChannel.stable(of: version).text] : [:] }

    // MARK: What it says

    /// What the daemon can, as far as it matters for joins.
    var extensions: [String] { numbers[0] < 5 ? [] : ["clustering_join_token", "certificate_token"] }

    var noDaemon: String {
        engine == .incus
            ? "Error: The incus daemon doesn't appear to be started (socket path: /d/unix.socket)"
            : #"Error: Get "http://unix.socket/1.0": dial unix /d/unix.socket: connect: connection refused"#
    }

    var noLeader: String {
        if engine == .incus {
            return
                "Error: Failed to begin transaction: failed to create cowsql connection: no available cowsql leader server found"
        }
        let begin = isLXD([6]) ? "Failed beginning transaction" : "Failed to begin transaction"
        return "Error: \(begin): failed to create dqlite connection: no available dqlite leader server found"
    }

    /// What stands before the cause of a join that fails.
    private var joining: String { isLXD([6]) ? "Failed joining cluster" : "Failed to join cluster" }

    func joinFails(_ cause: String) -> String { "Error: \(joining): \(cause)" }

    /// The token is not the one that the cluster has made last.
    var trustRefused: String {
        joinFails(
            isLXD([5, 21])
                ? "Failed setting up cluster trust: Failed to add server cert to cluster: No matching cluster join operation found"
                : "Failed to setup cluster trust: Failed to add server cert to cluster: No matching cluster join operation found"
        )
    }

    /// Another server's certificate is trusted under the name.
    var nameHeld: String { joinFails("Failed updating cluster trust: Failed getting existing certificate: Forbidden") }

    /// A member has the name, which does not answer, and for which LXD gave a token.
    var nameIsMembers: String {
        keepsFailedCertificates
            ? nameHeld
            : joinFails("Failed to setup cluster trust: Failed to add server cert to cluster: failed to notify peer")
    }

    /// The roles of the leader and of the other voters.
    var roles: (leader: [String], voter: [String]) {
        isLXD([6, 7])
            ? (["database-leader"], ["database-voter"]) : (["database-leader", "database"], ["database"])
    }

    /// The value of `source` that the first member gives joining ones: its own path, in LXD 6.9.
    var givenSource: String { isLXD([6, 9]) ? "/var/snap/lxd/common/lxd/disks/default.img" : "" }

    /// The client's word for a remote's address, and what stands around it.
    func remote(_ address: String) -> String {
        isIncus([7]) ? #"{"Addrs":["\#(address)"]}"# : #"{"Addr":"\#(address)"}"#
    }

    // MARK: What it does

    /// Whether the certificate of a join that failed stays trusted, so that only the same server can use the name again.
    var keepsFailedCertificates: Bool { isLXD([5, 21]) }
    /// Whether a join token is given for the name of a member.
    var givesTokensForMembers: Bool { engine == .lxd }
    /// Whether several servers can join at once, nearly always.
    var joinsSeveralAtOnce: Bool { isLXD([5, 21]) || isIncus([7]) }

    // MARK: Its programs

    /// A command in LXD's words, whichever the engine is; words of the other engine stay what they are, and are unknown.
    func inWordsOfLXD(_ words: [String]) -> [String] {
        guard engine == .incus else { return words }
        let administration = engine.administration
        if words.starts(with: administration) { return ["lxd"] + words.dropFirst(administration.count) }
        switch words.first {
        case engine.client:
            return ["lxc"] + words.dropFirst().map { $0 == "add-certificate" ? "add" : $0 }
        case engine.daemon: return ["lxd"] + words.dropFirst()
        case "lxc", "lxd": return ["LXD's"] + words
        default: return words
        }
    }
}
