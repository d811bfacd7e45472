import Testing

@testable import Provisioning

/// Which hosts can be members, and what is known of those that are.
@Suite(.endsHangs) struct BaremetalProviderTests {
    private let bench: BaremetalBench
    private var runner: ScriptedRunner { bench.runner }

    init() throws { bench = try BaremetalBench() }

    private func failure(_ work: () async throws -> Void) async throws -> Failure {
        let failure = try await #require(throws: Failure.self) { try await work() }
        #expect(failure.hint != nil, "every refusal has a way out")
        #expect(runner.changes == [], "nothing was changed")
        return failure
    }

    private func refusal(_ storage: StorageDriver = .dir) async throws -> Failure {
        let state = try bench.state(storage: storage)
        return try await failure { _ = try await bench.provider().assign(state, newMembers: [bench.member]) }
    }

    // MARK: check

    @Test func whatIsMissingIsNamedAtOnce() async throws {
        runner.on(
            BaremetalBench.which,
            .result(
                CommandResult(
                    .exited(1), output: "-rwxr-xr-x /bin/systemctl\n-rwxr-xr-x /sbin/ip\n-rw-r--r-- /bin/find\n")))
        let missing = try await failure { try await bench.provider().check() }
        #expect(missing.code == .missing && missing.message == "baremetal needs pgrep, find, umount on rack1")
        #expect(missing.hint == "install there: procps findutils mount")
    }

    @Test func withoutSystemdNothingCouldStartTheDaemon() async throws {
        runner.on(BaremetalBench.systemd, .ends(1, "No such file or directory"))
        let missing = try await failure { try await bench.provider().check() }
        #expect(missing.message == "baremetal needs systemd, which does not run rack1")
    }

    @Test func withoutLXDThereMustBeAWayToInstallIt() async throws {
        runner.on(BaremetalBench.packages, .ends(1))
        runner.on(BaremetalBench.installers, .prints("3 /usr/bin/apt-get\n"), .ends(1))
        try await bench.provider().check()
        let missing = try await failure { try await bench.provider().check() }
        #expect(
            missing.code == .missing
                && missing.message == "LXD is not installed on rack1, and neither snap nor apt-get is available")
    }

    // MARK: assign

    @Test func oneHostIsOneMember() async throws {
        let state = try Bench.state(2, ClusterSettings(provider: .baremetal, storage: .dir))
        let refusal = try await failure {
            _ = try await bench.provider().assign(state, newMembers: [.dev(0), .dev(1)])
        }
        #expect(refusal.code == .badInput && refusal.message == "DEV-00, DEV-01 cannot all be rack1")
        #expect(try await bench.provider().assign(state, newMembers: []) == state)
    }

    @Test func aHostIsOfOneClusterAlone() async throws {
        bench.note("owner 89abcdef/PROD-03")
        #expect(try await refusal().message == "rack1 is PROD-03 of another cluster already")
        bench.note("owner 0123abcd/DEV-01")
        #expect(try await refusal().message == "rack1 is DEV-01 of this cluster already")
        // That it is this very member already is what a run that was cut off leaves.
        bench.note("owner 0123abcd/DEV-00")
        _ = try await bench.provider().assign(bench.state(), newMembers: [bench.member])
    }

    // MARK: an LXD of the user's

    @Test(arguments: [
        ("instances", #"["/1.0/instances/web","/1.0/instances/db?project=shop"]"#, "instances web, db"),
        ("storage-pools", #"["/1.0/storage-pools/default"]"#, "storage pools default"),
        ("networks", #"[{"name":"lo","managed":false},{"name":"lxdbr0","managed":true}]"#, "networks lxdbr0"),
        ("images", "[\"/1.0/images/\(String(repeating: "0123456789abcdef", count: 4))\"]", "images 0123456789ab"),
        ("profiles", #"["/1.0/profiles/default","/1.0/profiles/gpu"]"#, "profiles gpu"),
        ("projects", #"["/1.0/projects/default","/1.0/projects/shop"]"#, "projects shop"),
        ("certificates", #"["/1.0/certificates/abc"]"#, "trusted clients abc"),
    ])
    func whatEmptyingWouldLoseIsNamed(_ part: String, _ answer: String, _ named: String) async throws {
        let line = try #require(BaremetalBench.holdings[part])
        runner.on(line, .prints(answer))
        let refusal = try await refusal()
        #expect(refusal.code == .conflict)
        #expect(refusal.message == "LXD on rack1 has data that would be lost: \(named)")
    }

    @Test func oneInAClusterIsRefused() async throws {
        runner.on(BaremetalBench.server, Server.info(clustered: true))
        #expect(try await refusal().message == "LXD on rack1 is in a cluster already, as DEV-00")
    }

    @Test func ofOneThatDoesNotAnswerNobodyKnows() async throws {
        runner.on(BaremetalBench.server, .ends(1, "connect: connection refused"))
        runner.on(BaremetalBench.database, .prints("9 /var/lib/lxd/database/local.db\n"), .ends(1))
        #expect(try await refusal().message.contains("does not answer"))
        // One that has never run has nothing to lose.
        _ = try await bench.provider().assign(bench.state(), newMembers: [bench.member])
    }

    // MARK: what is known

    @Test(arguments: [
        ("active", Machine.State.running), ("reloading", .running), ("activating", .starting), ("inactive", .stopped),
        ("failed", .stopped),
    ])
    func theDaemonsServiceIsTheMachine(_ word: String, _ state: Machine.State) async throws {
        bench.note("owner 0123abcd/DEV-00")
        runner.on("systemctl is-active lxd.service", .result(CommandResult(.exited(3), output: "\(word)\n")))
        let machines = try await bench.provider().machines(of: bench.state())
        #expect(machines == [bench.member: Machine(state: state, address: IPv4("192.0.2.7"))])
    }

    @Test(arguments: ["owner 89abcdef/DEV-00", "owner 0123abcd/DEV-07", "installation apt:lxd"])
    func aHostThatIsSomebodyElsesIsNone(_ note: String) async throws {
        bench.note(note)
        #expect(try await bench.provider().machines(of: bench.state()) == [:])
    }

    @Test("A list of which the client prints nothing is empty only where the whole answer says so")
    func listsWithoutEntries() async throws {
        let pools = BaremetalBench.holdings["storage-pools"] ?? ""
        runner.on(pools, .works)
        runner.on("lxc query --raw /1.0/storage-pools", .prints(#"{"type":"sync","metadata":null}"#))
        #expect(try await LXC(runner, engine: .lxd).holdings() == [])
        runner.on("lxc query --raw /1.0/storage-pools", .works)
        await #expect(throws: Failure.self) { try await LXC(runner, engine: .lxd).holdings() }
    }

    @Test("The note of a host says the engine of its member where that is not the standard one")
    func engineInTheNote() async throws {
        var state = try bench.state()
        #expect(BaremetalNotes.text(bench.member, of: state) == "0123abcd/DEV-00")
        state.engine = .incus
        #expect(BaremetalNotes.text(bench.member, of: state) == "0123abcd/DEV-00/incus")
        bench.note("owner 0123abcd/DEV-00/incus")
        let notes = try await BaremetalNotes(on: runner)
        #expect(notes.isOwned(by: bench.member, of: state))
        #expect(notes.cluster == "0123abcd" && notes.member == "DEV-00" && notes.engine == .incus)
    }

    @Test func namesakesAreKnownByTheNote() async throws {
        bench.note("owner 89abcdef/DEV-04")
        let name = try ClusterName("DEV")
        let found = HostedCluster(name: name, identifier: "89abcdef", members: [try .dev(4)], engine: .lxd)
        runner.on("cat -- /var/lib/bcmcluster/baremetal/state.json", .ends(1, "No such file or directory"))
        #expect(try await bench.provider().hostedClusters(named: name) == [found])
        #expect(try await bench.provider().hostedClusters(named: nil) == [found])
        #expect(try await bench.provider().hostedClusters(named: ClusterName("PROD")) == [])
    }

    @Test func inAHostThatIsNotTheMemberNothingRuns() async throws {
        bench.note("owner 89abcdef/PROD-00")
        let refusal = try await failure {
            _ = try await bench.provider().runner(in: bench.member).run(Command("hostname", []))
        }
        #expect(refusal.code == .conflict && refusal.message == "rack1 is not DEV-00, or has lost its LXD")
        bench.note("owner 89abcdef/DEV-00")
        let namesake = try await failure {
            _ = try await bench.provider().runner(in: bench.member).run(Command("hostname", []))
        }
        #expect(namesake.code == .taken && namesake.message == "the machine DEV-00 belongs to another cluster")
    }
}
