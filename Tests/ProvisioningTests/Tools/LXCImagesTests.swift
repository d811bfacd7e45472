import Testing

@testable import Provisioning

@Suite struct LXCImagesTests {
    private static let sum = String(repeating: "0a", count: 32)
    private let runner = ScriptedRunner()
    private let images: LXCImages
    private let make =
        "lxc init DEV-00:\(sum) DEV-00:bcm-preload-DEV-01-r1 --target DEV-01 --quiet --config user.bcmcluster=preload"
    private let leftovers = "lxc query 'DEV-00:/1.0/instances?recursion=1&project=default'"
    private let remove = "lxc delete --force DEV-00:bcm-preload-DEV-01-r1"

    init() {
        images = LXCImages(runner, engine: .lxd, remote: "DEV-00")
        runner.on(leftovers, .prints("[]"))
    }

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
        let anything = AnythingRunner { command in
            if command.arguments.contains("query") { return "[]" }
            return command.arguments.contains("json") ? "{}" : ""
        }
        let images = LXCImages(anything, engine: .lxd, remote: "DEV-00")
        try await images.bring(.file("t.gz"), Self.sum, limit: .seconds(9))
        try await images.bring(.remote("other:tiny"), Self.sum, limit: .seconds(9))
        try await images.place(Self.sum, isVM: false, on: "DEV-01", run: "r1", limit: .seconds(9))
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

    @Test func whatKilledRunsLeftIsRemovedAndAUsersIsNot() async throws {
        func instance(_ name: String, on member: String, _ mark: String?) -> String {
            let config = mark.map { #""user.bcmcluster":"\#($0)""# } ?? ""
            return
                #"{"name":"\#(name)","location":"\#(member)","status":"Stopped","type":"container","config":{\#(config)}}"#
        }
        let found = [
            instance("bcm-preload-DEV-01-old", on: "DEV-01", "preload"),
            instance("bcm-preload-DEV-01-mine", on: "DEV-01", nil), instance("web", on: "DEV-01", "preload"),
            instance("bcm-preload-DEV-02-now", on: "DEV-02", "preload"),
        ]
        runner.on(leftovers, .prints("[\(found.joined(separator: ","))]"))
        runner.on(make, .works)
        runner.on(remove, .works)
        let old = "lxc delete --force DEV-00:bcm-preload-DEV-01-old"
        runner.on(old, .works)
        try await images.place(Self.sum, isVM: false, on: "DEV-01", run: "r1", limit: .seconds(9))
        #expect(runner.changes == [old, make, remove])
    }

    @Test func aCancelledRunLeavesNoInstance() async throws {
        runner.on(make, .cancelled)
        runner.on("lxc config get DEV-00:bcm-preload-DEV-01-r1 user.bcmcluster", .prints("preload\n"))
        runner.on(remove, .works)
        await #expect(throws: CancellationError.self) {
            try await images.place(Self.sum, isVM: false, on: "DEV-01", run: "r1", limit: .seconds(9))
        }
        #expect(runner.last(remove)?.outlivesCancellation == true)
    }

    @Test func thePlanBringsItOnceAndThenToEveryMember() throws {
        let plan = PreloadPlan.plan(.file("t"), Self.sum, remote: "DEV-00", of: try Bench.state(3))
        #expect(plan.entries.map { $0.step.member?.text } == [nil, "DEV-00", "DEV-01", "DEV-02"])
        #expect(plan.entries.dropFirst().allSatisfy { $0.after == [0] })
    }
}
