/// The engine of a machine that has one of its own, brought to a later version by the package that it came in.
struct EngineUpgrade: Sendable {
    /// Runs commands where the daemon is, as root.
    let root: any CommandRunner
    let engine: Engine
    let package: EnginePackage
    let time: any TimeSource
    let subject: Subject

    /// Throws `Failure.badInput` where the engine has no channels.
    static func check(channel: String, of engine: Engine) throws {
        guard engine.snap == nil else { return }
        throw Failure(
            .badInput,
            "--channel is not possible with \(engine.title): a snap has channels, and \(engine.title) is a package of the system",
            hint: "leave the flag out")
    }

    /// What the daemon runs, by the link to its program: of a file that was replaced the kernel says so there, and each
    /// revision of a snap has a folder of its own.
    func currency() async throws -> EngineCurrency {
        let programs = try await HostProcesses(root).programs(
            matching: package.daemonPattern, about: [subject, .membership])
        guard let program = programs.first else { return .absent }
        guard package.kind == .snap, let snap = engine.snap else { return program.isReplaced ? .outdated : .current }
        let link = "/snap/\(snap)/current"
        guard let revision = try await RootFiles(root).links(at: [link])[link] else { return .current }
        return program.path.contains("/\(revision)/") ? .current : .outdated
    }

    /// Brings the package to its latest version, which may restart the daemon; instances keep running.
    ///
    /// Without a channel a snap stays on the one that it follows: another one may be of an earlier version.
    func refresh(to channel: String?, limit: Duration) async throws {
        if package.kind == .snap, let snap = engine.snap {
            try await Snap(root, time: time, limit: limit).refresh(snap, channel: channel, touches: [subject])
        } else {
            try await AptGet(root, limit: limit).upgrade(engine.debianPackages, touches: [subject])
        }
    }
}
