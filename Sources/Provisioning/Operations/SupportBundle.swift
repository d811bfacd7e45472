/// Packs what one attaches to a bug report, everything about a cluster that helps and no secret:
/// `bcmcluster logs --bundle`.
package struct PackLogs: Operation {
    /// What is in the file, and what could not be had, as sentences.
    package struct Report: Sendable {
        package var file: String
        package var parts: Int
        package var troubles: [String]
    }

    private let cluster: ClusterName
    private let member: String?
    private let file: String

    /// A file of all members, or of that one, at a path at which there is nothing yet.
    package init(of cluster: ClusterName, member: String? = nil, as file: String) {
        self.cluster = cluster
        self.member = member
        self.file = file
    }

    package func run(in app: AppContext) async throws -> Report {
        let state = try app.existing(cluster)
        let named = try state.members(named: member.map { [$0] } ?? [])
        // Before the first text is read.
        try ClusterSecrets(app.folder(cluster), app.files).conceal(in: app.redactor)
        let members = named.isEmpty ? state.members.map(\.name).sorted() : named
        return try await SupportBundle(app: app, state: state, members: members).pack(as: file)
    }
}

/// The files of a bundle, and how they are put together.
private struct SupportBundle {
    let app: AppContext
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
    func pack(as file: String) async throws -> PackLogs.Report {
        guard !file.isEmpty else { throw Failure(.badInput, "--bundle needs a file name") }
        guard try app.files.kind(of: file) == nil else {
            throw Failure.fileExists(file)
        }
        let provider = try await app.usableProvider(for: state)
        let reader = LogReader(provider: provider, amount: .bytes(Self.mostOfALog))
        let found = await reader.logs(of: members)
        try Task.checkCancellation()
        let troubles = found.troubles.map(app.redactor.redact)
        var parts = try own() + found.logs.map { Part(log: "machines/\($0.member ?? "")/\($0.name).log", $0.text) }
        parts += await answers(provider)
        parts.append(Part(path: "versions.txt", text: try await versions()))
        if !troubles.isEmpty { parts.append(Part(path: "troubles.txt", text: troubles.joined(separator: "\n") + "\n")) }
        try await write(parts, to: file)
        return PackLogs.Report(file: file, parts: parts.count, troubles: troubles)
    }

    /// What the tool itself keeps: the state, the settings that it knows, and its logs.
    private func own() throws -> [Part] {
        let folder = app.folder(state.name)
        var parts = [Part(path: "state.json", text: try app.files.read(folder.state) ?? "")]
        for member in members {
            let path = folder.environment(member)
            let file = try? EnvironmentFile(try app.files.read(path) ?? "", path: path)
            // Known settings alone: whatever else the user wrote there is theirs.
            let lines = Setting.allCases.compactMap { setting in
                file?.values[setting.variable].map { "\(setting.variable)=\($0)\n" }
            }
            parts.append(Part(path: "machines/\(member)/settings.txt", text: lines.joined()))
        }
        for name in try app.files.names(in: folder.logs).suffix(20) {
            let text = try app.files.read("\(folder.logs)/\(name)") ?? ""
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
        do { text = try await LXC(runner, engine: .current).memberTable(limit: .seconds(15)) } catch {
            text = Failure(error).message + "\n"
        }
        return Part(path: "machines/\(member)/cluster-list.txt", text: text)
    }

    private func versions() async throws -> String {
        let programs = Versions(app.runner)
        let asked = [
            ("uname", ["-srm"]), (Engine.current.client, ["--version"]), (Engine.current.daemon, ["--version"]),
            (Multipass.program, ["version"]), ("ip", ["-V"]), ("nft", ["--version"]),
        ]
        var lines = ["bcmcluster: \(Tool.version)"]
        for (program, arguments) in asked {
            lines.append("\(program): \(await programs.line(program, arguments) ?? "not found")")
        }
        return lines.joined(separator: "\n") + "\n\n" + (try app.files.read("/etc/os-release") ?? "")
    }

    /// Writes the files, each cleaned of secrets, and packs them.
    private func write(_ parts: [Part], to file: String) async throws {
        let name = "\(state.name)-bundle"
        let folder = app.folder(state.name).path
        try sweep(folder)
        let parent = "\(folder)/\(Self.prefix)\(app.random.identifier(length: 8))"
        try app.files.makeFolder(parent, mode: ClusterFolder.folderMode)
        let lock = try app.files.lock("\(parent)/lock", mode: ClusterFolder.fileMode)
        defer {
            try? app.files.remove(parent)
            withExtendedLifetime(lock) {}
        }
        for part in parts {
            let path = "\(parent)/\(name)/\(part.path)"
            let folder = path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
            try app.files.makeFolder(folder, mode: ClusterFolder.folderMode)
            let text = ClusterSecrets.withoutTokens(app.redactor.redact(part.text))
            try app.files.write(text, to: path, mode: ClusterFolder.fileMode)
        }
        try await Archive(app.runner).pack(name, in: parent, as: file)
    }

    /// What the names of folders begin with in which bundles are put together.
    private static let prefix = "bundle-"

    /// Removes what killed runs have left; the lock of one that is alive is held.
    private func sweep(_ folder: String) throws {
        for name in try app.files.names(in: folder) where name.hasPrefix(Self.prefix) {
            let parent = "\(folder)/\(name)"
            guard let lock = try app.files.lock("\(parent)/lock", mode: ClusterFolder.fileMode) else { continue }
            try app.files.remove(parent)
            withExtendedLifetime(lock) {}
        }
    }
}
