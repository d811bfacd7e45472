extension ProviderName {
    /// Hosts that exist already, each of which becomes a member.
    package static let baremetal = ProviderName(known: "baremetal")
}

extension BaremetalProvider {
    static let entry = ProviderRegistry.Entry(traits: known, make: made)

    private static func made(_ context: ProviderContext) throws -> any MachineProvider {
        guard context.host != nil || context.isInspection else {
            throw Failure(
                .badInput, "baremetal needs --hosts: the hosts themselves become the members",
                hint: "bcmcluster host add NAME ADDRESS, then bcmcluster up --provider baremetal --hosts NAME")
        }
        return BaremetalProvider(
            host: context.host, root: context.root, engine: context.engine, purges: context.purges,
            cluster: context.cluster, time: context.time, certificates: context.certificates, copy: context.copy)
    }

    /// The same for each provider of this kind.
    package var traits: ProviderTraits { Self.known }

    static let known = ProviderTraits(
        name: .baremetal,
        // Hosts do not share processors.
        defaultParallel: 8,
        // A command on a host takes some tens of milliseconds.
        pollInterval: .milliseconds(200),
        // Packages may have to be fetched.
        expectedSetupDuration: .seconds(180), defaultStorage: .dir, settings: [.channel],
        // The engine is put on a host by the channel, and its pool is made once it answers.
        settingsOfMachines: [.channel, .storage],
        fixedSizes: [
            .cpus: "a member is a whole host", .memory: "a member is a whole host", .disk: "a member is a whole host",
        ], membersAreHosts: true,
        // Hosts may be anywhere.
        sharedEthernet: .never,
        reachHint: { hosts, engine in "let TCP port \(engine.port) pass between \(hosts)" })
}
