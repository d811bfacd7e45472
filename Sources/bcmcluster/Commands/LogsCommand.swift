import Provisioning

/// Shows the ends of a cluster's logs, or packs them: `bcmcluster logs`.
struct LogsCommand {
    let invocation: Invocation
    let world: World

    static let defaultLines = 50

    func run() async throws -> Int32 {
        let lines = try invocation.lines() ?? Self.defaultLines
        let state = try world.standing(try invocation.cluster(world.environment))
        let named = try invocation.members(of: state).first
        let folder = world.folder(state.name)
        // Before the first text is read.
        try ClusterSecrets(folder, world.files).conceal(in: world.redactor)
        if let file = invocation.values[.bundle] {
            return try await SupportBundle(world: world, state: state, members: members(named, state)).pack(as: file)
        }
        let provider = try await world.provider(of: state)
        let reader = LogReader(provider: provider, amount: .lines(lines))
        let members = members(named, state)
        var (logs, troubles) = await reader.logs(of: members)
        try Task.checkCancellation()
        if named == nil, let own = try latestRun(folder, lines) { logs.append(own) }
        let listing = LogListing(cluster: state.name.text, logs: logs, troubles: troubles).redacted(world.redactor)
        if invocation.isJSON {
            world.terminal.result(try JSONText.text(listing))
        } else {
            world.terminal.result(listing.text)
            for trouble in listing.troubles { world.terminal.say("\(world.terminal.mark(.failed)) \(trouble)") }
        }
        return troubles.isEmpty ? 0 : 4
    }

    private func members(_ named: MemberName?, _ state: ClusterState) -> [MemberName] {
        named.map { [$0] } ?? state.members.map(\.name).sorted()
    }

    /// The tool's own log of its last run on the cluster.
    private func latestRun(_ folder: ClusterFolder, _ lines: Int) throws -> LogListing.Log? {
        guard let name = try world.files.names(in: folder.logs).last(where: { $0.hasSuffix(".log") }) else {
            return nil
        }
        let path = "\(folder.logs)/\(name)"
        let text = try world.files.read(path) ?? ""
        let end = text.split(separator: "\n").suffix(lines).map { $0 + "\n" }.joined()
        return LogListing.Log(member: nil, name: "bcmcluster", path: path, text: end)
    }
}

/// Reads the logs of machines, several at a time.
struct LogReader {
    let provider: any MachineProvider
    let amount: LogFile.Amount

    /// The logs, in the order of the members, and what could not be read, as sentences.
    func logs(of members: [MemberName]) async -> (logs: [LogListing.Log], troubles: [String]) {
        await withTaskGroup(of: (Int, [LogListing.Log], [String]).self) { group in
            for (index, member) in members.enumerated() {
                group.addTask {
                    let (logs, troubles) = await self.logs(of: member)
                    return (index, logs, troubles)
                }
            }
            var found: [(Int, [LogListing.Log], [String])] = []
            for await answer in group { found.append(answer) }
            let sorted = found.sorted { $0.0 < $1.0 }
            return (sorted.flatMap(\.1), sorted.flatMap(\.2))
        }
    }

    private func logs(of member: MemberName) async -> ([LogListing.Log], [String]) {
        var logs: [LogListing.Log] = []
        var troubles: [String] = []
        guard let logging = provider.logging else { return ([], []) }
        for log in logging.logs(of: member) {
            do {
                guard let text = try await LogFile(logging.logRunner(for: member), log.path).end(amount) else {
                    continue
                }
                logs.append(LogListing.Log(member: member.text, name: log.name, path: log.path, text: text))
            } catch {
                troubles.append("\(member) \(log.name): \(Failure(error).message)")
            }
        }
        return (logs, troubles)
    }
}
