import Testing

@testable import Provisioning

@Suite struct LXCImagesTests {
    private static let sum = String(repeating: "0a", count: 32)
    private let runner = ScriptedRunner()
    private let images: LXCImages
    private let make =
        "lxc init DEV-00:\(sum) DEV-00:bcm-preload-DEV-01 --target DEV-01 --quiet --config user.bcmcluster=preload"
    private let remove = "lxc delete --force DEV-00:bcm-preload-DEV-01"

    init() { images = LXCImages(runner, engine: .lxd, remote: "DEV-00") }

    static let aliases: [(ImageSource, String?)] = [
        (.file("/tmp/tiny.tar.gz"), "tiny"), (.file("tiny"), "tiny"), (.file("/tmp/.hidden"), "hidden"),
        (.file("/tmp/a b.tar"), nil), (.remote("ubuntu:24.04"), "24.04"), (.remote("images:debian/12"), "debian/12"),
    ]

    @Test(arguments: aliases)
    func theAliasIsItsOwnOrTheFiles(_ source: ImageSource, _ alias: String?) { #expect(source.alias == alias) }

    @Test func theFingerprintOfAFileAndOfARemotesImage() async throws {
        runner.on("sha256sum -- t.gz", .prints("\(Self.sum)  t.gz\n"))
        runner.on("lxc image info ubuntu:24.04", .prints("Fingerprint: \(Self.sum)\nSize: 1MB\n"))
        #expect(try await images.fingerprint(of: .file("t.gz")) == Self.sum)
        #expect(try await images.fingerprint(of: .remote("ubuntu:24.04")) == Self.sum)
        runner.on("lxc image info ubuntu:24.04", .prints("Fingerprint: '; DROP TABLE nodes\n"))
        await #expect(throws: Failure.self) { try await images.fingerprint(of: .remote("ubuntu:24.04")) }
        #expect(runner.changes == [])
    }

    @Test("Images go to the default project, whatever project the user has chosen for the remote")
    func projectIsNamed() async throws {
        let anything = AnythingRunner { $0.arguments.contains("json") ? "{}" : "" }
        let images = LXCImages(anything, engine: .lxd, remote: "DEV-00")
        try await images.bring(.file("t.gz"), Self.sum, limit: .seconds(9))
        try await images.bring(.remote("other:tiny"), Self.sum, limit: .seconds(9))
        try await images.place(Self.sum, isVM: false, on: "DEV-01", limit: .seconds(9))
        _ = try? await images.give("meta", "root", from: "s", placeholder: "", limit: .seconds(9))
        let projects = anything.commands.filter { $0.effect == .changes }.map { command in
            command.arguments.firstIndex { $0.hasSuffix("project") }.map { command.arguments[$0...].prefix(2) } ?? []
        }
        #expect(
            projects == [
                ["--project", "default"], ["--target-project", "default"], ["--project", "default"],
                ["--project", "default"], ["--project", "default"],
            ])
    }

    @Test func anImageThatIsNotThereIsNone() async throws {
        let question = "lxc query DEV-00:/1.0/images/\(Self.sum)"
        runner.on(
            question, .prints(#"{"type":"virtual-machine"}"#), .ends(1, "Error: Image not found"), .ends(1, "Error: x"))
        #expect(try await images.image(Self.sum)?.type == "virtual-machine")
        #expect(try await images.image(Self.sum) == nil)
        await #expect(throws: Failure.self) { try await images.image(Self.sum) }
    }

    @Test func itIsBroughtUnderItsAlias() async throws {
        runner.on("lxc image import /t/tiny.tar.gz DEV-00: --alias tiny", .works)
        let copy = "lxc image copy ubuntu:24.04 DEV-00: --target-project default --alias 24.04"
        runner.on(copy, .works)
        runner.on("lxc remote list --format json", .prints(#"{"DEV-00":{"Addr":"https://10.64.0.10:8443"}}"#))
        try await images.bring(.file("/t/tiny.tar.gz"), Self.sum, limit: .seconds(9))
        try await images.bring(.remote("ubuntu:24.04"), Self.sum, limit: .seconds(9))
        #expect(runner.changes.count == 2)
        #expect(runner.last(copy)?.proxies == .exceptFor(["10.64.0.10"]), "the image server may be behind a proxy")
    }

    @Test func theInstanceThatBringsItToAMemberGoesAgain() async throws {
        runner.on(make, .works)
        runner.on(remove, .works)
        try await images.place(Self.sum, isVM: false, on: "DEV-01", limit: .seconds(9))
        #expect(runner.changes == [make, remove])
        runner.on("\(make) --vm", .works)
        try await images.place(Self.sum, isVM: true, on: "DEV-01", limit: .seconds(9))
        #expect(runner.last("\(make) --vm") != nil)
    }

    @Test func whatAKilledRunLeftIsRemovedAndAPersonsIsNot() async throws {
        let question = "lxc config get DEV-00:bcm-preload-DEV-01 user.bcmcluster"
        runner.on(make, .ends(1, "Error: Instance \"bcm-preload-DEV-01\" already exists"), .works)
        runner.on(question, .prints("preload\n"))
        runner.on(remove, .works)
        try await images.place(Self.sum, isVM: false, on: "DEV-01", limit: .seconds(9))
        #expect(runner.changes == [make, remove, make, remove])
        runner.on(make, .ends(1, "Error: Instance \"bcm-preload-DEV-01\" already exists"))
        runner.on(question, .prints("\n"))
        let failure = await #expect(throws: Failure.self) {
            try await images.place(Self.sum, isVM: false, on: "DEV-01", limit: .seconds(9))
        }
        #expect(failure?.code == .conflict && runner.changes.filter { $0 == remove }.count == 2)
    }

    @Test func aCancelledRunLeavesNoInstance() async throws {
        runner.on(make, .cancelled)
        runner.on("lxc config get DEV-00:bcm-preload-DEV-01 user.bcmcluster", .prints("preload\n"))
        runner.on(remove, .works)
        await #expect(throws: CancellationError.self) {
            try await images.place(Self.sum, isVM: false, on: "DEV-01", limit: .seconds(9))
        }
        #expect(runner.last(remove)?.outlivesCancellation == true)
    }

    @Test func theHoldersAreReadFromTheDatabase() async throws {
        let question = Server.question(
            "SELECT n.name FROM nodes n JOIN images_nodes p ON p.node_id = n.id JOIN images i ON i.id = p.image_id "
                + "WHERE i.fingerprint = '\(Self.sum)'")
        let client = LXC(
            ScriptedRunner([question: [Server.rows([["DEV-00"], ["DEV-02"]]), Server.rows()]]), engine: .lxd)
        #expect(try await client.holders(of: Self.sum) == ["DEV-00", "DEV-02"])
        #expect(try await client.holders(of: Self.sum) == [])
    }

    @Test func thePlanBringsItOnceAndThenToEveryMember() throws {
        let plan = PreloadPlan.plan(.file("t"), Self.sum, remote: "DEV-00", of: try Bench.state(3))
        #expect(plan.entries.map { $0.step.member?.text } == [nil, "DEV-00", "DEV-01", "DEV-02"])
        #expect(plan.entries.dropFirst().allSatisfy { $0.after == [0] })
    }
}
