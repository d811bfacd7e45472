import Testing

@testable import Provisioning

@Suite struct AddRemoteTests {
    private static let mine = #"{"mine":{"Addr":"https://mine:8443"}}"#
    private static let list = "lxc remote list --format json"
    private static let trust = "lxc config trust add --name bcmcluster-DEV-00"
    private static let add = "lxc remote add DEV-00 TOKEN"
    private static let pinned = "/conf/servercerts/DEV-00.crt"
    private static let own = "\(Bench.folder)/endpoints/DEV-00/lxd/lxd.cert"

    private let inside = ScriptedRunner([
        "lxc query /1.0": [Server.info(clustered: true)], trust: [.prints("Client token:\nTOKEN\n")],
        "lxc config trust revoke-token bcmcluster-DEV-00": [.works],
    ])
    private let step: AddRemote

    init() throws { step = AddRemote(name: try .dev(0)) }

    private func bench(_ remotes: String, remote: ClusterRecord.Remote? = nil, pinned: String? = nil) throws -> Bench {
        let bench = try Bench(provider: StubProvider(inside: ["DEV-00": inside]), remote: remote)
        bench.files.put("CERT\n", at: Self.own)
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

    @Test func theRemoteIsAddedPinnedAndMadeTheDefault() async throws {
        let bench = try bench(Self.mine)
        bench.runner.on(Self.add, .works)
        let context = context(bench, pins: "CERT\n")
        #expect(try await !step.isDone(context))
        try await step.run(context)
        #expect(bench.runner.changes == [Self.add, "lxc remote switch DEV-00"])
        #expect(bench.runner.last(Self.add)?.input == nil, "it would ask at the keyboard")
        let remote = await bench.context.store.record.remote
        #expect(remote?.name == "DEV-00" && remote?.formerDefaults == ["mine"] && remote?.wasMadeDefault == true)
        #expect(bench.redactor.redact("TOKEN") == "<trust token>")
        bench.runner.on(Self.list, .prints(#"{"DEV-00":{"Addr":"https://10.64.0.10:8443"}}"#))
        #expect(try await step.isDone(context))
    }

    @Test func whatWasTheDefaultBeforeAnotherClusterIsRemembered() async throws {
        let bench = try bench(#"{"mine":{},"OTHER-00":{}}"#)
        bench.runner.on("lxc remote get-default", .prints("OTHER-00\n"))
        bench.runner.on(Self.add, .works)
        var other = ClusterRecord(
            name: try ClusterName("OTHER"), identifier: "0a0a0a0a", created: 0,
            settings: ClusterSettings(provider: .namespace, storage: .dir))
        other.members = [ClusterRecord.Member(name: MemberName(other.name, 0))]
        other.remote = ClusterRecord.Remote(name: "OTHER-00", formerDefaults: ["mine"])
        let folder = ClusterFolder(runtime: bench.context.folder.runtime, cluster: other.name)
        bench.files.put(try RecordStore.encode(other), at: folder.record)
        try await step.run(context(bench, pins: "CERT"))
        #expect(await bench.context.store.record.remote?.formerDefaults == ["OTHER-00", "mine"])
    }

    @Test func theRemoteIsWrittenDownBeforeItIsAdded() async throws {
        let bench = try bench(Self.mine)
        bench.runner.on(Self.add, .ends(1, "refused"))
        await #expect(throws: Failure.self) { try await step.run(bench.context) }
        let written = try RecordStore.read(bench.context.folder, bench.files)?.remote
        #expect(written?.name == "DEV-00" && written?.certificate == "CERT\n" && written?.wasMadeDefault == false)
    }

    @Test func aTokenThatWasNotUsedIsRevokedWhateverHappens() async throws {
        let revoke = "lxc config trust revoke-token bcmcluster-DEV-00"
        for trouble: ScriptedRunner.Answer in [.ends(1, "refused"), .cancelled] {
            let bench = try bench(Self.mine)
            bench.runner.on(Self.add, trouble)
            await #expect(throws: (any Error).self) { try await step.run(bench.context) }
            #expect(inside.changes.last == revoke)
            #expect(inside.last(revoke)?.outlivesCancellation == true)
        }
    }

    @Test func theTokenOfATryThatWasKilledIsRevoked() async throws {
        var remote = ClusterRecord.Remote(name: "DEV-00")
        remote.certificate = "CERT"
        let bench = try bench(Self.mine, remote: remote)
        bench.runner.on(Self.add, .works)
        try await step.run(context(bench, pins: "CERT"))
        #expect(inside.changes == ["lxc config trust revoke-token bcmcluster-DEV-00", Self.trust])
    }

    @Test func aDefaultThatIsNoRemoteIsNotWrittenDown() async throws {
        let bench = try bench(Self.mine)
        bench.runner.on("lxc remote get-default", .prints("mi"))
        bench.runner.on(Self.add, .works)
        let context = context(bench, pins: "CERT\n")
        let failure = try await #require(throws: Failure.self) { try await step.run(context) }
        #expect(failure.message.contains("no remote mi"))
        #expect(await bench.context.store.record.remote?.formerDefaults == [])
        #expect(bench.runner.changes == [Self.add])
    }

    @Test func aNameThatIsTakenIsRefused() async throws {
        let bench = try bench(#"{"DEV-00":{"Addr":"https://elsewhere:8443"}}"#, pinned: "THEIRS")
        let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(
            failure.code == .conflict && failure.message.contains("DEV-00")
                && failure.remedy?.contains("rename") == true)
        #expect(bench.runner.changes.isEmpty && inside.changes.isEmpty)
        #expect(await bench.context.store.record.remote == nil)
    }

    @Test func somebodyInTheMiddleIsFound() async throws {
        let bench = try bench(Self.mine)
        bench.runner.on(Self.add, .works)
        bench.runner.on("lxc remote remove DEV-00", .works)
        let failure = try await #require(throws: Failure.self) { try await step.run(context(bench, pins: "EVIL\n")) }
        #expect(failure.code == .conflict && failure.remedy?.contains(Self.own) == true)
        #expect(bench.runner.changes == [Self.add, "lxc remote remove DEV-00"])
    }

    @Test func aCertificateThatTheDaemonTookLateIsFetchedAgain() async throws {
        let bench = try bench(Self.mine)
        inside.on("lxc query /1.0", Server.info(clustered: true, certificate: "LATE\n"))
        bench.runner.on(Self.add, .works)
        try await step.run(context(bench, pins: "LATE\n"))
        #expect(bench.runner.changes == [Self.add, "lxc remote switch DEV-00"])
        #expect(bench.files[Self.own]?.trimmed == "LATE")
        #expect(await bench.context.store.record.remote?.certificate?.trimmed == "LATE")
    }

    @Test func oursThatTrustsAnOldCertificateIsMadeAnew() async throws {
        var remote = ClusterRecord.Remote(name: "DEV-00", formerDefaults: ["mine"])
        remote.certificate = "OLD"
        let bench = try bench(#"{"DEV-00":{}}"#, remote: remote, pinned: "OLD")
        bench.runner.on("lxc remote get-default", .prints("DEV-00\n"))
        for line in ["lxc remote switch local", "lxc remote remove DEV-00", Self.add] { bench.runner.on(line, .works) }
        try await step.run(context(bench, pins: "CERT"))
        #expect(
            bench.runner.changes == [
                "lxc remote switch local", "lxc remote remove DEV-00", Self.add, "lxc remote switch DEV-00",
            ])
        #expect(await bench.context.store.record.remote?.formerDefaults == ["mine"], "not our own")
    }

    @Test func anothersThatTookOurNameIsLeftAlone() async throws {
        var remote = ClusterRecord.Remote(name: "DEV-00", formerDefaults: ["mine"])
        (remote.certificate, remote.wasMadeDefault) = ("OLD", true)
        let bench = try bench(#"{"DEV-00":{}}"#, remote: remote, pinned: "THEIRS")
        await #expect(throws: Failure.self) { try await step.run(bench.context) }
        #expect(bench.runner.changes.isEmpty)
    }

    @Test func aDefaultThatAPersonChoseLaterIsTheirs() async throws {
        var remote = ClusterRecord.Remote(name: "DEV-00", formerDefaults: ["mine"])
        remote.wasMadeDefault = true
        let bench = try bench(#"{"DEV-00":{}}"#, remote: remote, pinned: "CERT")
        #expect(try await step.isDone(bench.context), "though mine is the default now")
    }

    @Test func withoutAClientTheClusterComesUpAllTheSame() async throws {
        let bench = try bench(Self.mine)
        bench.runner.on(Self.list, .failure(Failure(.missing, "there is no program lxc")))
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(bench.context.remarks.all.count == 1 && bench.context.remarks.all[0].contains("install lxd-client"))
        #expect(await bench.context.store.record.remote == nil)
    }

    @Test func aClientThatIsTrustedAlreadyNeedsNoToken() async throws {
        let bench = try bench(Self.mine)
        bench.runner.on(Self.add, .ends(1, "Error: Failed to create certificate: Client is already trusted"))
        let add = "lxc remote add DEV-00 https://10.64.0.10:8443 --auth-type tls"
        bench.runner.on(add, .works)
        try await step.run(bench.context)
        #expect(bench.runner.changes == [Self.add, add, "lxc remote switch DEV-00"])
        #expect(bench.files[Self.pinned] == "CERT\n" && bench.runner.last(add)?.input == nil)
    }

    @Test func lxd4TakesThePasswordOnStandardInput() async throws {
        inside.on("lxc query /1.0", Server.info(clustered: true, tokens: false))
        let bench = try bench(Self.mine)
        bench.files.put("BCM_LXD_SECRET=HUNTER22\n", at: "\(Bench.folder)/endpoints/DEV-00/.env")
        let add = "lxc remote add DEV-00 https://10.64.0.10:8443 --auth-type tls"
        bench.runner.on(add, .works)
        try await step.run(bench.context)
        #expect(bench.runner.last(add)?.input == "HUNTER22\n")
        #expect(!bench.runner.lines.contains { $0.contains("HUNTER22") })
        #expect(bench.files[Self.pinned] == "CERT\n", "pinned before, so that nothing is trusted blindly")
    }
}
