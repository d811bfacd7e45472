extension Engine {
    /// The logs of its daemon by package; that of the usual kind bears the engine's own name.
    func daemonLogs(_ preferred: EnginePackage.Kind) -> [MachineLog] {
        let kinds = packages.map(\.kind)
        let usual = kinds.contains(preferred) ? preferred : kinds[0]
        return (packages.filter { $0.kind == usual } + packages.filter { $0.kind != usual }).map { package in
            let suffix = package.kind == usual ? "" : package.kind == .snap ? "-snap" : "-package"
            return MachineLog(name: name + suffix, path: package.log, topic: .daemon)
        }
    }

    /// The package that is installed where the runner is root; `nil` where none is, or only what would install one when it
    /// is called.
    func installedPackage(_ root: any CommandRunner) async throws -> EnginePackage? {
        let found = try await RootFiles(root).inodes(of: packages.map(\.daemon))
        return packages.first { found[$0.daemon] != nil }
    }
}

extension EnginePackage {
    /// The command as it is run on a host: whatever remotes a person has there, the client asks this daemon, and leaves
    /// no configuration behind, also for a command of the user's.
    func onHost(_ command: Command, _ engine: Engine) -> Command {
        guard [engine.client, engine.daemon].contains(command.program) else { return command }
        var own = command
        if command.program == engine.client, !command.arguments.contains("--force-local") {
            own.arguments.insert("--force-local", at: 0)
        }
        own.program = programs + command.program
        return own
    }
}

/// Runs commands on a host with that package.
struct HostEngine: CommandRunner {
    let root: any CommandRunner
    let package: EnginePackage
    let engine: Engine

    func run(_ command: Command) async throws -> CommandResult { try await root.run(package.onHost(command, engine)) }
}
