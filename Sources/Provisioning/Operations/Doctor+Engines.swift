extension Doctor {
    /// Each engine: whether its daemon and its client are installed here.
    func engines() async -> [DoctorCheck] {
        var checks: [DoctorCheck] = []
        for engine in Engine.all {
            let topic = "engine \(engine.name)"
            let daemon = await version(of: engine.daemon)
            let client = await version(of: engine.client)
            switch (daemon, client) {
            case (nil, nil): checks.append(DoctorCheck(topic, .ok, "\(engine.title) is not installed"))
            default:
                let parts = [("daemon", daemon), ("client", client)].map { $0.1 ?? "no \($0.0)" }
                checks.append(DoctorCheck(topic, .ok, "\(engine.title): \(parts.joined(separator: ", "))"))
            }
        }
        return checks
    }

    /// The program's path and version; `nil` where it is not there.
    private func version(of name: String) async -> String? {
        guard let path = program(name) else { return nil }
        return "\(path) \(await Versions(runner).line(name) ?? "of no version")"
    }

    /// The engine that `up` takes with that provider, and why.
    func engineChoice(_ provider: ProviderTraits?) -> (engine: Engine, check: DoctorCheck) {
        let topic = "engine"
        let variable = Setting.engine.variable
        let program = program
        let automatic = EngineChoice.automatic(
            provider?.sharesHost ?? false ? { program($0) != nil } : nil)
        guard let wanted = environment(variable), !wanted.isEmpty else {
            return (
                automatic.engine,
                DoctorCheck(topic, .ok, "up uses \(automatic.engine.title): \(automatic.reason)")
            )
        }
        let source = "\(Shell.quoted(wanted.clipped)) from \(variable)"
        guard let engine = Engine.named(wanted) else {
            return (
                automatic.engine,
                DoctorCheck(topic, .problem, "up uses \(source), which is not an engine", "unset \(variable)")
            )
        }
        guard provider?.sharesHost != true || program(engine.daemon) != nil else {
            return (
                engine,
                DoctorCheck(
                    topic, .problem, "up uses \(source), and \(engine.title) is not installed here",
                    "unset \(variable), or apt-get install \(engine.debianPackages.joined(separator: " "))")
            )
        }
        return (engine, DoctorCheck(topic, .ok, "up uses \(engine.title) from \(variable)"))
    }

    /// What is known of the provider that `up` takes where no flag names one.
    var takenProvider: ProviderTraits? {
        if let wanted = environment(Setting.provider.variable).flatMap(ProviderName.init),
            let traits = try? ProviderRegistry.standard.traits(of: wanted)
        {
            return traits
        }
        return (try? ProviderRegistry.standard.automatic(surroundings).name).flatMap {
            try? ProviderRegistry.standard.traits(of: $0)
        }
    }
}
