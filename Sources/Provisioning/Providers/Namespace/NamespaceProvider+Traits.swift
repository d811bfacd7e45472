extension ProviderName {
    /// Daemons in namespaces of this Linux host.
    package static let namespace = ProviderName(known: "namespace")
}

extension NamespaceProvider {
    static let entry = ProviderRegistry.Entry(
        traits: known,
        make: { context in
            try NamespaceProvider(
                root: context.root, engine: context.engine, templates: context.templates, files: context.files,
                time: context.time, host: context.host ?? .local, cluster: context.cluster, copy: context.copy)
        }, examine: examine)

    /// The same for each provider of this kind.
    package var traits: ProviderTraits { Self.known }

    static let known = ProviderTraits(
        name: .namespace,
        // A daemon's start keeps a processor busy.
        defaultParallel: max(2, SystemCalls.processors),
        // A command in a machine takes milliseconds.
        pollInterval: .milliseconds(30),
        // A second or two; the more at once, the longer.
        expectedSetupDuration: .seconds(20), defaultStorage: .dir, settings: [],
        fixedSizes: [.disk: "its machines are folders of \(NamespaceLayout.root), and share that file system"],
        // A daemon of LXD's takes 75 MB before anything runs on it.
        leastMemory: 256 << 20, resizes: true,
        // They are beside the machines.
        snapshotsOutliveMachines: true, logsAreOnHost: true,
        needsLocalRoot: true, sharesHost: true, hasHostNetwork: true, packetSizes: (1500, NamespaceOverlay.packetSize),
        maximumHosts: NamespaceLayout.mostHosts,
        reachHint: { hosts, _ in "open UDP port \(NamespaceOverlay.port) between \(hosts)" },
        memory: "75 MB", networkHelp: "the IPv4 subnet, such as 10.77.0.0/22; IPv6 and dual stack are refused",
        automatic: AutomaticChoice(
            reason: { surroundings in
                guard surroundings.isLinux else { return nil }
                if surroundings.isRoot { return "this is Linux as root" }
                return surroundings.program("sudo") == nil ? nil : "this is Linux with sudo"
            }, absence: "namespaces need Linux, and root or sudo",
            hint: { $0.isLinux ? "run this as root" : nil },
            reasonOverHosts: { _ in "which works on any Linux host" }))

    private static func examine(
        _ surroundings: Surroundings, _ runner: any CommandRunner, _ provider: () throws -> any MachineProvider
    ) async -> ProviderRegistry.Health {
        typealias Health = ProviderRegistry.Health
        guard surroundings.isLinux else {
            return Health(works: false, message: "the namespace provider needs Linux", hint: "use another provider")
        }
        do { try await provider().check() } catch {
            let failure = Failure(error)
            return Health(
                works: false, message: failure.message,
                hint: failure.hint ?? "see bcmcluster up -c TRY --provider namespace --dry-run")
        }
        let engine = Engine.current
        let installation = "apt-get install \(engine.debianPackages[0])"
        if surroundings.program(engine.daemon)?.hasPrefix("/snap/") == true {
            return Health(
                works: false, message: "\(engine.daemon) is a snap here, which cannot be started more than once",
                hint: installation)
        }
        let version = await Versions(runner).line(engine.daemon) ?? "of no version"
        guard Versions.isVersion(version, atLeast: engine.oldest, 0) else {
            return Health(
                works: false,
                message: "\(engine.daemon) \(version) is too old: \(engine.oldest).0 or later is required",
                hint: installation)
        }
        return Health(works: true, message: "\(engine.title) \(version) and all requirements are installed")
    }
}
