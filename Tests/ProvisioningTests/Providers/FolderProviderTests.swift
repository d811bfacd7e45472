import Testing

@testable import Provisioning

/// A complete provider, as somebody would add it: its machines are folders, and run while a file `on` is in them.
private struct FolderProvider: MachineProvider {
    static let entry = ProviderRegistry.Entry(
        traits: ProviderTraits(
            name: ProviderName(known: "folder"), defaultParallel: 4, pollInterval: .milliseconds(1),
            expectedSetupDuration: .seconds(1), defaultStorage: .dir, settings: [],
            reachHint: { hosts, engine in "open TCP port \(engine.port) on \(hosts)" }),
        make: { FolderProvider(root: "/machines", files: $0.files, runner: $0.runner) })

    let root: String
    let files: any Files
    let runner: any CommandRunner

    var traits: ProviderTraits { Self.entry.traits }

    private func folder(_ member: MemberName) -> String { "\(root)/\(member)" }

    func check() async throws {}

    func assign(_ state: ClusterState, newMembers: [MemberName]) async throws -> ClusterState {
        for member in newMembers where try files.kind(of: folder(member)) != nil {
            throw Failure(.conflict, "there is a folder \(folder(member)) already")
        }
        return state
    }

    func machines(of state: ClusterState) async throws -> [MemberName: Machine] {
        let present = try state.members.map(\.name).filter { try files.kind(of: folder($0)) != nil }
        return try Dictionary(
            uniqueKeysWithValues: present.map { member in
                (member, Machine(state: try files.kind(of: "\(folder(member))/on") == nil ? .stopped : .running))
            })
    }

    func create(_ machine: MachineSpecification, of state: ClusterState) async throws {
        try files.makeFolder(folder(machine.member), mode: 0o700)
        try await start(machine.member, of: state, limit: machine.limit)
    }

    func start(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        try files.write("", to: "\(folder(member))/on", mode: 0o600)
    }

    func stop(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        try files.remove("\(folder(member))/on")
    }

    func isSettled(_ member: MemberName, of state: ClusterState) async throws -> Bool {
        try files.kind(of: "\(folder(member))/on") != nil
    }

    func settle(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {}

    func remove(_ member: MemberName, of state: ClusterState) async throws { try files.remove(folder(member)) }

    func address(of member: MemberName, in state: ClusterState) async throws -> String {
        "192.0.2.\(10 + member.index)"
    }

    func runner(in member: MemberName) -> any CommandRunner { runner }
}

/// A provider that no file of the program names goes through the program's own plans.
@Suite struct FolderProviderTests {
    private let registry = ProviderRegistry(ProviderRegistry.standard.entries + [FolderProvider.entry])
    private let context: PlanContext
    private let provider: any MachineProvider

    init() throws {
        let files = InMemoryFiles()
        let name = try #require(ProviderName(rawValue: "folder"))
        provider = try registry.provider(
            name,
            ProviderContext(
                runner: ScriptedRunner(), root: ScriptedRunner(), engine: .lxd,
                templates: TemplateLibrary(runtime: Bench.runtime, files: files), files: files, time: VirtualTime()))
        let settings = ClusterSettings(provider: name, storage: try registry.traits(of: name).defaultStorage)
        context = try Bench(members: 2, settings: settings, provider: provider).context
    }

    /// Runs it as a command of its own, which looks at the machines anew.
    private func run(_ plan: ClusterPlan) async -> PlanOutcome {
        await PlanRunner(plan, context.with(runner: ScriptedRunner()), observer: EventLog(), machinesAtOnce: 2).run()
    }

    private func states() async throws -> [Machine.State] {
        try await provider.machines(of: context.store.state).sorted { $0.key < $1.key }.map(\.value.state)
    }

    @Test func machinesAreMadeStoppedAndRemoved() async throws {
        try await ProviderRegistry.$standard.withValue(registry) { try await makeStopAndRemove() }
    }

    private func makeStopAndRemove() async throws {
        var up = ClusterPlan()
        let written = up.add(WriteState())
        let host = up.add(PrepareHost(), after: [written])
        let routed = up.add(RouteTraffic(), after: [host])
        for index in 0...1 {
            let launched = up.add(LaunchMachine(name: try .dev(index)), after: [routed])
            up.add(AwaitDaemon(name: try .dev(index)), after: [launched])
        }
        let made = await run(up)
        #expect(made.failures.isEmpty && made.blocked.isEmpty)
        #expect(try await states() == [.running, .running])
        let state = try #require(try StateStore.read(context.folder, context.files))
        #expect(state.settings.provider.rawValue == "folder")

        try await provider.stop(.dev(1), of: state, limit: .seconds(1))
        #expect(try await states() == [.running, .stopped])

        let destroyed = await run(DestroyPlan.plan(for: state))
        #expect(destroyed.failures.isEmpty && destroyed.blocked.isEmpty)
        #expect(try await states() == [])
        #expect(try StateStore.read(context.folder, context.files) == nil)
    }

    @Test func whatItCannotDoHasADefault() async throws {
        let state = await context.store.state
        let member = try MemberName.dev(0)
        #expect(try await provider.apiAddress(of: member, in: state) == "192.0.2.10:8443")
        #expect(try await provider.machinesAtOnce(nil) == 4)
        #expect(provider.logHint(member) == "the logs of DEV-00")
        #expect(provider.dataFolders(of: member, .lxd) == ["/var/lib/lxd", "/var/snap/lxd/common/lxd"])
        #expect(try await provider.copies.snapshots(of: state) == [:])
        let name = try SnapshotName("before")
        for work in [
            { _ = try await provider.copies.room(for: name, of: state, limit: .seconds(1)) },
            { try await provider.daemonControl.stopDaemon(of: member, in: state) },
        ] as [() async throws -> Void] {
            let failure = await #expect(throws: Failure.self) { try await work() }
            #expect(failure?.code == .missing && failure?.message.contains("folder") == true)
        }
    }

    @Test func aProviderThatIsNotRegisteredIsRefused() throws {
        let failure = #expect(throws: Failure.self) {
            try ProviderRegistry.standard.traits(of: FolderProvider.entry.traits.name)
        }
        #expect(failure?.message == "folder is not a provider; there are multipass, namespace, baremetal")
    }
}
