import Testing

@testable import Provisioning

@Suite(.endsHangs) struct MultipassProviderTests {
    static let list = "multipass list --no-ipv4 --format json"
    static let launch = "multipass launch 24.04 --name DEV-00 --cpus 4 -m 4G --disk 30G --timeout 900 --cloud-init -"

    private let runner = ScriptedRunner()
    private let time = VirtualTime()
    private let provider: MultipassProvider
    private let state: ClusterState

    init() throws {
        provider = MultipassProvider(
            base: runner, engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: InMemoryFiles()), time: time)
        state = try Bench.state(
            2, ClusterSettings(provider: .multipass, storage: .zfs, image: "24.04", channel: "5.0/stable"))
    }

    static let addresses =
        "multipass exec DEV-00 --no-map-working-directory -- sudo ip -json -4 address show scope global"

    /// What iproute2 prints of interfaces with those addresses.
    static func told(_ addresses: String...) -> ScriptedRunner.Answer {
        let links = addresses.map { #"{"ifname":"e","addr_info":[{"local":"\#($0)"}]}"# }
        return .prints("[\(links.joined(separator: ","))]")
    }

    static func listing(_ machines: [(name: String, state: String, address: String?)]) -> ScriptedRunner.Answer {
        let entries = machines.map { machine in
            let addresses = machine.address.map { "\"\($0)\"" } ?? ""
            return #"{"ipv4":[\#(addresses)],"name":"\#(machine.name)","release":"","state":"\#(machine.state)"}"#
        }
        return .prints("\n{\"list\":[\(entries.joined(separator: ","))]}")
    }

    private func specification(_ index: Int) throws -> MachineSpecification {
        MachineSpecification(member: try .dev(index), cpus: "4", memory: "4G", disk: "30G", limit: .seconds(900))
    }

    @Test(arguments: [
        (
            "list failed: The client is not authenticated with the Multipass service.\nPlease use 'multipass authenticate' before proceeding.",
            "multipass authenticate"
        ),
        ("list failed: cannot connect to the multipass socket", "snap start multipass"),
    ])
    func whatMultipassSaysIsExplained(_ errors: String, _ hint: String) async throws {
        runner.on(Self.list, .ends(2, errors))
        let failure = try await #require(throws: Failure.self) { try await provider.check() }
        #expect(failure.exitStatus == 3 && failure.hint?.contains(hint) == true)
    }

    /// `grep DEV` would find all of these.
    @Test func onlyExactNamesAreOurs() async throws {
        runner.on(
            Self.list,
            Self.listing([
                ("DEV2-00", "Running", "10.1.1.1"), ("MYDEV-00", "Running", nil), ("DEV-01", "Stopped", nil),
                ("DEV-00", "Running", "10.1.1.2"), ("DEV-07", "Running", nil),
            ]))
        let machines = try await provider.machines(of: state)
        #expect(
            machines == [
                try .dev(0): Machine(state: .running), try .dev(1): Machine(state: .stopped),
            ])
    }

    @Test(arguments: [
        ("Running", Machine.State.running), ("Stopped", .stopped), ("Suspended", .stopped), ("Deleted", .deleted),
        ("Starting", .starting),
        ("Restarting", .starting), ("Unknown", .starting), ("Delayed Shutdown", .other("Delayed Shutdown")),
    ])
    func statesAreRead(_ word: String, _ expected: Machine.State) async throws {
        runner.on(Self.list, Self.listing([("DEV-00", word, nil)]))
        #expect(try await provider.machines(of: state).values.map(\.state) == [expected])
    }

    private static func probe(_ index: Int) -> String {
        "multipass launch file:///no-such-image-asked-by-bcmcluster --name DEV-0\(index)"
    }
    private static let isFree = ScriptedRunner.Answer.ends(
        2, "launch failed: Custom image `/no-such-image-asked-by-bcmcluster` does not exist.")

    private static let taken = [
        #"launch failed: instance "DEV-00" already exists"#, #"launch failed: instance "DEV-00" is being prepared"#,
    ]
    private static let mark = "multipass exec DEV-00 --no-map-working-directory -- sudo cat /etc/bcmcluster"

    /// Somebody else has taken the name a moment before.
    @Test(
        arguments: [
            ("Running", "cluster ffffffff"), ("Running", nil), ("Stopped", nil), ("Deleted", nil),
        ] as [(String, String?)])
    func aVMWithoutOurMarkIsNotAdopted(_ word: String, _ mark: String?) async throws {
        runner.on(Self.launch, .ends(2, Self.taken[0]))
        runner.on(Self.list, Self.listing([("DEV-00", word, nil)]))
        runner.on(Self.mark, mark.map { .prints($0) } ?? .ends(1, "cat: /etc/bcmcluster: No such file"))
        runner.on(
            "multipass exec DEV-00 --no-map-working-directory -- sudo cloud-init status --long",
            .prints("status: done\n"))
        let specification = try specification(0)
        let failure = try await #require(throws: Failure.self) { try await provider.create(specification, of: state) }
        #expect(failure.code == .taken && failure.message.contains("not labelled as this cluster's"))
        #expect(runner.changes == [Self.launch])
    }

    /// Somebody else has destroyed the cluster, and made one of that name.
    @Test func aVMOfAnotherClusterIsFoundBeforeAnythingIsRemoved() async throws {
        runner.on(Self.list, Self.listing([("DEV-00", "Running", "10.1.1.2"), ("DEV-01", "Stopped", nil)]))
        // Version 0.1.0 has left no mark, and one that hangs says nothing.
        for answer in [
            ScriptedRunner.Answer.prints("cluster 0123abcd"), .ends(1, "No such file"),
            .failure(Failure(.timedOut, "cat took longer than its limit")), .works,
        ] {
            runner.on(Self.mark, answer)
            try await provider.checkOwnership(of: state)
        }
        runner.on(Self.mark, .prints("cluster ffffffff"))
        let failure = try await #require(throws: Failure.self) { try await provider.checkOwnership(of: state) }
        #expect(failure.code == .conflict && failure.message == "DEV-00 belongs to another cluster of this name")
    }

    @Test func namesakesAreKnownByTheirMarks() async throws {
        runner.on(
            Self.list,
            Self.listing([("DEV-01", "Stopped", nil), ("DEV-00", "Running", "10.1.1.2"), ("DEV2-00", "Running", nil)]))
        runner.on(Self.mark, .prints("cluster 89abcdef"), .prints("nonsense"))
        let members = [try MemberName.dev(0), try .dev(1)]
        // One that is off tells nothing, and is not taken for one of the marked cluster.
        var unknown = HostedCluster(name: state.name, identifier: HostedCluster.unknown, members: [members[1]])
        unknown.silent = [members[1]]
        runner.on(Self.mark + "-state", .prints("host:/r/clusters/DEV/cluster.json"), .ends(1, "No such file"))
        let origin = StateCopy.Origin(machine: "host", path: "/r/clusters/DEV/cluster.json")
        #expect(
            try await provider.hostedClusters(named: state.name)
                == [
                    unknown,
                    HostedCluster(name: state.name, identifier: "89abcdef", members: [members[0]], origin: origin),
                ])
        unknown.members = members
        #expect(
            try await provider.hostedClusters(named: state.name)
                == [unknown])
    }

    /// Whose own user-data names no identifier has no mark to compare.
    @Test func withoutAMarkInTheUserDataTheNameHasToDo() async throws {
        let files = InMemoryFiles(["/r/templates/user-data.yml": "#cloud-config\npackages: [lxd]\n"])
        let provider = MultipassProvider(
            base: runner, engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: files), time: time)
        runner.on(Self.launch, .ends(2, Self.taken[0]))
        try await provider.create(try specification(0), of: state)
    }

    /// The first launch fetches the image; the others follow once `list` shows it.
    @Test func theFirstLaunchGoesAhead() async throws {
        let gate = FirstLaunchGate()
        let (first, second) = (try MemberName.dev(0), try MemberName.dev(1))
        #expect(await gate.fetchesImage(second))
        #expect(await !gate.fetchesImage(first))
        #expect(await gate.fetchesImage(second))
        #expect(await gate.ahead == second)
        await gate.open()
        #expect(await gate.ahead == nil)
    }

    @Test func removalIsOfExactlyOne() async throws {
        runner.on(Self.list, Self.listing([("DEV-00", "Deleted", nil), ("DEV2-00", "Running", nil)]))
        runner.on("multipass delete --purge DEV-00", .works)
        // Whether a machine that is not listed is still being prepared is asked by a launch that cannot succeed.
        let probe = Self.probe(1)
        runner.on(probe, Self.isFree)
        try await provider.remove(try .dev(0), of: state)
        try await provider.remove(try .dev(1), of: state)
        #expect(runner.changes.filter { $0 != probe } == ["multipass delete --purge DEV-00"])
    }

    /// What is no answer about the name fails the removal; a daemon without a network says so for as long as it is asked.
    @Test func onlyAnAnswerSaysThatANameIsFree() async throws {
        let probe = Self.probe(1)
        runner.on(Self.list, Self.listing([]))
        for trouble in [
            "launch failed: Connection reset by peer", "", "launch failed: cannot connect to the multipass socket",
        ] {
            runner.on(probe, .ends(2, trouble))
            await #expect(throws: Failure.self, "\(trouble)") { try await provider.remove(try .dev(1), of: state) }
        }
        runner.on(probe, .ends(2, #"launch failed: Remote "" is unknown or unreachable."#))
        try await provider.remove(try .dev(1), of: state)
        #expect(time.elapsed >= .seconds(29) && time.elapsed <= .seconds(31))
    }

    /// The daemon has as many threads for launches as its host has processors.
    @Test(arguments: [
        (Int?.none, "2\n", 2), (8, "2\n", 2), (1, "2\n", 1), (nil, "16\n", 3), (8, "16\n", 8), (8, "", 3),
    ])
    func soManyAtATimeAsTheDaemonHasThreads(_ wanted: Int?, _ processors: String, _ most: Int) async throws {
        runner.on("getconf _NPROCESSORS_ONLN", .prints(processors))
        #expect(try await provider.parallel(wanted) == most)
    }

    @Test func anAddressThatIsNotThereIsAConflict() async throws {
        runner.on(Self.list, Self.listing([("DEV-00", "Running", nil)]))
        let member = try MemberName.dev(0)
        runner.on(Self.addresses, .prints("[]"))
        await #expect(throws: Failure.self) { try await provider.address(of: member, in: state) }
        let scope = StepScope(step: "s", phase: .running, isReview: true)
        let assumed = try await StepScope.$current.withValue(scope) {
            try await provider.address(of: member, in: state)
        }
        #expect(assumed == "<DEV-00 address>")
        runner.on(Self.addresses, Self.told("10.1.1.2", "10.248.0.1"))
        #expect(try await provider.address(of: member, in: state) == "10.1.1.2", "and not that of the VM's own bridge")
        // A command would start one that is off.
        time.advance(.seconds(4))
        runner.on(Self.list, Self.listing([("DEV-00", "Stopped", nil)]))
        let count = runner.lines.count
        await #expect(throws: Failure.self) { try await provider.address(of: member, in: state) }
        #expect(runner.lines.count == count + 1)
    }
}
