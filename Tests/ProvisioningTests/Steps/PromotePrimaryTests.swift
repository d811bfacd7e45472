import Testing

@testable import Provisioning

/// What hangs on the first member goes to another.
@Suite struct HandOverTests {
    private static let list = "lxc remote list --format json"
    private static let rename = "lxc remote rename DEV-00 DEV-01"
    private static let point = "lxc remote set-url DEV-01 https://10.64.0.11:8443"

    private func bench(_ remotes: String, pinned: [String: String] = [:]) throws -> Bench {
        var remote = ClusterState.Remote(name: "DEV-00")
        remote.certificate = "CERT"
        let bench = try Bench(members: 2, remote: remote)
        for (name, text) in pinned { bench.files.put(text, at: "/conf/servercerts/\(name).crt") }
        bench.runner.on(Self.list, .prints(remotes))
        bench.runner.on(Self.rename, .works)
        bench.runner.on(Self.point, .works)
        return bench
    }

    private let step: MoveRemote

    init() throws { step = MoveRemote(name: try .dev(1)) }

    @Test func aRemoteOfTheUsersOwnIsFoundBeforeAnythingIsTouched() async throws {
        let taken = try bench(#"{"DEV-00":{},"DEV-01":{},"local":{}}"#, pinned: ["DEV-00": "CERT", "DEV-01": "OTHER"])
        let failure = try await #require(throws: Failure.self) { try await MoveRemote.check(.dev(1), taken.context) }
        #expect(failure.message == "your lxc already has a remote named DEV-01, which is not this cluster's")
        #expect(taken.runner.changes.isEmpty)
        let free = try bench(#"{"DEV-00":{},"local":{}}"#, pinned: ["DEV-00": "CERT"])
        try await MoveRemote.check(.dev(1), free.context)
        // The remote of the snapshot is not ours any more: nothing is renamed.
        let foreign = try bench(#"{"DEV-00":{},"DEV-01":{}}"#, pinned: ["DEV-00": "OTHER"])
        try await MoveRemote.check(.dev(1), foreign.context)
    }

    @Test func destroyFindsARemoteThatWasCutOffWhileItWasRenamed() async throws {
        for name in ["DEV-00", "DEV-01"] {
            let bench = try bench("{\"\(name)\":{},\"local\":{}}", pinned: [name: "CERT"])
            var remote = try #require(await bench.context.store.state.remote)
            remote.name = "DEV-01"
            remote.renamedFrom = "DEV-00"
            bench.runner.on("lxc remote get-default", .prints("local\n"))
            bench.runner.on("lxc remote remove \(name)", .works)
            #expect(try await !RemoveRemote(remote: remote).isDone(bench.context))
            try await RemoveRemote(remote: remote).run(bench.context)
            #expect(bench.runner.changes == ["lxc remote remove \(name)"])
        }
    }

    @Test func aPersonsOwnOfTheNewNameIsLeftAlone() async throws {
        let bench = try bench(#"{"DEV-00":{},"DEV-01":{}}"#, pinned: ["DEV-00": "CERT", "DEV-01": "THEIRS"])
        let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(failure.message.contains("lxc already has a remote named DEV-01") && bench.runner.changes.isEmpty)
        #expect(await bench.context.store.state.remote?.name == "DEV-00")
    }

    @Test func aPersonsOwnOfTheFormerNameIsLeftAlone() async throws {
        let bench = try bench(#"{"DEV-00":{},"local":{}}"#, pinned: ["DEV-00": "THEIRS"])
        try await step.run(bench.context)
        #expect(bench.runner.changes.isEmpty)
        #expect(await bench.context.store.state.remote?.name == "DEV-01")
    }

    @Test func aSuccessorThatTheRecordDoesNotNameIsDamage() throws {
        var state = try Bench.state(2)
        let folder = ClusterFolder(runtime: Bench.runtime, cluster: state.name)
        state.successor = try .dev(1)
        #expect(state.isConsistent(in: folder))
        state.successor = try .dev(2)
        #expect(!state.isConsistent(in: folder))
    }
}
