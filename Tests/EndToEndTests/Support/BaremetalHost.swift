import Foundation
import Provisioning
import Synchronization
import Testing

/// A test host whose own engine is to be a member, with the provider that does it over SSH.
struct BaremetalHost: Sendable {
    let sandbox: Sandbox
    let address: String
    let member: MemberName
    let root: SSHRunner
    let provider: BaremetalProvider
    /// The identifier of the cluster that the provider is for.
    let cluster: String
    /// The certificates of the clusters that were made on the host.
    private let certificates: Certificates

    private final class Certificates: Sendable {
        let all = Mutex<Set<String>>([])
    }

    /// Does the work with a host that has the engine, and a systemctl and an apt-get that need no machine of their own.
    static func use(purges: Bool = false, _ body: (BaremetalHost) async throws -> Void) async throws {
        let programs = [
            "systemctl": HostPrograms.systemctl, "apt-get": HostPrograms.aptGet, "apt-cache": HostPrograms.aptCache,
            "dpkg-query": HostPrograms.dpkgQuery,
        ]
        try await Sandbox.use("HB") { sandbox in
            try await TestHost.use(1, in: sandbox, programs: programs) { net, hosts in
                let entry = try Host(name: HostName("h0"), destination: "root@\(hosts[0].address)", identity: net.key)
                let connection = SSHConnection(
                    entry, by: PersonsSSH(known: net.known), time: SystemTime(), folder: "\(sandbox.folder)/.ssh")
                let host = try BaremetalHost(sandbox, hosts[0], connection, purges: purges)
                do {
                    try await body(host)
                } catch {
                    await connection.close()
                    throw error
                }
                await connection.close()
                #expect(try await hosts[0].processes().count > 0, "the host itself goes on")
            }
        }
    }

    private init(_ sandbox: Sandbox, _ host: TestHost, _ connection: SSHConnection, purges: Bool) throws {
        let member = MemberName(try ClusterName(sandbox.cluster), 0)
        let root = SSHRunner(connection, by: LocalRunner(), random: SystemRandom())
        try self.init(sandbox, host.address, member, root, purges: purges, cluster: "0123abcd", Certificates())
    }

    /// The same host for another cluster.
    func of(_ cluster: String) throws -> BaremetalHost {
        try BaremetalHost(sandbox, address, member, root, purges: false, cluster: cluster, certificates)
    }

    private init(
        _ sandbox: Sandbox, _ address: String, _ member: MemberName, _ root: SSHRunner, purges: Bool, cluster: String,
        _ certificates: Certificates
    ) throws {
        self.sandbox = sandbox
        self.address = address
        self.member = member
        self.root = root
        self.cluster = cluster
        self.certificates = certificates
        provider = BaremetalProvider(
            host: try HostName("h0"), root: root, engine: Product.engine, purges: purges, cluster: cluster,
            time: SystemTime()
        ) { _ in certificates.all.withLock { $0 } }
    }

    /// A state of one member.
    func state() throws -> ClusterState {
        var state = ClusterState(
            name: member.cluster, identifier: cluster, created: 0,
            settings: ClusterSettings(provider: .baremetal, storage: .dir), engine: Product.engine)
        let host = try HostName("h0")
        state.members = [ClusterState.Member(name: member, host: host)]
        state.spread = [ClusterState.HostAddress(host: host, address: try #require(IPv4(address)), number: 0)]
        return state
    }

    /// The same as `assign` leaves it.
    func assigned() async throws -> ClusterState {
        try await provider.assign(state(), newMembers: [member])
    }

    var specification: MachineSpecification {
        MachineSpecification(member: member, cpus: "1", memory: "1G", disk: "1G", limit: .seconds(120))
    }

    // MARK: Commands there

    /// Runs a command as root, behind the provider's back.
    @discardableResult
    func run(_ program: String, _ words: [String], input: String? = nil, mayFail: Bool = false) async throws -> String {
        let command = Command(program, words, input: input, effect: .changes)
        if mayFail { return try await root.run(command).output }
        return try await root.output(of: command)
    }

    /// Runs a command as steps do.
    @discardableResult
    func inside(_ program: String, _ words: [String], input: String? = nil) async throws -> String {
        try await provider.runner(in: member).output(of: Command(program, words, input: input, effect: .changes))
    }

    /// What the daemon says of itself.
    func server() async throws -> ServerInfo {
        try await LXC(provider.runner(in: member), engine: Product.engine).server()
    }

    /// Makes the host a cluster of one, with a pool and a bridge.
    func bootstrap() async throws {
        let preseed = """
            config: {core.https_address: "\(address):8443"}
            cluster: {server_name: \(member), enabled: true}
            storage_pools: [{name: default, driver: dir}]
            networks: [{name: \(Product.engine.bridge), type: bridge, config: {ipv4.address: 10.99.99.1/24, ipv6.address: none}}]
            profiles: [{name: default, devices: {root: {path: /, pool: default, type: disk}}}]
            """
        let administration = Product.engine.administration
        try await inside(administration[0], Array(administration.dropFirst()) + ["init", "--preseed"], input: preseed)
        let environment = try await server().environment
        #expect(environment.isClustered)
        certificates.all.withLock { _ = $0.insert(environment.certificate.trimmed) }
    }

    /// Runs a container of one static program.
    func launch(_ name: String, by runner: (any CommandRunner)? = nil, _ words: [String] = []) async throws {
        let image = try await TinyImage.make(in: sandbox.folder)
        let runner = runner ?? provider.runner(in: member)
        for arguments in [["image", "import", image, "--alias", "tiny"], ["launch", "tiny", name, "--quiet"] + words] {
            try await runner.output(
                of: Command(Product.engine.client, arguments, limit: .seconds(120), effect: .changes))
        }
    }

    // MARK: Processes there

    /// The numbers of the daemons.
    func daemons() async throws -> [String] { try await numbers("^\(PackagedEngine.tested.daemons)") }
    /// The numbers of the first processes of containers.
    func inits() async throws -> [String] { try await numbers("^/bin/sh /sbin/init") }
    /// The command lines of whatever belongs to the engine or to a container.
    func leftProcesses() async throws -> [String] {
        try await run("ps", ["-eo", "args"]).split(separator: "\n").map(String.init).filter { line in
            ["\(PackagedEngine.tested.process) ", "[lxc monitor]", "dnsmasq ", "/sbin/init", "udhcpc"].contains {
                line.contains($0)
            }
        }
    }

    private func numbers(_ pattern: String) async throws -> [String] {
        try await run("pgrep", ["-f", pattern], mayFail: true).split(separator: "\n").map(String.init)
    }
}
