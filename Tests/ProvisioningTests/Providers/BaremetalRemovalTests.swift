import Testing

@testable import Provisioning

/// Which LXD is emptied when its host is no longer a member.
@Suite(.endsHangs) struct BaremetalRemovalTests {
    private let bench: BaremetalBench
    private var runner: ScriptedRunner { bench.runner }

    init() throws {
        bench = try BaremetalBench()
        bench.note("owner 0123abcd/DEV-00")
    }

    /// The check alone, with the certificates that were fetched from the cluster.
    private func check(_ certificates: Set<String> = ["CERT"], isDestroyed: Bool = false) async throws {
        let occupancyCheck = OccupancyCheck(
            root: runner, engine: .lxd, place: "rack1", package: .lxdDebian, time: bench.time)
        var state = try bench.state()
        state.isDeleting = isDestroyed ? true : nil
        try await occupancyCheck.checkBeforeRemoval(of: bench.member, in: state, certificates)
    }

    private func refusal(_ certificates: Set<String> = ["CERT"], isDestroyed: Bool = false) async throws -> String {
        let failure = try await #require(throws: Failure.self) {
            try await check(certificates, isDestroyed: isDestroyed)
        }
        #expect(failure.code == .conflict)
        #expect(failure.hint?.contains("rm /var/lib/bcmcluster/baremetal/owner there") == true, "the way out")
        return failure.message
    }

    @Test func aMemberOfTheClusterIsEmptied() async throws {
        runner.on(BaremetalBench.server, Server.info(clustered: true))
        try await check()
        // The others have forgotten it, and it finds no majority.
        runner.on(BaremetalBench.members, .ends(1, "Failed to begin transaction"))
        try await check()
    }

    @Test(arguments: [false, true]) func aMemberOfAnotherClusterIsLeft(_ isDestroyed: Bool) async throws {
        runner.on(BaremetalBench.server, Server.info(clustered: true, certificate: "OTHER\n"))
        #expect(try await refusal(isDestroyed: isDestroyed) == "LXD on rack1 is in another cluster by now, as DEV-00")
    }

    /// It may hold what was moved there; and it does not know its new name itself yet.
    @Test func aMemberThatWasRenamedIsLeftUnlessAllGo() async throws {
        runner.on(BaremetalBench.server, Server.info(clustered: true))
        let member = #"{"server_name":"WEB","url":"https://192.0.2.7:8443","database":true,"status":"","message":""}"#
        runner.on(BaremetalBench.members, .prints("[\(member)]"))
        #expect(try await refusal() == "LXD on rack1 is the member WEB, not DEV-00")
        try await check(isDestroyed: true)
    }

    /// `up` has ended before anybody could use the cluster.
    @Test func withoutACertificateTheNameAndTheContentsDecide() async throws {
        runner.on(BaremetalBench.server, Server.info(clustered: true))
        try await check([])
        runner.on(BaremetalBench.contents, .prints(#"[{"used_by":["/1.0/instances/web"]}]"#))
        #expect(try await refusal([]) == "LXD on rack1 has data that would be lost: instances web")
        runner.on(BaremetalBench.server, Server.info(clustered: true, name: "theirs"))
        #expect(try await refusal([], isDestroyed: true) == "LXD on rack1 is the member theirs, not DEV-00")
    }

    @Test(arguments: [
        ("/1.0/instances/web?project=shop", "instances web"),
        ("/1.0/storage-pools/default/volumes/custom/data?project=shop&target=x", "volumes data"),
        ("/1.0/storage-pools/default/buckets/files", "buckets files"),
        ("/1.0/images/\(String(repeating: "0123456789abcdef", count: 4))", "images 0123456789ab"),
    ])
    func whatUsersPutIntoAnLXDInNoClusterIsNotLost(_ path: String, _ named: String) async throws {
        runner.on(
            BaremetalBench.contents,
            .prints(#"[{"used_by":["/1.0/profiles/default","/1.0/networks/lxdbr0"]},{"used_by":["\#(path)"]}]"#))
        #expect(try await refusal() == "LXD on rack1 has data that would be lost: \(named)")
        #expect(try await refusal(isDestroyed: true).hasSuffix(named))
    }

    @Test func whatAPreseedMakesIsNoLoss() async throws {
        runner.on(
            BaremetalBench.contents, .prints(#"[{"used_by":["/1.0/profiles/default","/1.0/networks/lxdbr0"]}]"#))
        try await check()
    }

    @Test func ofOneThatDoesNotAnswerItsFolderTellsTheCluster() async throws {
        runner.on(BaremetalBench.server, .ends(1, "connect: connection refused"))
        runner.on(BaremetalBench.certificate, .prints("CERT\n"))
        runner.on(BaremetalBench.database, .prints("9 /var/lib/lxd/database/local.db\n"))
        try await check()
        runner.on(BaremetalBench.certificate, .prints("OTHER\n"))
        let message = "LXD on rack1 does not answer, so its contents are unknown"
        #expect(try await refusal() == message)
        #expect(try await refusal([]) == message)
        runner.on(BaremetalBench.certificate, .ends(1, "No such file or directory"))
        #expect(try await refusal(isDestroyed: true) == message)
        runner.on(BaremetalBench.database, .ends(1, "No such file or directory"))
        try await check()
    }

    /// LXD starts itself again when it has left its cluster.
    @Test func oneThatStartsIsWaitedFor() async throws {
        runner.on(BaremetalBench.database, .prints("9 /var/lib/lxd/database/local.db\n"))
        runner.on(
            BaremetalBench.server, .ends(1, "connect: connection refused"), .ends(1, "connect: connection refused"),
            Server.info())
        try await check()
        #expect(runner.lines.filter { $0 == BaremetalBench.server }.count == 3)
    }

    /// Without a quorum it would answer nothing.
    @Test func whereAllGoItsFolderIsEnough() async throws {
        runner.on(BaremetalBench.certificate, .prints("CERT\n"))
        try await check(isDestroyed: true)
        #expect(!runner.lines.contains(BaremetalBench.server))
    }
}
