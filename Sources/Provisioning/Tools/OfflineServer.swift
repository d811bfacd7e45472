/// The database of a server whose daemon is off, changed by that server's own program.
///
/// What its program cannot change it does at its next start, by statements in `patch.local.sql` for its own database and in
/// `patch.global.sql` for the cluster's (LXD's documentation, "Running custom queries at LXD daemon startup").
package struct OfflineServer: Sendable {
    private let root: any CommandRunner
    private let engine: Engine
    /// The daemon's folder.
    let folder: String
    private let about: Set<Subject>

    package init(_ root: any CommandRunner, engine: Engine, folder: String, about: Set<Subject>) {
        self.root = root
        self.engine = engine
        self.folder = folder
        self.about = about
    }

    private var database: String { "\(folder)/database" }
    /// The cluster's database, with what its members agree on (raft).
    private var shared: String { "\(database)/global" }

    /// Gives all members other addresses in the configuration of the cluster's database.
    func change(_ addresses: [IPv4: IPv4]) async throws {
        let shown = try await root.output(of: command(["cluster", "show"], assumed: ""))
        try await root.output(of: command(["cluster", "edit"], input: Self.edited(shown, addresses), effect: .changes))
    }

    /// The members' list with other addresses; throws `Failure.conflict` where a member is not among them.
    static func edited(_ text: String, _ addresses: [IPv4: IPv4]) throws -> String {
        try text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.trimmed.hasPrefix("address: ") else { return String(line) }
            let parts = line.trimmed.dropFirst(9).split(separator: ":")
            guard parts.count == 2, let old = IPv4(String(parts[0])), let new = addresses[old] else {
                throw Failure(
                    .conflict,
                    "the cluster's database has a member at \(line.trimmed.dropFirst(9)), which the state has not")
            }
            return line.prefix { $0 == " " } + "address: \(new):\(parts[1])"
        }.joined(separator: "\n")
    }

    /// How far the member has followed the database: the number of the last entry in the names of its segments.
    func lastEntry() async throws -> Int {
        let command = Command(
            "find", [shared, "-mindepth", "1", "-maxdepth", "1", "-type", "f", "-printf", "%f\\n"], about: about,
            assumed: "")
        return Self.lastEntry(try await root.output(of: command).split(separator: "\n").map(String.init))
    }

    static func lastEntry(_ names: [String]) -> Int {
        names.compactMap { name -> Int? in
            let parts = name.split(separator: "-", omittingEmptySubsequences: false)
            return parts.count == 2 && Int(parts[0]) != nil ? Int(parts[1]) : nil
        }.max() ?? 0
    }

    /// Takes the cluster's database of another member.
    func takeDatabase(of other: OfflineServer, limit: Duration) async throws {
        try await RootFiles(root).remove([shared], touches: about)
        try await RootCopies(root).copy(other.shared, to: shared, limit: limit)
    }

    /// Leaves statements for the daemon's next start, in place of those that its own program has left.
    func patch(local: [String], global: [String]) async throws {
        func write(_ statements: [String], _ name: String) async throws {
            try await RootFiles(root).write(
                statements.map { "\($0);\n" }.joined(), to: "\(database)/\(name)", mode: "0600", touches: about)
        }
        try await write(local, "patch.local.sql")
        try await write(global, "patch.global.sql")
        // Later versions leave a copy of the database for the others, which would be taken at the next start.
        try await RootFiles(root).remove(["\(database)/\(engine.name)_recovery_db.tar.gz"], touches: about)
    }

    private func command(
        _ words: [String], input: String? = nil, effect: Command.Effect = .reads, assumed: String? = nil
    ) -> Command {
        Command(
            engine.daemon, words, input: input, environment: [engine.folderVariable: folder], effect: effect,
            about: about, touches: about, assumed: assumed)
    }
}
