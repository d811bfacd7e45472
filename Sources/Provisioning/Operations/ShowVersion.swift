/// What this tool is, and which engines it finds: `bcmcluster version`.
package struct ShowVersion: Operation {
    /// A program of an engine that is installed here.
    package struct EngineProgram: Sendable, Equatable {
        package var path: String
        /// As it says itself; `nil` where it does not.
        package var version: String?
    }

    /// An engine of which a program is installed here.
    package struct InstalledEngine: Sendable, Equatable {
        package var name: String
        package var title: String
        package var daemon: EngineProgram?
        package var client: EngineProgram?
    }

    package struct Report: Sendable {
        package var version: String
        /// The commit that it was built from; `nil` where the build was not told.
        package var commit: String?
        /// `debug` or `release`.
        package var configuration: String
        package var swift: String
        package var engines: [InstalledEngine]

        package init(
            version: String, commit: String?, configuration: String, swift: String, engines: [InstalledEngine]
        ) {
            (self.version, self.commit, self.configuration) = (version, commit, configuration)
            (self.swift, self.engines) = (swift, engines)
        }
    }

    /// How long a program may take to say its version.
    private static let limit: Duration = .seconds(5)

    private let commit: String?

    /// The commit is the one that the program was built from, as far as it knows.
    package init(commit: String?) { self.commit = commit }

    /// Asks the programs of all engines at once.
    package func run(in app: AppContext) async throws -> Report {
        let runner = app.limited(to: Self.limit).runner
        var engines: [InstalledEngine] = []
        for engine in Engine.all {
            async let daemon = Self.program(engine.daemon, runner)
            async let client = Self.program(engine.client, runner)
            let found = await InstalledEngine(name: engine.name, title: engine.title, daemon: daemon, client: client)
            if found.daemon != nil || found.client != nil { engines.append(found) }
        }
        try Task.checkCancellation()
        return Report(
            version: Tool.version, commit: commit, configuration: Tool.configuration, swift: Tool.swiftVersion,
            engines: engines)
    }

    private static func program(_ name: String, _ runner: any CommandRunner) async -> EngineProgram? {
        guard let path = SystemCalls.pathOfProgram(name) else { return nil }
        return EngineProgram(path: path, version: await Versions(runner).line(path))
    }
}
