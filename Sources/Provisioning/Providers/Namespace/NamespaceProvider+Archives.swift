/// Snapshots that go to another machine, or to another cluster beside the one that they are of.
extension NamespaceProvider: SnapshotMoving {
    package func engineVersion() async throws -> EngineVersion? {
        await Versions(root).line(engine.daemon).flatMap(EngineVersion.init)
    }

    package func architecture() async throws -> String { try await root.output(of: Command("uname", ["-m"])).trimmed }

    package func compressions() async throws -> [ArchiveCompression] {
        let missing = try await Which(root).missing(of: ArchiveCompression.allCases.map(\.rawValue))
        return ArchiveCompression.allCases.filter { !missing.contains($0.rawValue) }
    }

    package func size(
        of member: MemberName, in snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws -> Int {
        let copy = NamespaceLayout(state).copy(snapshot, member)
        if let device = try await FolderStream(root, .zstd).device(in: copy, limit: limit) {
            throw Failure(
                .conflict, "\(copy)/\(device) is a device, which no archive may hold",
                hint: "delete it in its container, then take another snapshot")
        }
        return try await RootCopies(root).bytes(of: [copy], limit: limit)
    }

    package func pack(
        _ snapshot: SnapshotName, of member: MemberName, in state: ClusterState, by compression: ArchiveCompression,
        onto file: String, limit: Duration
    ) async throws {
        try await FolderStream(root, compression).pack(
            NamespaceLayout(state).copy(snapshot, member), onto: file, limit: limit)
    }

    package func room(toUnpack bytes: Int) async throws -> CopyRoom {
        CopyRoom(
            needed: bytes, free: try await HostRoom(root, files).freeDisk(at: NamespaceLayout.root), isShared: false,
            place: NamespaceLayout.root)
    }

    /// The folder that only root may enter, in which what is unpacked waits.
    private func waiting(_ member: MemberName) -> String { "\(NamespaceLayout.machine(member))/import" }
    private func unpacked(_ member: MemberName) -> String { "\(waiting(member))/\(engine.name)" }

    package func unpack(
        _ file: String, _ range: FileRange, by compression: ArchiveCompression, as member: MemberName,
        of state: ClusterState, limit: Duration
    ) async throws {
        let subject: Set<Subject> = [.machine(member.text)]
        _ = try await claim(member, for: state)
        try await RootFiles(root).makeFolders([NamespaceLayout.machine(member)], mode: "0711", touches: subject)
        try await RootFiles(root).remove([waiting(member)], touches: subject, limit: limit)
        try await RootFiles(root).makeFolders([waiting(member), unpacked(member)], mode: "0700", touches: subject)
        do {
            try await FolderStream(root, compression).unpack(
                file, range, into: unpacked(member), touches: subject, limit: limit)
        } catch {
            try? await RootFiles(root).remove([waiting(member)], touches: subject, limit: limit)
            throw error
        }
    }

    package func placed(of state: ClusterState) async throws -> Set<MemberName> {
        let folders = state.members.map { NamespaceLayout.daemon($0.name, engine) }
        let present = try await RootFiles(root).inodes(of: folders)
        let owners = try await RootFiles(root).links(below: NamespaceLayout.machines, depth: 1)
        return Set(
            state.members.map(\.name).filter {
                present[NamespaceLayout.daemon($0, engine)] != nil && owners["\($0).owner"] == state.identifier
            })
    }

    package func place(_ member: MemberName, of state: ClusterState) async throws {
        try await RootCopies(root).rename(unpacked(member), to: NamespaceLayout.daemon(member, engine))
        try await RootFiles(root).removeEmptyFolders([waiting(member)])
    }

    package func adapt(from old: ClusterState, to state: ClusterState, limit: Duration) async throws {
        for member in state.members.map(\.name) {
            try await LoopFiles(root).giveOwnIdentifiers(
                below: "\(unpacked(member))/disks", touches: [.machine(member.text)], limit: limit)
        }
        let moves = zip(old.members, state.members).map { NamespaceMove(engine: engine, old: $0, new: $1) }
        guard moves.contains(where: \.isOne) else { return }
        let servers = state.members.map { member in
            OfflineServer(
                root, engine: engine, folder: unpacked(member.name), about: [.machine(member.name.text)])
        }
        let addresses = Dictionary(
            uniqueKeysWithValues: moves.compactMap { move in
                move.old.address.flatMap { old in move.new.address.map { (old, $0) } }
            })
        if addresses.contains(where: { $0.key != $0.value }) {
            try await readdress(servers, addresses, limit: limit)
        }
        for (move, server) in zip(moves, servers) {
            try await server.patch(
                local: move.ownStatements + moves.flatMap(\.localStatements),
                global: moves.flatMap(\.globalStatements))
            try await redirect(move, server)
        }
    }

    /// Changes the addresses at which members of the database reach each other, which cannot be done while it runs.
    ///
    /// Each server's program ends its log with the change. The logs may have had different lengths, and so would
    /// contradict each other: that of the member that had followed furthest is given to all.
    private func readdress(_ servers: [OfflineServer], _ addresses: [IPv4: IPv4], limit: Duration) async throws {
        var furthest: (server: OfflineServer, entry: Int)?
        for server in servers {
            try await server.change(addresses)
            let entry = try await server.lastEntry()
            if furthest.map({ $0.entry < entry }) ?? true { furthest = (server, entry) }
        }
        guard let source = furthest?.server else { return }
        for server in servers where server.folder != source.folder {
            try await server.takeDatabase(of: source, limit: limit)
        }
    }

    /// Lets links in the daemon's folder that lead into the folder itself do so under its new name.
    private func redirect(_ move: NamespaceMove, _ server: OfflineServer) async throws {
        guard move.oldFolder != move.newFolder else { return }
        let subject: Set<Subject> = [.machine(move.new.name.text)]
        let links = try await StepScope.outcome(assuming: [:]) {
            try await RootFiles(root).links(
                below: server.folder, into: move.oldFolder, without: "\(server.folder)/storage-pools", about: [])
        }
        for (path, target) in links.sorted(by: { $0.key < $1.key }) {
            try await RootFiles(root).link(
                path, to: move.newFolder + target.dropFirst(move.oldFolder.count), touches: subject)
        }
    }
}

/// A member that gets another name, another address, or both; its data gets another folder with the name.
struct NamespaceMove {
    let engine: Engine
    let old, new: ClusterState.Member

    var isOne: Bool { old.name != new.name || old.address != new.address }
    var oldFolder: String { NamespaceLayout.machine(old.name) }
    var newFolder: String { NamespaceLayout.machine(new.name) }

    private var newAddress: String { "\(new.address?.description ?? ""):\(engine.port)" }

    // Names have letters, digits and hyphens, and addresses digits and points: nothing has to be quoted in them.

    /// What the member itself changes in its own database.
    var ownStatements: [String] {
        ["UPDATE config SET value = '\(newAddress)' WHERE key IN ('core.https_address', 'cluster.https_address')"]
    }

    /// What every member changes in its own database.
    var localStatements: [String] {
        ["UPDATE raft_nodes SET name = '\(new.name)', address = '\(newAddress)' WHERE name = '\(old.name)'"]
    }

    /// What whoever starts first changes in the cluster's database: for the next it is no change any more.
    var globalStatements: [String] {
        func folders(_ table: String) -> String {
            """
            UPDATE \(table) SET value = '\(newFolder)/' || substr(value, \(oldFolder.utf8.count + 2)) \
            WHERE value LIKE '\(oldFolder)/%'
            """
        }
        let proxies = ["instances_devices_config", "profiles_devices_config"].flatMap { table in
            old.address == new.address ? [] : ["listen", "connect"].map { key in proxy(table, key) }
        }
        return [
            "UPDATE nodes SET name = '\(new.name)', address = '\(newAddress)' WHERE name = '\(old.name)'",
            // 2 is the type of a server's certificate.
            "UPDATE certificates SET name = '\(new.name)' WHERE type = 2 AND name = '\(old.name)'",
            """
            UPDATE instances_config SET value = '\(new.name)' \
            WHERE key = 'volatile.evacuate.origin' AND value = '\(old.name)'
            """, folders("storage_pools_config"),
        ] + proxies
    }

    /// The statement that gives proxy devices on the member's old address the new one, as in `tcp:10.64.0.11:80`.
    private func proxy(_ table: String, _ key: String) -> String {
        let (from, to) = (":\(old.address?.description ?? ""):", ":\(new.address?.description ?? ""):")
        return
            "UPDATE \(table) SET value = replace(value, '\(from)', '\(to)') WHERE key = '\(key)' AND value LIKE '%\(from)%'"
    }
}
