import Provisioning

/// What one attaches to a bug report: everything about a cluster that helps, and no secret.
struct SupportBundle {
    let world: World
    let state: ClusterState
    let members: [MemberName]

    /// How much of each log goes in.
    private static let mostOfALog = 256 << 10

    /// A file of the bundle.
    private struct Part: Sendable {
        var path: String
        var text: String

        init(path: String, text: String) {
            self.path = path
            self.text = text
        }

        /// A log, without what may be a secret of programs that this tool does not know.
        init(log path: String, _ text: String) { self.init(path: path, text: ClusterSecrets.withoutCredentials(text)) }
    }

    /// Packs it; the file must not be there yet.
    func pack(as file: String) async throws -> Int32 {
        guard !file.isEmpty else { throw Failure(.badInput, "--bundle needs a file name") }
        guard try world.files.kind(of: file) == nil else {
            throw Failure(.badInput, "\(Shell.quoted(file)) already exists", hint: "choose another file name")
        }
        let provider = try await world.provider(of: state)
        let reader = LogReader(provider: provider, amount: .bytes(Self.mostOfALog))
        let (logs, troubles) = try await world.untilSignal { await reader.logs(of: members) }
        var parts = try own() + logs.map { Part(log: "machines/\($0.member ?? "")/\($0.name).log", $0.text) }
        parts += await answers(provider)
        parts.append(Part(path: "versions.txt", text: try await versions()))
        if !troubles.isEmpty { parts.append(Part(path: "troubles.txt", text: troubles.joined(separator: "\n") + "\n")) }
        try await write(parts, to: file)
        for trouble in troubles { world.terminal.say("note: \(world.redactor.redact(trouble))") }
        world.terminal.say("wrote \(file): \(parts.count) files about \(state.name), secrets left out")
        world.terminal.say("  review it before sending: logs contain addresses, hosts and instances")
        return troubles.isEmpty ? 0 : 4
    }

    /// What the tool itself keeps: the state, the settings that it knows, and its logs.
    private func own() throws -> [Part] {
        let folder = world.folder(state.name)
        var parts = [Part(path: "state.json", text: try world.files.read(folder.state) ?? "")]
        for member in members {
            let file = try? EnvironmentFile(try world.files.read(folder.environment(member)) ?? "", path: "")
            // Known settings alone: whatever else the user wrote there is theirs.
            let lines = Setting.allCases.compactMap { setting in
                file?.values[setting.variable].map { "\(setting.variable)=\($0)\n" }
            }
            parts.append(Part(path: "machines/\(member)/settings.txt", text: lines.joined()))
        }
        for name in try world.files.names(in: folder.logs).suffix(20) {
            let text = try world.files.read("\(folder.logs)/\(name)") ?? ""
            let end = String(decoding: text.utf8.suffix(Self.mostOfALog), as: UTF8.self)
            parts.append(Part(log: "tool/\(name)", end))
        }
        return parts
    }

    /// What each member says of its cluster: in trouble they do not say the same.
    private func answers(_ provider: any MachineProvider) async -> [Part] {
        await withTaskGroup(of: Part.self) { group in
            for member in members {
                group.addTask { await Self.answer(of: member, provider.runner(in: member)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static func answer(of member: MemberName, _ runner: any CommandRunner) async -> Part {
        var text: String
        do { text = try await LXC(runner, engine: .lxd).memberTable(limit: .seconds(15)) } catch {
            text = Failure(error).message + "\n"
        }
        return Part(path: "machines/\(member)/cluster-list.txt", text: text)
    }

    private func versions() async throws -> String {
        let programs = Versions(world.runner)
        let asked = [
            ("uname", ["-srm"]), (Engine.lxd.client, ["--version"]), (Engine.lxd.daemon, ["--version"]),
            ("multipass", ["version"]), ("ip", ["-V"]), ("nft", ["--version"]),
        ]
        var lines = ["bcmcluster: \(Help.version)"]
        for (program, arguments) in asked {
            lines.append("\(program): \(await programs.line(program, arguments) ?? "not found")")
        }
        return lines.joined(separator: "\n") + "\n\n" + (try world.files.read("/etc/os-release") ?? "")
    }

    /// Writes the files, each cleaned of secrets, and packs them.
    private func write(_ parts: [Part], to file: String) async throws {
        let name = "\(state.name)-bundle"
        let folder = world.folder(state.name).path
        try sweep(folder)
        let parent = "\(folder)/\(Self.prefix)\(world.random.identifier(length: 8))"
        try world.files.makeFolder(parent, mode: ClusterFolder.folderMode)
        let lock = try world.files.lock("\(parent)/lock", mode: ClusterFolder.fileMode)
        defer {
            try? world.files.remove(parent)
            withExtendedLifetime(lock) {}
        }
        for part in parts {
            let path = "\(parent)/\(name)/\(part.path)"
            let folder = path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
            try world.files.makeFolder(folder, mode: ClusterFolder.folderMode)
            let text = ClusterSecrets.withoutTokens(world.redactor.redact(part.text))
            try world.files.write(text, to: path, mode: ClusterFolder.fileMode)
        }
        try await Archive(world.runner).pack(name, in: parent, as: file)
    }

    /// What the names of folders begin with in which bundles are put together.
    private static let prefix = "bundle-"

    /// Removes what killed runs have left; the lock of one that is alive is held.
    private func sweep(_ folder: String) throws {
        for name in try world.files.names(in: folder) where name.hasPrefix(Self.prefix) {
            let parent = "\(folder)/\(name)"
            guard let lock = try world.files.lock("\(parent)/lock", mode: ClusterFolder.fileMode) else { continue }
            try world.files.remove(parent)
            withExtendedLifetime(lock) {}
        }
    }
}
