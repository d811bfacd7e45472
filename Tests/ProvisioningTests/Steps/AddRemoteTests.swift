import Testing

@testable import Provisioning

@Suite struct AddRemoteTests {
    private static let mine = #"{"mine":{"Addr":"https://mine:8443"}}"#
    private static let list = "lxc remote list --format json"
    private static let clients = "lxc query '/1.0/certificates?recursion=1'"
    private static let add = "lxc remote add DEV-00 https://10.64.0.10:8443 --accept-certificate"
    private static let ownCertificate = "/conf/client.crt"
    private static let pinned = "/conf/servercerts/DEV-00.crt"
    private static let own = "\(Bench.folder)/endpoints/DEV-00/lxd/lxd.cert"

    private let inside = ScriptedRunner(["lxc query /1.0": [Server.info(clustered: true)]])
    private let step: AddRemote

    init() throws {
        step = AddRemote(name: try .dev(0))
        inside.on(Self.clients, Self.trusts([]), Self.trusts(["OWN"]))
        inside.on(Self.trust, .works)
    }

    /// The name under which the certificate is added has this machine's name in it.
    private static let trust =
        "lxc config trust add - --name \(Shell.quoted(ClientCertificate(text: pem("OWN")).name { _ in nil }))"

    private static func pem(_ body: String) -> String {
        "-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----\n"
    }

    private static func trusts(_ certificates: [String]) -> ScriptedRunner.Answer {
        let entries = certificates.map {
            #"{"name":"c","type":"client","fingerprint":"f-\#($0)","certificate":"\#(pem($0).replacing("\n", with: "\\n"))"}"#
        }
        return .prints("[\(entries.joined(separator: ","))]")
    }

    private func bench(_ remotes: String, remote: ClusterState.Remote? = nil, pinned: String? = nil) throws -> Bench {
        let bench = try Bench(provider: StubProvider(inside: ["DEV-00": inside]), remote: remote)
        bench.files.put("CERT\n", at: Self.own)
        bench.files.put(Self.pem("OWN"), at: Self.ownCertificate)
        if let pinned { bench.files.put(pinned, at: Self.pinned) }
        bench.runner.on(Self.list, .prints(remotes))
        bench.runner.on("lxc remote get-default", .prints("mine\n"))
        bench.runner.on("lxc remote switch DEV-00", .works)
        return bench
    }

    /// The client writes the certificate that it pins when the remote is added.
    private final class PinningRunner: CommandRunner {
        let bench: Bench
        let certificate: String
        init(_ bench: Bench, _ certificate: String) { (self.bench, self.certificate) = (bench, certificate) }
        func run(_ command: Command) async throws -> CommandResult {
            if command.arguments.starts(with: ["remote", "add"]) {
                bench.files.put(certificate, at: AddRemoteTests.pinned)
            }
            return try await bench.runner.run(command)
        }
    }

    private func context(_ bench: Bench, pins certificate: String) -> PlanContext {
        bench.context.with(runner: PinningRunner(bench, certificate))
    }

    @Test func whatWasTheDefaultBeforeAnotherClusterIsRemembered() async throws {
        let bench = try bench(#"{"mine":{},"OTHER-00":{}}"#)
        bench.runner.on("lxc remote get-default", .prints("OTHER-00\n"))
        bench.runner.on(Self.add, .works)
        var other = ClusterState(
            name: try ClusterName("OTHER"), identifier: "0a0a0a0a", created: 0,
            settings: ClusterSettings(provider: .namespace, storage: .dir))
        other.members = [ClusterState.Member(name: MemberName(other.name, 0))]
        other.remote = ClusterState.Remote(name: "OTHER-00", formerDefaults: ["mine"])
        other = other.including([MemberName(other.name, 0)])
        let folder = ClusterFolder(runtime: bench.context.folder.runtime, cluster: other.name)
        bench.files.put(try StateStore.encode(other), at: folder.state)
        try await step.run(context(bench, pins: "CERT"))
        #expect(await bench.context.store.state.remote?.formerDefaults == ["OTHER-00", "mine"])
    }

    @Test func aDefaultThatIsNoRemoteIsNotWrittenDown() async throws {
        let bench = try bench(Self.mine)
        bench.runner.on("lxc remote get-default", .prints("mi"))
        bench.runner.on(Self.add, .works)
        let context = context(bench, pins: "CERT\n")
        let failure = try await #require(throws: Failure.self) { try await step.run(context) }
        #expect(failure.message.contains("no remote mi"))
        #expect(await bench.context.store.state.remote?.formerDefaults == [])
        #expect(bench.runner.changes == [Self.add])
    }

    @Test func aNameThatIsTakenIsRefused() async throws {
        let bench = try bench(#"{"DEV-00":{"Addr":"https://elsewhere:8443"}}"#, pinned: "THEIRS")
        let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(
            failure.code == .conflict && failure.message.contains("DEV-00")
                && failure.hint?.contains("rename") == true)
        #expect(bench.runner.changes.isEmpty && inside.changes.isEmpty)
        #expect(await bench.context.store.state.remote == nil)
    }

    @Test func anInterceptedConnectionIsFound() async throws {
        let bench = try bench(Self.mine)
        bench.runner.on(Self.add, .works)
        bench.runner.on("lxc remote remove DEV-00", .works)
        let failure = try await #require(throws: Failure.self) { try await step.run(context(bench, pins: "EVIL\n")) }
        #expect(failure.code == .conflict && failure.hint?.contains(Self.own) == true)
        #expect(bench.runner.changes == [Self.add, "lxc remote remove DEV-00"])
    }

    @Test func aCertificateThatTheDaemonTookLateIsFetchedAgain() async throws {
        let bench = try bench(Self.mine)
        inside.on("lxc query /1.0", Server.info(clustered: true, certificate: "LATE\n"))
        bench.runner.on(Self.add, .works)
        try await step.run(context(bench, pins: "LATE\n"))
        #expect(bench.runner.changes == [Self.add, "lxc remote switch DEV-00"])
        #expect(bench.files[Self.own]?.trimmed == "LATE")
        #expect(await bench.context.store.state.remote?.certificate?.trimmed == "LATE")
    }

    @Test func whatAnInterceptedConnectionPinnedIsRemovedAlsoWhereItThenRefuses() async throws {
        let bench = try bench(Self.mine, pinned: "STALE")
        bench.runner.on(Self.add, .ends(1, "not authorized"))
        let failure = try await #require(throws: Failure.self) { try await step.run(context(bench, pins: "EVIL\n")) }
        #expect(failure.code == .conflict && failure.message.contains("intercepted"))
        #expect(bench.files[Self.pinned] == nil)
        let honest = try await #require(throws: Failure.self) { try await step.run(context(bench, pins: "CERT")) }
        #expect(honest.code == .commandFailed && bench.files[Self.pinned] == nil)
    }

    @Test func anothersThatTookOurNameIsLeftAlone() async throws {
        var remote = ClusterState.Remote(name: "DEV-00", formerDefaults: ["mine"])
        (remote.certificate, remote.wasMadeDefault) = ("OLD", true)
        let bench = try bench(#"{"DEV-00":{}}"#, remote: remote, pinned: "THEIRS")
        await #expect(throws: Failure.self) { try await step.run(bench.context) }
        #expect(bench.runner.changes.isEmpty)
    }

    @Test func aDefaultThatAPersonChoseLaterIsTheirs() async throws {
        var remote = ClusterState.Remote(name: "DEV-00", formerDefaults: ["mine"])
        remote.wasMadeDefault = true
        let bench = try bench(#"{"DEV-00":{}}"#, remote: remote, pinned: "CERT")
        inside.on(Self.clients, Self.trusts(["OWN"]))
        #expect(try await step.isDone(bench.context), "though mine is the default now")
    }

    @Test func withoutAClientTheClusterComesUpAllTheSame() async throws {
        let bench = try bench(Self.mine)
        bench.runner.on(Self.list, .failure(Failure(.missing, "lxc: command not found")))
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(bench.context.remarks.all.count == 1 && bench.context.remarks.all[0].contains("install lxd-client"))
        #expect(await bench.context.store.state.remote == nil)
    }

    @Test func lxd4IsGivenTheCertificateTooAndNoPassword() async throws {
        inside.on("lxc query /1.0", Server.info(clustered: true, tokens: false))
        inside.on("lxc config trust add -", .works)
        let bench = try bench(Self.mine)
        bench.files.put("BCM_LXD_SECRET=HUNTER22\n", at: "\(Bench.folder)/endpoints/DEV-00/.env")
        bench.runner.on(Self.add, .works)
        try await step.run(context(bench, pins: "CERT"))
        #expect(inside.changes == ["lxc config trust add -"])
        #expect(!(bench.runner.commands + inside.commands).contains { "\($0)".contains("HUNTER22") })
    }
}
