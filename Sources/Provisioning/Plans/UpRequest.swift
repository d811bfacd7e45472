/// What was decided for a cluster, and why.
package struct UpSettings: Sendable, Equatable {
    package var settings: ClusterSettings
    package var provider: ProviderChoice
    package var engine: EngineChoice

    /// Both choices with their reasons, as they are told to the user.
    var announcement: String {
        "provider \(provider.name.rawValue) (\(provider.reason)), engine \(engine.engine.title) (\(engine.reason))"
    }
}

/// What the user asks of `up`: checked against what there is, and made into the state to reach.
package struct UpRequest: Sendable {
    package var name: ClusterName
    /// The number of members beyond the first; `nil` keeps what there is.
    package var further: Int?
    /// Where settings stand.
    package var sources: SettingSources

    package init(name: ClusterName, further: Int?, sources: SettingSources) {
        self.name = name
        self.further = further
        self.sources = sources
    }

    /// The members that are wanted, given those that there are.
    ///
    /// Throws `Failure.badInput` where that would be fewer than there are.
    package func members(existing: ClusterState?) throws -> [MemberName] {
        let present = existing?.members.map(\.name) ?? []
        let highest = present.map(\.index).max() ?? 0
        guard let further else { return present.isEmpty ? [MemberName(name, 0)] : present.sorted() }
        guard further >= highest else {
            throw Failure(
                .badInput, "\(name) has members up to \(MemberName(name, highest)), and -m \(further) would be fewer",
                hint: "remove members with bcmcluster member remove -c \(name) MEMBER")
        }
        return Set(present + (0...further).map { MemberName(name, $0) }).sorted()
    }

    /// The settings that hold for the whole cluster: those of its state, else flag, environment, `.env`, template; and
    /// the sizes that flags give, which are the default of members that are added later.
    ///
    /// Throws `Failure.badInput` where a flag contradicts the state in a setting that is not among the changeable.
    package func settings(
        existing: ClusterState?, changeable: Set<Setting> = [], folder: ClusterFolder, files: any Files,
        templates: TemplateLibrary, automatic: () throws -> ProviderChoice,
        automaticEngine: (ProviderTraits) throws -> EngineChoice
    ) throws -> UpSettings {
        if let existing {
            try checkChannel(existing.engine)
            return UpSettings(
                settings: try withSizes(kept(existing, except: changeable)),
                provider: ProviderChoice(name: existing.settings.provider, reason: "as before"),
                engine: EngineChoice(engine: existing.engine, reason: "as before"))
        }
        let template = try templates.template(.masterEnvironment)
        let file = try EnvironmentFile(of: MemberName(name, 0), in: folder, files, own: template.variables)
        var sources = sources
        func value(_ setting: Setting) throws -> String? {
            try sources.value(of: setting, file: file, template: template.defaults, named: template.name)
        }
        let choice =
            try value(.provider).flatMap(ProviderName.init).map { ProviderChoice(name: $0, reason: "as chosen") }
            ?? automatic()
        let traits = try ProviderRegistry.standard.traits(of: choice.name)
        try checkFlags(traits)
        sources.ignore(Self.unusedInFile(sources, traits, nil))
        let engine =
            try value(.engine).flatMap(Engine.named).map { EngineChoice(engine: $0, reason: "as chosen") }
            ?? automaticEngine(traits)
        try checkChannel(engine.engine)
        sources.ignore(Self.unusedInFile(sources, traits, engine.engine))
        let storage = try value(.storage).flatMap(StorageDriver.init) ?? traits.defaultStorage
        var settings = ClusterSettings(provider: choice.name, storage: storage, network: try value(.network))
        if traits.settings.contains(.image) { settings.image = try value(.image) }
        if traits.settings.contains(.channel), engine.engine.defaultChannel != nil {
            settings.channel = try value(.channel)
        }
        return UpSettings(settings: try withSizes(settings), provider: choice, engine: engine)
    }

    /// A remark for each cluster-wide setting of the environment or the first member's `.env` that differs from what
    /// the cluster was created with.
    func unused(
        by existing: ClusterState, folder: ClusterFolder, files: any Files, templates: TemplateLibrary
    ) throws -> [String] {
        let own = try templates.template(.masterEnvironment).variables
        let file = try EnvironmentFile(of: MemberName(name, 0), in: folder, files, own: own)
        return try Setting.allCases.filter(\.isClusterWide).flatMap { setting -> [String] in
            guard sources.flags[setting] == nil, let has = existing.value(of: setting) else { return [] }
            var other = sources
            other.environment = { _ in nil }
            return try [sources, other].compactMap { try $0.found(setting, file: file, template: [:]) }
                .filter { $0.text != has }.map { "\($0.inWords) is not used: \(name) was created with \(has)" }
                .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        }
    }

    /// What a cluster file says that the provider, or the engine where that is known, does not go by: so one file can be used
    /// with several.
    static func unusedInFile(_ sources: SettingSources, _ traits: ProviderTraits, _ engine: Engine?) -> [Setting] {
        [Setting.image, .channel, .network].filter { setting in
            guard sources.placesInFile[setting] != nil else { return false }
            return !traits.usedSettings.contains(setting)
                || setting == .channel && engine.map { $0.defaultChannel == nil } ?? false
        }
    }

    /// Throws `Failure.badInput` where a flag gives what the provider does not go by.
    private func checkFlags(_ traits: ProviderTraits) throws {
        for setting in [Setting.image, .channel, .network]
        where sources.flags[setting] != nil && sources.placesInFile[setting] == nil
            && !traits.usedSettings.contains(setting)
        {
            throw Failure(
                .badInput, "--\(setting.rawValue) is not possible with the \(traits.name.rawValue) provider",
                hint: "leave the flag out, or choose another --provider")
        }
    }

    /// Throws `Failure.badInput` where a flag gives a channel of an engine that is no snap.
    private func checkChannel(_ engine: Engine) throws {
        guard engine.defaultChannel == nil, sources.flags[.channel] != nil, sources.placesInFile[.channel] == nil else {
            return
        }
        throw Failure(
            .badInput,
            "--\(Setting.channel.rawValue) is not possible with \(engine.title): a snap has channels, and \(engine.title) is a package of the system",
            hint: "leave the flag out; the image or the host decides the version")
    }

    private func kept(_ existing: ClusterState, except changeable: Set<Setting>) throws -> ClusterSettings {
        var settings = existing.settings
        for setting in contradicted(by: existing) {
            let wanted = sources.flags[setting] ?? ""
            guard changeable.contains(setting) else {
                throw Failure(
                    .badInput,
                    "\(sources.place(of: setting))\(sources.placesInFile[setting] == nil ? "" : ":") \(Shell.quoted(wanted)) is not possible: \(name) was created with \(existing.value(of: setting) ?? "none"), and a cluster has one",
                    hint: hint(for: setting))
            }
            try setting.check(wanted, from: sources.place(of: setting))
            settings.set(setting, to: wanted)
        }
        return settings
    }

    private func withSizes(_ settings: ClusterSettings) throws -> ClusterSettings {
        var settings = settings
        for setting in Setting.sizes {
            guard let size = sources.flags[setting] else { continue }
            try setting.check(size, from: "--\(setting.rawValue)")
            settings.set(setting, to: size)
        }
        return settings
    }
}
