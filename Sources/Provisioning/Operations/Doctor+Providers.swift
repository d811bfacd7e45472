extension Doctor {
    /// A provider as it was found.
    struct ExaminedProvider: Sendable {
        let traits: ProviderTraits
        var checkup: DoctorCheck
        /// Whether nothing of it is installed.
        let isAbsent: Bool
        /// The engine with which it was examined.
        let engine: Engine
        /// What else is to be said of its host.
        var details: [DoctorCheck] = []

        var works: Bool { checkup.level == .ok && !isAbsent }
    }

    /// Whether each provider that is for this machine works.
    func providers(mayBeRoot: Bool, hasVirtualisation: Bool) async -> [ExaminedProvider] {
        var found: [ExaminedProvider] = []
        for entry in ProviderRegistry.standard.entries {
            let traits = entry.traits
            let topic = "provider \(traits.name.rawValue)"
            guard let (health, engine) = await health(of: entry) else { continue }
            let checkup =
                if traits.needsLocalRoot, isLinux, !mayBeRoot {
                    DoctorCheck(topic, .warning, "it needs root", "see rights")
                } else if health.works, traits.makesVMs, !hasVirtualisation {
                    DoctorCheck(topic, .warning, "\(health.message), and has no KVM", "see kvm")
                } else {
                    DoctorCheck(topic, health.works ? .ok : .warning, health.message, health.hint)
                }
            var examined = ExaminedProvider(traits: traits, checkup: checkup, isAbsent: health.isAbsent, engine: engine)
            if checkup.level == .ok {
                await Engine.$current.withValue(engine) { await addDetails(to: &examined) }
            }
            found.append(examined)
        }
        return found.contains(where: \.works) ? found.map(withoutNeedlessAdvice) : found
    }

    /// Whether the provider works with any engine of the host, where it needs one; else with the one that is in use.
    private func health(of entry: ProviderRegistry.Entry) async -> (ProviderRegistry.Health, Engine)? {
        let make = provider
        var first: (ProviderRegistry.Health, Engine)?
        for engine in entry.traits.candidateEngines {
            let health = await Engine.$current.withValue(engine) {
                await entry.health(surroundings, runner) { try make(entry.traits.name) }
            }
            guard let health else { return nil }
            if health.works { return (health, engine) }
            first = first ?? (health, engine)
        }
        return first
    }

    /// Looks at what `up` looks at before it creates anything: with a problem there, the provider does not work.
    ///
    /// Another provider may: so none of it is a problem of the machine yet.
    private func addDetails(to examined: inout ExaminedProvider) async {
        guard let provider = try? provider(examined.traits.name) else { return }
        do {
            var checks = try await provider.preflight(making: members, of: nil)
            if let first = checks.firstIndex(where: { $0.level == .problem }) {
                let problem = checks.remove(at: first)
                examined.checkup = DoctorCheck(
                    examined.checkup.topic, .warning, "\(problem.topic): \(problem.message)", problem.hint)
            }
            for index in checks.indices where checks[index].level == .problem { checks[index].level = .warning }
            examined.details = checks
        } catch {
            let failure = Failure(error)
            examined.checkup = DoctorCheck(
                examined.checkup.topic, .warning, failure.message,
                failure.hint ?? "see bcmcluster up -c TRY --provider \(examined.traits.name.rawValue) --dry-run")
        }
    }

    /// Where another provider works, one that is not installed and not asked for is not missed.
    private func withoutNeedlessAdvice(_ examined: ExaminedProvider) -> ExaminedProvider {
        guard examined.isAbsent, environment("BCM_PROVIDER_NAME") != examined.traits.name.rawValue else {
            return examined
        }
        var examined = examined
        examined.checkup.level = .ok
        examined.checkup.message += ", and not needed"
        examined.checkup.hint = nil
        return examined
    }

    var surroundings: Surroundings { Surroundings(isLinux: isLinux, isRoot: isRoot, program: program) }

    /// Which provider is taken where nobody chooses, and whether that is one that works.
    func choice(_ providers: [ExaminedProvider]) -> DoctorCheck {
        let topic = "provider"
        let works = providers.filter(\.works).map(\.traits.name)
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
