import Foundation
import Testing

@testable import Provisioning

@Suite struct MakeInstanceTests {
    private let inside = ScriptedRunner()
    private let launch = "lxc launch f00 web-1 --target DEV-00 --quiet"
    private let delete = "lxc delete web-1 --force"
    private let log = "lxc info web-1 --show-log"

    private func bench() throws -> Bench {
        inside.on(log, .prints("Name: web-1\n\nLog:\n\nlxc web-1 ERROR no such bridge\n"))
        return try Bench(provider: StubProvider(inside: ["DEV-00": inside]))
    }

    private func step(isVM: Bool = false) throws -> CreateInstance {
        let unit = try Unit.web { $0.environment = ["A": "1"] }
        let form = InstanceForm(unit, 1, image: "tiny", fixed: nil, isVM: isVM, in: .dev(1))
        return CreateInstance(
            "web-1", of: unit.name, on: try .dev(0), form, from: ImageFingerprintProvider("tiny", "f00"))
    }

    @Test func whatCouldNotBeStartedIsTakenAwayAgain() async throws {
        inside.on(launch, .ends(1, "Error: Failed to start: no such bridge"))
        inside.on(Instance.look, Instance.shown("Stopped", hasRun: false))
        inside.on(delete, Instance.busy, .works)
        let bench = try bench()
        let failure = try await #require(throws: Failure.self) { try await step().run(bench.context) }
        #expect(failure.output?.hasSuffix("lxc web-1 ERROR no such bridge") ?? false, "its own log, which goes with it")
        #expect(inside.changes == [launch, delete, delete], "LXD goes on making it for a while")
        #expect(inside.last(delete)?.outlivesCancellation == true)
        #expect(inside.last(Instance.look)?.outlivesCancellation == true)
    }

    @Test(arguments: [
        Instance.shown(), Instance.shown("Stopped"), Instance.shown("Stopped", unit: "db", hasRun: false),
        Instance.shown(hasRun: false),
        Instance.shown("Stopped", unit: nil, hasRun: false), Instance.missing,
    ])
    func nothingElseIsTakenAway(_ there: ScriptedRunner.Answer) async throws {
        inside.on(launch, .ends(1, "Error: timed out"))
        inside.on(Instance.look, there)
        await #expect(throws: Failure.self) { try await step().run(bench().context) }
        #expect(inside.changes == [launch])
    }

    @Test func whileTheDaemonIsAwayItIsAskedAgainWhatIsLeft() async throws {
        inside.on(launch, .ends(1, "Error: EOF"))
        inside.on(
            Instance.look, .ends(1, "dial unix /x/unix.socket: connect: connection refused"),
            Instance.shown("Stopped", hasRun: false))
        inside.on(delete, .works)
        let bench = try bench()
        await #expect(throws: Failure.self) { try await step().run(bench.context) }
        #expect(inside.changes == [launch, delete])
        inside.on(Instance.look, .ends(1, "dial unix /x/unix.socket: connect: connection refused"))
        await #expect(throws: Failure.self) { try await step().run(bench.context) }
        #expect(bench.time.elapsed <= .seconds(31), "and not for ever")
    }

    @Test func aRunThatIsCancelledLeavesNothing() async throws {
        inside.on(launch, .cancelled)
        inside.on(Instance.look, Instance.shown("Stopped", hasRun: false))
        inside.on(delete, .works)
        let failure = try await #require(throws: Failure.self) { try await step().run(bench().context) }
        #expect(failure.code == .interrupted)
        #expect(inside.changes == [launch, delete])
    }

    @Test("What did start and then failed is removed by its identifier, which no other attempt has given")
    func whatThisRunStartedIsTakenAway() async throws {
        let made = { (identifier: String) in
            ScriptedRunner.Answer.prints(
                #"{"name":"web-1","location":"DEV-00","status":"Stopped","last_used_at":"2026-01-02T03:04:05Z","config":"#
                    + #"{"user.bcm.unit":"web","volatile.uuid":"\#(identifier)"},"devices":{}}"#)
        }
        inside.on(launch, .ends(1, "Error: Failed to run init"))
        inside.on(delete, .works)
        inside.on(Instance.look, made("another"))
        await #expect(throws: Failure.self) { try await step().run(bench().context) }
        #expect(inside.changes == [launch])
        inside.on(Instance.look, made(FixedRandom().uuid()))
        await #expect(throws: Failure.self) { try await step().run(bench().context) }
        #expect(inside.changes == [launch, launch, delete])
        let properties = try #require(inside.last(launch)?.input)
        #expect(properties.contains(#""user.bcm.uuid" : "\#(FixedRandom().uuid())""#), "\(properties)")
        #expect(properties.contains(#""volatile.uuid" : "\#(FixedRandom().uuid())""#))
    }

    // MARK: Images of registries

    private let initialize = "lxc init f00 web-1 --target DEV-00 --quiet"

    private func step(_ kind: ImageKind, isAddressed: Bool = true) throws -> CreateInstance {
        let unit = try Unit.web { $0.environment = ["A": "unit"] }
        var workloads = Workloads.dev(1)
        workloads.card = "lxdbr0"
        workloads.networks = [
            ListedNetwork(name: "lxdbr0", managed: true, type: "bridge", config: ["ipv4.address": "10.7.0.1/24"])
        ]
        let fixed = try FixedAddress(of: unit, on: "DEV-00", present: nil, in: workloads, without: [])
        let form = InstanceForm(
            unit, 1, image: "tiny", fixed: isAddressed ? fixed : nil, isVM: false, in: workloads)
        return CreateInstance(
            "web-1", of: unit.name, on: try .dev(0), form, from: ImageFingerprintProvider("tiny", "f00", kind))
    }

    @Test("An unpacked image's instance is told where it asks for names before it starts")
    func theUnpackedIsTold() async throws {
        let process = try ImageProcess(
            configuration: #"{"process":{"args":["x"],"env":["A=image","B=image"]}}"#, of: "x")
        let push = "lxc file push --create-dirs --uid 0 --gid 0 --mode 0644 - web-1/etc/resolv.conf"
        inside.on(initialize, .works)
        inside.on(push, .works)
        inside.on("lxc start web-1", .works)
        try await step(.unpacked(process)).run(bench().context)
        #expect(inside.changes == [initialize, push, "lxc start web-1"])
        #expect(inside.last(push)?.input == "nameserver 10.7.0.1\n")
        inside.on(launch, .works)
        try await step(.unpacked(process), isAddressed: false).run(bench().context)
        #expect(inside.changes.last == launch)
    }

    @Test("A pulled image's instance keeps the image's variables in mind, and has the unit's in their place")
    func thePulledKeepsItsVariables() async throws {
        inside.on(initialize, .works)
        inside.on(
            Instance.look,
            .prints(#"{"config":{"environment.A":"image","environment.B":"image","oci.cwd":"/"},"devices":{}}"#))
        inside.on("lxc config edit web-1", .works)
        inside.on("lxc start web-1", .works)
        try await step(.pulled).run(bench().context)
        #expect(inside.changes == [initialize, "lxc config edit web-1", "lxc start web-1"])
        #expect(inside.last(initialize)?.input?.contains("environment.A") == false)
        let text = try #require(inside.last("lxc config edit web-1")?.input)
        let properties = try JSONDecoder().decode(InstanceProperties.self, from: Data(text.utf8))
        #expect(properties.config["environment.A"] == "unit" && properties.config["environment.B"] == "image")
        #expect(properties.config["oci.cwd"] == "/")
        // Without a variable of the unit's it has the image's again.
        var unit = try step(.pulled).form
        unit.config["environment.A"] = nil
        var changed = properties
        unit.apply(to: &changed)
        #expect(changed.config["environment.A"] == "image")
    }

    // MARK: What is there already

    private let taken = ScriptedRunner.Answer.ends(1, "Error: Instance \"web-1\" already exists")

    @Test func whatAKilledRunLeftUnstartedIsMadeAnew() async throws {
        inside.on(launch, taken, .works)
        inside.on(Instance.look, Instance.shown("Stopped", hasRun: false))
        inside.on(delete, Instance.busy, .works)
        try await step().run(bench().context)
        #expect(inside.changes == [launch, delete, delete, launch])
    }

    @Test func whatLXDIsMakingForAKilledRunIsWaitedForAndMadeAnew() async throws {
        inside.on(
            launch, .ends(1, "Error: Failed creating instance record: Instance is busy running a \"create\" operation"),
            taken, .works)
        inside.on("lxc query '/1.0/operations?recursion=1'", .works)
        inside.on(Instance.look, Instance.shown("Stopped", hasRun: false))
        inside.on(delete, .works)
        try await step().run(bench().context)
        #expect(inside.changes == [launch, launch, delete, launch])
    }

    @Test(arguments: [Instance.shown(unit: "db"), Instance.shown(unit: nil), Instance.missing])
    func whatIsSomebodyElsesStays(_ there: ScriptedRunner.Answer) async throws {
        inside.on(launch, taken)
        inside.on(Instance.look, there)
        let failure = try await #require(throws: Failure.self) { try await step().run(bench().context) }
        #expect(failure.output?.contains("already exists") ?? false)
        #expect(inside.changes == [launch])
    }
}
