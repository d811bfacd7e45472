import Synchronization

/// Everything that a step may use: the seams to the outside, the provider, and what is wanted.
package struct PlanContext: Sendable {
    package private(set) var store: StateStore
    /// Where the cluster's files are.
    package let folder: ClusterFolder
    /// This machine's files.
    package let files: any Files
    /// Commands on this machine as the user.
    package let runner: any CommandRunner
    /// Where machines come from.
    package let provider: any MachineProvider
    /// What the program's engine is called.
    package let engine: Engine
    package let templates: TemplateLibrary
    /// The places in which settings stand.
    package private(set) var sources: SettingSources
    package let time: any TimeSource
    package let random: any RandomSource
    /// Knows the secrets.
    package let redactor: Redactor
    /// The limits of the waits.
    package let limits: Limits

    /// The machines as they were when the plan first asked.
    package let machines: RunningMachinesCache
    /// What the cluster asks of whoever joins.
    package let terms: JoinParameters
    /// What the user should know in the end, though nothing failed.
    package let remarks: Remarks
    /// Members whose daemon may be joining still.
    let unfinishedJoins = UnfinishedJoins()
    /// Who joins when.
    let joinTurns = JoinTurns()
    package var joinsAtOnce: Int { joinTurns.atOnce }
    /// When this plan last started what was in the cluster already.
    let lastStart = LastStart()

    package init(
        store: StateStore, folder: ClusterFolder, files: any Files, runner: any CommandRunner,
        provider: any MachineProvider, engine: Engine, templates: TemplateLibrary, sources: SettingSources,
        time: any TimeSource, random: any RandomSource, redactor: Redactor, limits: Limits
    ) {
        self.store = store
        self.folder = folder
        self.files = files
        self.runner = runner
        self.provider = provider
        self.engine = engine
        self.templates = templates
        self.sources = sources
        self.time = time
        self.random = random
        self.redactor = redactor
        self.limits = limits
        machines = RunningMachinesCache()
        terms = JoinParameters()
        remarks = Remarks()
    }

    /// The same for another state, which is not written yet; what is known of the machines stays known.
    func with(_ state: ClusterState) -> PlanContext {
        var other = self
        other.store = StateStore(state, folder: folder, files: files)
        return other
    }

    /// The same, in which those members' machines are to get these sizes.
    func resizing(_ members: [MemberName], to sizes: [Setting: String]) -> PlanContext {
        var other = self
        other.sources.flags = sizes
        other.sources.sizedMembers = Set(members)
        return other
    }

    /// Turns the member's machine on, or whatever of it is off.
    func startAndNote(_ member: MemberName) async throws {
        lastStart.note(time.elapsed)
        let sizing = provider.sizing
        // Before anything is started: its file may have an error.
        let machine = sizing == nil ? nil : try await specification(member)
        try await provider.start(member, of: store.state, limit: limits.machine)
        guard let sizing, let machine else { return }
        // A machine that is smaller or larger than it is to be is better than none.
        do { try await sizing.resize(machine, of: store.state) } catch let failure as Failure
            where failure.code != .interrupted
        {
            remarks.add("the limits of \(member) are unchanged: \(failure.message)")
        }
    }

    /// The administrator's client inside the member's machine; the limit is that of each question.
    package func client(in member: MemberName, limit: Duration = LXC.timeout) -> LXC {
        LXC(provider.runner(in: member), engine: engine, limit: limit)
    }

    /// The cluster's images, by the user's client, which knows the cluster by that remote.
    func images(of remote: String) -> LXCImages { LXCImages(runner, engine: engine, remote: remote) }

    /// Where the API of the member is, for clients elsewhere.
    func url(of member: MemberName) async throws -> String {
        "https://\(try await provider.apiAddress(of: member, in: store.state))"
    }

    /// The machine as it was when the plan first asked; `nil` where there was none.
    package func machine(_ member: MemberName) async throws -> Machine? {
        try await machines.all(provider, store.state)[member]
    }

    /// The settings of the member's own `.env`, under the order in which all settings are looked up.
    package func endpoint(_ member: MemberName) async throws -> Endpoint { try await Endpoint(member, self) }

    /// What the member's machine is to be.
    package func specification(_ member: MemberName) async throws -> MachineSpecification {
        let endpoint = try await endpoint(member)
        return MachineSpecification(
            member: member, cpus: endpoint.cpus, memory: endpoint.memory, disk: endpoint.disk, limit: limits.machine)
    }

    /// Where the user's client keeps what it trusts.
    package var clientConfiguration: ClientConfiguration {
        ClientConfiguration(
            engine, program: SystemCalls.pathOfProgram(engine.client), environment: sources.environment)
    }

    /// The remotes of the user's client.
    package var remotes: LXCRemotes { LXCRemotes(runner, engine: engine) }
}

/// How long things may take.
package struct Limits: Sendable {
    /// A machine from its launch until it is set up.
    package var machine: Duration
    /// A daemon until it answers.
    package var daemon: Duration
    /// A first configuration or a join.
    package var initialize: Duration
    /// The whole cluster until all members are online, once the last has joined.
    package var online: Duration

    /// Limits that follow from `--timeout`, which bounds each machine's setting up; 15 minutes without it.
    package init(timeout: Duration = .seconds(900)) {
        machine = timeout
        daemon = min(timeout, .seconds(120))
        initialize = min(timeout, .seconds(180))
        online = min(timeout, .seconds(90))
    }
}

/// Sentences for the user, each once, in the order in which they came up.
package final class Remarks: Sendable {
    private let sentences = Mutex<[String]>([])

    /// Adds a sentence without a full stop.
    package func add(_ sentence: String) {
        sentences.withLock { if !$0.contains(sentence) { $0.append(sentence) } }
    }

    package var all: [String] { sentences.withLock { $0 } }
}

/// One look at all machines for a whole plan: two hundred members cost one listing; what the plan itself does to a
/// machine is noted.
///
/// Who asks first looks, in its own task, so that a cancelled run ends the listing too; the others wait for the answer. A
/// look that failed is not kept: the next who asks looks again.
package actor RunningMachinesCache {
    private var known: [MemberName: Machine]?
    private var isLooking = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func all(_ provider: any MachineProvider, _ state: ClusterState) async throws -> [MemberName: Machine] {
        while isLooking { await withCheckedContinuation { waiting.append($0) } }
        if let known { return known }
        isLooking = true
        defer {
            isLooking = false
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
        let machines = try await provider.machines(of: state)
        known = machines
        return machines
    }

    /// Notes that this plan has brought the machine into that state, which a dry run could not see.
    func note(_ member: MemberName, is state: Machine.State) {
        let address = known?[member]?.address
        known?[member] = Machine(state: state, address: address)
    }
}

/// What a cluster asks of whoever joins: the same for all of a plan, so it is asked once and not between two joins.
package actor JoinParameters {
    package struct Terms: Sendable {
        /// What the cluster says of itself.
        package let server: ServerInfo
        /// The keys that a member has to give for itself.
        package let keys: [MemberConfigurationKey]
    }

    private var known: Terms?

    /// The terms; a question that failed is asked again by the next who joins.
    func of(_ cluster: LXC) async throws -> Terms {
        if let known { return known }
        let terms = Terms(server: try await cluster.server(), keys: try await cluster.memberConfigurationKeys())
        known = terms
        return terms
    }
}
