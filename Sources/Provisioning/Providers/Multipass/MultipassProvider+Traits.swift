extension ProviderName {
    /// Ubuntu VMs by multipass.
    package static let multipass = ProviderName(known: "multipass")
}

extension MultipassProvider {
    static let entry = ProviderRegistry.Entry(
        traits: known,
        make: {
            MultipassProvider(
                base: $0.runner, engine: $0.engine, templates: $0.templates, time: $0.time, copy: $0.copy)
        },
        examine: examine)

    /// The same for each provider of this kind.
    package var traits: ProviderTraits { Self.known }

    static let known = ProviderTraits(
        name: .multipass,
        // Ten launches at once crashed the daemon of 1.12 (facts: "parallel launches").
        defaultParallel: 3,
        // A command in a VM takes a second or so.
        pollInterval: .milliseconds(500),
        // An image may have to be fetched, and packages are.
        expectedSetupDuration: .seconds(240),
        // An exec took 1.4 to 2.4 s under emulation, and a busy daemon lets a call wait (state: "Idle cost").
        answerTimeout: .seconds(6),
        defaultStorage: .zfs, settings: [.image, .channel],
        // A launch takes them, and the pool is made in the VM.
        settingsOfMachines: [.image, .channel, .network, .storage],
        resizesWhenOff: true,
        makesVMs: true, needsNamedNetwork: true,
        // The network with the default route, by which the engine's tunnels go, is each host's own.
        sharedEthernet: .onOneHost,
        reachHint: { _, _ in "destroy it, and create it with a --network that all hosts share" },
        // A graceful stop waits for the VM, and all other calls wait with it.
        hungHint: { "multipass stop --force \($0), then bcmcluster start -c \($0.cluster)" },
        ownCommands: (start: "multipass start", delete: "multipass delete --purge"),
        deletedHint: { "multipass recover \($0), or, to lose it permanently, multipass delete --purge \($0)" },
        memory: "4 GiB", networkHelp: "a network for a further interface",
        automatic: AutomaticChoice(
            reason: { $0.program("multipass") == nil ? nil : "multipass is installed" },
            condition: "where it is installed", absence: "multipass is not installed",
            hint: { _ in "install multipass" },
            reasonOverHosts: { network in
                network.map { Subnet($0) == nil } ?? false ? "whose networks have names" : nil
            }))

    private static func examine(
        _ surroundings: Surroundings, _ runner: any CommandRunner, _ provider: () throws -> any MachineProvider
    ) async -> ProviderRegistry.Health {
        typealias Health = ProviderRegistry.Health
        guard surroundings.program("multipass") != nil else {
            return Health(
                works: false, message: "multipass is not installed",
                hint: surroundings.isLinux ? "snap install multipass" : "brew install --cask multipass",
                isAbsent: true)
        }
        do {
            let version = try await Multipass(runner).version().multipass
            guard Versions.isVersion(version, atLeast: 1, 13) else {
                return Health(
                    works: false, message: "multipass \(version) is too old: 1.13 or later is required",
                    hint: "snap refresh multipass")
            }
            try await provider().check()
            return Health(works: true, message: "multipass \(version) answers")
        } catch {
            let failure = Failure(error)
            return Health(works: false, message: failure.message, hint: failure.hint ?? "see multipass version")
        }
    }
}
