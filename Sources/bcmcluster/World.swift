import Provisioning

/// The outside of this process, wired together: what the commands are made from.
struct World: Sendable {
    let environment: @Sendable (String) -> String?
    let files: any Files
    let runner: any CommandRunner
    let time: any TimeSource
    let random: any RandomSource
    let redactor: Redactor
    let terminal: Terminal
    let interruption: Interruption
    /// The runtime directory, an absolute path.
    let runtime: String
    /// Set in a dry run.
    let recorder: Recorder?
    /// The connections to other machines, which end with the program.
    let connections: HostConnections
    /// Makes a runner of this world, such as one that logs, out of one that only runs.
    private let dress: @Sendable (any CommandRunner) -> any CommandRunner

    /// The real world.
    init(_ invocation: Invocation, interruption: Interruption, time: any TimeSource) throws {
        environment = SystemCalls.environment
        redactor = Redactor()
        terminal = Terminal(isJSON: invocation.isJSON, environment: environment)
        self.interruption = interruption
        self.time = time
        runtime = try Self.runtime(environment)
        try RuntimeFolder(runtime, LocalFiles()).check()
        let limited = LimitedRunner(LocalRunner(), most: try invocation.limits().machine)
        if invocation.isDryRun {
            let recorder = Recorder()
            self.recorder = recorder
            files = RecordingFiles(LocalFiles(), recorder)
            dress = { RecordingRunner($0, recorder) }
            random = PlaceholderRandom()
        } else {
            recorder = nil
            files = LocalFiles()
            dress = { $0 }
            random = SystemRandom()
        }
        runner = dress(limited)
        connections = HostConnections(
            by: limited, files: LocalFiles(), random: SystemRandom(), time: time, canAsk: terminal.canAsk)
    }

    private init(_ world: World, dressed: @escaping @Sendable (any CommandRunner) -> any CommandRunner) {
        environment = world.environment
        files = world.files
        runner = dressed(world.runner)
        let dress = world.dress
        self.dress = { dressed(dress($0)) }
        connections = world.connections
        time = world.time
        random = world.random
        redactor = world.redactor
        terminal = world.terminal
        interruption = world.interruption
        runtime = world.runtime
        recorder = world.recorder
    }

    /// The same world, in which every command is logged.
    func logging(to log: RunLog) -> World {
        let time = time
        return World(self) { LoggingRunner($0, log, time) }
    }

    /// The same world, in which no command takes longer than that.
    func limited(to most: Duration) -> World { World(self) { LimitedRunner($0, most: most) } }

    /// What runs commands on that host, in the way of this world.
    func runner(on host: Host) -> any CommandRunner {
        if host.name.isLocal { return runner }
        return RunnerOnHost(host, dress(ConnectingRunner(host, connections)))
    }

    var templates: TemplateLibrary { TemplateLibrary(runtime: runtime, files: files) }

    /// Where a cluster's files are.
    func folder(_ cluster: ClusterName) -> ClusterFolder { ClusterFolder(runtime: runtime, cluster: cluster) }

    /// The provider of that name, on this machine.
    func provider(_ name: ProviderName, cluster: String? = nil) throws -> any MachineProvider {
        try provider(name, by: runner, SudoRunner(runner), cluster: cluster)
    }

    /// The provider of that name, by those runners; it enters machines of the cluster with that identifier alone.
    func provider(
        _ name: ProviderName, by runner: any CommandRunner, _ root: any CommandRunner, on host: HostName? = nil,
        purges: Bool = false, cluster: String? = nil
    ) throws -> any MachineProvider {
        switch name {
        case .multipass: return MultipassProvider(base: runner, engine: .lxd, templates: templates, time: time)
        case .namespace:
            return try NamespaceProvider(
                root: root, engine: .lxd, templates: templates, files: files, time: time, host: host ?? .local,
                cluster: cluster)
        case .baremetal:
            guard let host else {
                throw Failure(
                    .badInput, "baremetal needs --hosts: the hosts themselves become the members",
                    hint: "bcmcluster host add NAME ADDRESS, then bcmcluster up --provider baremetal --hosts NAME")
            }
            let (runtime, files) = (runtime, files)
            return BaremetalProvider(
                host: host, root: root, engine: .lxd, purges: purges, cluster: cluster, time: time
            ) { state in
                try ClusterFolder(runtime: runtime, cluster: state.name).certificates(of: state, files)
            }
        }
    }

    /// The provider that is taken by default.
    func automaticProvider() throws -> ProviderChoice {
        #if os(Linux)
            let isLinux = true
        #else
            let isLinux = false
        #endif
        return try ProviderChoice.automatic(
            hasMultipass: SystemCalls.pathOfProgram("multipass") != nil, isLinux: isLinux,
            isRoot: SystemCalls.effectiveUser == 0, hasSudo: SystemCalls.pathOfProgram("sudo") != nil)
    }

    /// Checks that the provider works here; in a dry run, trouble becomes a remark, so that a plan can be reviewed
    /// anywhere.
    func check(_ provider: any MachineProvider, for state: ClusterState) async throws -> [String] {
        do {
            if provider.name == .namespace, state.hosts.contains(.local) {
                try await RootRights.check(runner, canAsk: terminal.canAsk && recorder == nil)
            }
            try await provider.check()
            return try givenUp(state).map { "\($0) is not a host any more: what is left there is kept" }
        } catch let failure as Failure where recorder != nil && failure.code == .missing {
            return ["a real run would stop here: \(failure.message)"]
        }
    }

    /// Takes the cluster's lock; with `--wait`, once the runs that hold it have ended, or a signal came.
    func lock(_ folder: ClusterFolder, command: String, _ invocation: Invocation) async throws -> ClusterLock {
        let queue = LockQueue(folder: folder, command: command, files: files, time: time)
        guard invocation.values[.wait] != nil else { return try queue.now() }
        return try await queue.afterOthers { terminal.say("waiting: \($0.message)") }
    }

    /// A context for a plan about that state.
    func context(
        _ state: ClusterState, provider: any MachineProvider, sources: SettingSources, limits: Limits
    ) -> PlanContext {
        let folder = folder(state.name)
        return PlanContext(
            store: StateStore(state, folder: folder, files: files), folder: folder, files: files, runner: runner,
            provider: provider, engine: .lxd, templates: templates, sources: sources, time: time, random: random,
            redactor: redactor, limits: limits)
    }

    /// A context for looking at that cluster.
    func context(toLookAt state: ClusterState) throws -> PlanContext {
        context(
            state, provider: try provider(for: state),
            sources: SettingSources(flags: [:], environment: environment), limits: Limits())
    }

    private static func runtime(_ environment: (String) -> String?) throws -> String {
        if let named = environment("BCM_RUNTIME_DIR") {
            guard named.hasPrefix("/") else {
                throw Failure(.badInput, "BCM_RUNTIME_DIR is not an absolute path: \(Shell.quoted(named))")
            }
            return named.count > 1 && named.hasSuffix("/") ? String(named.dropLast()) : named
        }
        guard let home = environment("HOME"), home.hasPrefix("/") else {
            throw Failure(.missing, "HOME is not set", hint: "set it, or set BCM_RUNTIME_DIR")
        }
        return "\(home)/.bcm"
    }
}
