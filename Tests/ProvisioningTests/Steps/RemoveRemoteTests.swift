import Testing

@testable import Provisioning

@Suite struct RemoveRemoteTests {
    private func bench(
        _ remotes: String, defaultRemote: String = "DEV-00", own: String? = "CERT", pinned: String? = "CERT"
    ) throws -> Bench {
        let bench = try Bench()
        if let own { bench.files.put(own, at: "\(Bench.folder)/endpoints/DEV-00/lxd/lxd.cert") }
        if let pinned { bench.files.put(pinned, at: "/conf/servercerts/DEV-00.crt") }
        bench.runner.on("lxc remote list --format json", .prints(remotes))
        bench.runner.on("lxc remote get-default", .prints("\(defaultRemote)\n"))
        for line in ["lxc remote remove DEV-00", "lxc remote switch mine", "lxc remote switch local"] {
            bench.runner.on(line, .works)
        }
        return bench
    }

    private func step(former: [String] = ["mine"]) -> RemoveRemote {
        RemoveRemote(remote: ClusterState.Remote(name: "DEV-00", formerDefaults: former))
    }

    private static let both = #"{"DEV-00":{},"mine":{},"local":{}}"#

    @Test func theDefaultThatWasIsPutBack() async throws {
        let bench = try bench(Self.both)
        #expect(try await !step().isDone(bench.context))
        try await step().run(bench.context)
        #expect(bench.runner.changes == ["lxc remote switch mine", "lxc remote remove DEV-00"])
    }

    @Test(arguments: [["gone"], ["DEV-00"], []])
    func aFormerDefaultThatIsGoneGivesWayToLocal(_ former: [String]) async throws {
        let bench = try bench(Self.both)
        try await step(former: former).run(bench.context)
        #expect(bench.runner.changes == ["lxc remote switch local", "lxc remote remove DEV-00"])
    }

    @Test func theDefaultBeforeOneThatIsGoneIsPutBack() async throws {
        let bench = try bench(Self.both)
        try await step(former: ["OTHER-00", "mine"]).run(bench.context)
        #expect(bench.runner.changes == ["lxc remote switch mine", "lxc remote remove DEV-00"])
    }

    @Test func somebodyElsesIsLeftAlone() async throws {
        let bench = try bench(Self.both, pinned: "THEIRS")
        try await step().run(bench.context)
        #expect(bench.runner.changes.isEmpty)
        #expect(bench.context.remarks.all.count == 1 && bench.context.remarks.all[0].contains("not changed"))
    }
}
