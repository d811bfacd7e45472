@testable import Provisioning

/// A whole context on test doubles, for a cluster called DEV.
struct Bench: Sendable {
    let files = InMemoryFiles()
    let runner = ScriptedRunner()
    let time = VirtualTime()
    let redactor = Redactor()
    let provider: any MachineProvider
    let context: PlanContext

    static let runtime = "/r"
    static let folder = "/r/clusters/DEV"

    init(
        members: Int = 1, settings: ClusterSettings = ClusterSettings(provider: .namespace, storage: .dir),
        provider: any MachineProvider = StubProvider(), engine: Engine = .lxd, remote: ClusterState.Remote? = nil,
        flags: [Setting: String] = [:], environment: [String: String] = [:], random: any RandomSource = FixedRandom(),
        limits: Limits = Limits()
    ) throws {
        self.provider = provider
        var state = try Bench.state(members, settings)
        state.remote = remote
        let folder = ClusterFolder(runtime: Bench.runtime, cluster: state.name)
        let variables = ["HOME": "/home/p", "LXD_CONF": "/conf"].merging(environment) { $1 }
        context = PlanContext(
            store: StateStore(state, folder: folder, files: files), folder: folder, files: files, runner: runner,
            provider: provider, engine: engine, templates: TemplateLibrary(runtime: Bench.runtime, files: files),
            sources: SettingSources(flags: flags, environment: { variables[$0] }), time: time, random: random,
            redactor: redactor, limits: limits)
    }

    /// A state of DEV whose members are spread over that many hosts, in turns.
    static func state(_ members: Int, over hosts: Int) throws -> ClusterState {
        var state = try state(members)
        state.spread = try (0..<hosts).map { number in
            ClusterState.HostAddress(
                host: try HostName("h\(number)"), address: IPv4(bits: 0xC000_0201 + UInt32(number)), number: number)
        }
        state.subnet = Subnet("10.64.0.0/22")
        state.port = 20_001
        for index in state.members.indices {
            state.members[index].host = try HostName("h\(index % hosts)")
            state.members[index].address = IPv4("10.64.0.\(10 + index)")
        }
        return state
    }

    /// A state of DEV with that many members.
    static func state(
        _ members: Int, _ settings: ClusterSettings = ClusterSettings(provider: .namespace, storage: .dir)
    ) throws -> ClusterState {
        var state = ClusterState(
            name: try ClusterName("DEV"), identifier: "0123abcd", created: 1_000_000, settings: settings)
        state.members = try (0..<members).map { ClusterState.Member(name: try .dev($0)) }
        return state
    }
}

extension PlanContext {
    /// The same context with another runner.
    func with(runner: any CommandRunner) -> PlanContext { with(folder, files, runner, time) }

    /// The same context with its files in a real folder, and with another clock where one is given.
    func inside(_ home: TemporaryFolder, by clock: (any TimeSource)? = nil) -> PlanContext {
        with(ClusterFolder(runtime: home.path, cluster: folder.cluster), LocalFiles(), runner, clock ?? time)
    }

    private func with(
        _ folder: ClusterFolder, _ files: any Files, _ runner: any CommandRunner, _ time: any TimeSource
    ) -> PlanContext {
        PlanContext(
            store: store, folder: folder, files: files, runner: runner, provider: provider, engine: engine,
            templates: templates, sources: sources, time: time, random: random, redactor: redactor, limits: limits)
    }
}

extension MemberName {
    /// A member of DEV.
    static func dev(_ index: Int) throws -> MemberName { MemberName(try ClusterName("DEV"), index) }
}

/// Randomness that is none.
struct FixedRandom: RandomSource {
    func secret(length: Int) -> String { String(repeating: "S3CRET", count: 5).prefix(length).description }
    func identifier(length: Int) -> String { "0123abcd" }
}

/// What LXD answers.
enum Server {
    /// `GET /1.0` of a server with or without tokens.
    static func info(
        clustered: Bool = false, certificate: String = "CERT\n", tokens: Bool = true, name: String = "DEV-00",
        version: String? = nil
    ) -> ScriptedRunner.Answer {
        let extensions = tokens ? #""clustering","clustering_join_token","certificate_token""# : #""clustering""#
        let pem = certificate.replacing("\n", with: "\\n")
        return .prints(
            #"{"api_extensions":[\#(extensions)],"environment":{"server_clustered":\#(clustered),"certificate":"\#(pem)","#
                + #""server_version":"\#(version ?? (tokens ? "5.0.2" : "4.0.5"))","server_name":"\#(name)"}}"#)
    }

    /// The question when members last showed life.
    static let heartbeats =
        "lxc query --request POST --data "
        + Shell.quoted(
            #"{"database":"global","query":"SELECT name, CAST(julianday('now') - julianday(heartbeat) AS TEXT) FROM nodes"}"#
        )
        + " /internal/sql"

    /// A question to the cluster's database, or to the server's own.
    static func question(_ sql: String, in database: String = "global") -> String {
        let data = #"{"database":"\#(database)","query":"\#(sql)"}"#
        return "lxc query --request POST --data " + Shell.quoted(data) + " /internal/sql"
    }

    /// What the database answers.
    static func rows(_ rows: [[String]] = []) -> ScriptedRunner.Answer {
        let lines = rows.map { "[" + $0.map { #""\#($0)""# }.joined(separator: ",") + "]" }
        return .prints(#"{"Results":[{"type":"select","columns":[],"rows":[\#(lines.joined(separator: ","))]}]}"#)
    }

    /// The question for networks and storage pools.
    static let objects = question(ClusterObject.question("user.bcm.unit"))
    /// The question for members whose join has not ended.
    static let pending = question("SELECT name, address FROM nodes WHERE state = 1")
    /// The question for the addresses in the configuration of the cluster's database.
    static let raft = question("SELECT address FROM raft_nodes", in: "local")
    /// What frees the name of a member whose join has failed.
    static func freeing(_ name: String) -> String { question(LXC.removal(ofServerCertificate: name)) }
    /// The question for the members.
    static let members = "lxc query '/1.0/cluster/members?recursion=1'"

    /// How many seconds ago they did.
    static func heartbeats(_ ages: [(String, Double)]) -> ScriptedRunner.Answer {
        let rows = ages.map { #"["\#($0)","\#($1 / 86_400)"]"# }.joined(separator: ",")
        return .prints(#"{"Results":[{"columns":["name","age"],"rows":[\#(rows)],"rows_affected":0,"type":"select"}]}"#)
    }

    /// The same of members at 10.64.0.10 and up, of which that one leads the database.
    static func members(_ names: [String], leader: Int) -> ScriptedRunner.Answer {
        let rows = names.enumerated().map { index, name in
            let roles = index == leader ? #""database-leader","database""# : #""database""#
            let url = "https://10.64.0.\(10 + (Int(name.suffix(2)) ?? 90)):8443"
            return
                #"{"server_name":"\#(name)","url":"\#(url)","database":true,"status":"Online","message":"","roles":[\#(roles)]}"#
        }
        return .prints("[\(rows.joined(separator: ","))]")
    }

    /// `GET /1.0/cluster/members?recursion=1`.
    static func members(_ states: [(String, String)], at urls: [String: String] = [:]) -> ScriptedRunner.Answer {
        let entries = states.map { name, status in
            #"{"server_name":"\#(name)","url":"\#(urls[name] ?? "")","database":true,"status":"\#(status)","message":"","#
                + #""roles":["database"]}"#
        }
        return .prints("[\(entries.joined(separator: ","))]")
    }
}
