/// What a provider is made of.
package struct ProviderContext: Sendable {
    /// Runs commands on the host as the user, and as root.
    package let runner, root: any CommandRunner
    /// The engine of the machines.
    package let engine: Engine
    /// What user-data and entrypoints are rendered from.
    package let templates: TemplateLibrary
    /// This machine's files.
    package let files: any Files
    /// The clock of all waits.
    package let time: any TimeSource
    /// The host; `nil` where none was named.
    package var host: HostName?
    /// Whether what was installed for a cluster goes with its members.
    package var purges = false
    /// The identifier of the cluster whose machines may be entered.
    package var cluster: String?
    /// Whether the host is only looked at.
    package var isInspection = false
    /// What a host keeps about a cluster that has machines there; `nil` is nothing.
    package var copy: @Sendable (ClusterState) -> StateCopy? = { _ in nil }
    /// The certificates that are known to be the cluster's.
    package var certificates: @Sendable (ClusterState) throws -> Set<String> = { _ in [] }

    package init(
        runner: any CommandRunner, root: any CommandRunner, engine: Engine, templates: TemplateLibrary,
        files: any Files, time: any TimeSource
    ) {
        self.runner = runner
        self.root = root
        self.engine = engine
        self.templates = templates
        self.files = files
        self.time = time
    }
}

/// The providers that there are; a new one is a folder and a line in `Registry/Providers.swift`.
package struct ProviderRegistry: Sendable {
    /// One provider: what is known of it, and what makes it.
    package struct Entry: Sendable {
        /// What is known of it before it is made.
        package let traits: ProviderTraits
        let make: @Sendable (ProviderContext) throws -> any MachineProvider
        let examine: (@Sendable (Surroundings, any CommandRunner, () throws -> any MachineProvider) async -> Health)?

        /// Whether it works on this machine; `nil` where it is not for this machine.
        package func health(
            _ surroundings: Surroundings, _ runner: any CommandRunner, _ provider: () throws -> any MachineProvider
        ) async -> Health? { await examine?(surroundings, runner, provider) }

        init(
            traits: ProviderTraits, make: @escaping @Sendable (ProviderContext) throws -> any MachineProvider,
            examine: (@Sendable (Surroundings, any CommandRunner, () throws -> any MachineProvider) async -> Health)? =
                nil
        ) {
            self.traits = traits
            self.make = make
            self.examine = examine
        }
    }

    /// Whether a provider works on this machine.
    package struct Health: Sendable, Equatable {
        /// False also where only something small is missing.
        package let works: Bool
        /// What was found, without a full stop.
        package let message: String
        /// The command or action that helps.
        package var hint: String?
        /// Whether nothing of it is installed: where another provider works, it is not missed.
        package var isAbsent = false
    }

    package let entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    /// In the same order.
    package var names: [ProviderName] { entries.map(\.traits.name) }

    private func entry(_ name: ProviderName) throws -> Entry {
        if let entry = entries.first(where: { $0.traits.name == name }) { return entry }
        throw Failure(
            .badInput, "\(name.rawValue) is not a provider; there are \(names.map(\.rawValue).joined(separator: ", "))")
    }

    /// What is known of the provider of that name.
    package func traits(of name: ProviderName) throws -> ProviderTraits { try entry(name).traits }

    package func provider(_ name: ProviderName, _ context: ProviderContext) throws -> any MachineProvider {
        try entry(name).make(context)
    }

    /// What is taken where nobody chose, in words of the help.
    package var automaticHelp: String {
        entries.compactMap { entry in
            entry.traits.automatic.map { "\(entry.traits.name.rawValue)\($0.condition.map { " " + $0 } ?? "")" }
        }.joined(separator: ", else ")
    }

    /// What is taken on this machine where nobody chose; throws `Failure.missing` where none works.
    package func automatic(_ surroundings: Surroundings) throws -> ProviderChoice {
        var absences: [String] = []
        let choices = entries.compactMap { entry in entry.traits.automatic.map { (entry.traits.name, $0) } }
        for (name, choice) in choices {
            if let reason = choice.reason(surroundings) {
                return ProviderChoice(name: name, reason: (absences + [reason]).joined(separator: ", and "))
            }
            absences.append(choice.absence)
        }
        throw Failure(
            .missing, "no provider works here: \(absences.joined(separator: ", and "))",
            hint: choices.compactMap { $0.1.hint(surroundings) }.joined(separator: ", or "))
    }

    /// What is taken for other hosts where nobody chose; this machine's programs say nothing of theirs.
    package func automaticOverHosts(network: String?) throws -> ProviderChoice {
        for entry in entries {
            if let reason = entry.traits.automatic?.reasonOverHosts(network) {
                return ProviderChoice(name: entry.traits.name, reason: reason)
            }
        }
        throw Failure(.missing, "no provider is for other hosts")
    }
}
