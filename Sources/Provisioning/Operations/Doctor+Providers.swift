extension Doctor {
    /// Whether each provider that is for this machine works.
    func providers(mayBeRoot: Bool, hasVirtualisation: Bool) async -> [(traits: ProviderTraits, checkup: DoctorCheck)] {
        var found: [(traits: ProviderTraits, checkup: DoctorCheck)] = []
        for entry in ProviderRegistry.standard.entries {
            let traits = entry.traits
            let topic = "provider \(traits.name.rawValue)"
            let make = provider
            guard let health = await entry.health(surroundings, runner, { try make(traits.name) }) else { continue }
            let checkup =
                if traits.needsLocalRoot, isLinux, !mayBeRoot {
                    DoctorCheck(topic, .warning, "it needs root", "see rights")
                } else if health.works, traits.makesVMs, !hasVirtualisation {
                    DoctorCheck(topic, .warning, "\(health.message), and has no KVM", "see kvm")
                } else {
                    DoctorCheck(topic, health.works ? .ok : .warning, health.message, health.hint)
                }
            found.append((traits, checkup))
        }
        return found
    }

    private var surroundings: Surroundings { Surroundings(isLinux: isLinux, isRoot: isRoot, program: program) }

    /// Which provider is taken where nobody chooses, and whether that is one that works.
    func choice(_ providers: [(traits: ProviderTraits, checkup: DoctorCheck)]) -> DoctorCheck {
        let topic = "provider"
        let works = providers.filter { $0.checkup.level == .ok }.map(\.traits.name)
        guard let other = works.first else {
            return DoctorCheck(
                topic, .problem, "no provider works here: clusters cannot be created",
                providers.last { !($0.traits.needsLocalRoot && !isLinux) }?.checkup.hint ?? "see above")
        }
        if let wanted = environment("BCM_PROVIDER_NAME") {
            if let name = ProviderName(rawValue: wanted), let traits = try? ProviderRegistry.standard.traits(of: name),
                traits.membersAreHosts
            {
                return DoctorCheck(
                    topic, .ok, "up uses \(wanted) from BCM_PROVIDER_NAME, on the hosts that --hosts names")
            }
            let source = "\(Shell.quoted(wanted.clipped)) from BCM_PROVIDER_NAME"
            return works.contains { $0.rawValue == wanted }
                ? DoctorCheck(topic, .ok, "up uses \(source)")
                : DoctorCheck(topic, .problem, "up uses \(source), which does not work here", "unset BCM_PROVIDER_NAME")
        }
        guard let taken = try? ProviderRegistry.standard.automatic(surroundings), works.contains(taken.name) else {
            return DoctorCheck(
                topic, .warning, "the default provider does not work here, but \(other.rawValue) does",
                "bcmcluster up -c NAME --provider \(other.rawValue)")
        }
        return DoctorCheck(topic, .ok, "up uses \(taken.name.rawValue): \(taken.reason)")
    }
}
