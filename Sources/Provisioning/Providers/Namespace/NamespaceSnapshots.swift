/// Snapshots of machines of the namespace provider: copies of their daemons' folders.
struct NamespaceSnapshots: Sendable {
    let root: any CommandRunner
    let engine: Engine
    let files: any Files
    let state: ClusterState

    private var layout: NamespaceLayout { NamespaceLayout(state) }
    private var copies: RootCopies { RootCopies(root) }

    /// The name of a copy that is being made: no member is called so.
    private func unfinished(_ copy: String) -> String { "\(copy).part" }
    /// What the name of a snapshot that is being removed ends with: none is called so.
    private static let going = ".going"

    /// The snapshots with the members that are whole in them.
    func all() async throws -> [SnapshotName: Set<MemberName>] {
        var found: [SnapshotName: Set<MemberName>] = [:]
        for path in try await copies.folders(below: layout.snapshots, depth: 2) {
            let parts = path.split(separator: "/").map(String.init)
            guard let first = parts.first, let name = try? SnapshotName(first.replacing(Self.going, with: "")) else {
                continue
            }
            let isDeleting = first.hasSuffix(Self.going)
            let member = parts.count == 2 && !isDeleting ? MemberName(parts[1], of: state.name) : nil
            found[name, default: []].formUnion([member].compactMap { $0 })
        }
        return found
    }

    /// What full copies of those folders take, and whether there can be cheaper ones.
    func room(_ folders: [String], limit: Duration) async throws -> CopyRoom {
        guard state.settings.storage.isCopiedWithFolder else {
            throw Failure(
                .missing,
                "the namespace provider copies the members' folders, and a \(state.settings.storage.rawValue) pool is not in one",
                hint: "back up the cluster's contents with \(engine.client) export")
        }
        try await RootFiles(root).makeFolders([layout.snapshots], mode: "0700")
        return CopyRoom(
            needed: try await copies.bytes(of: folders, limit: limit),
            free: try await HostRoom(root, files).freeDisk(at: NamespaceLayout.root),
            isShared: try await copies.canClone(layout.entrypoint, to: "\(layout.snapshots)/probe"),
            place: NamespaceLayout.root)
    }

    /// Copies a machine's folder; a copy has its name only when it is complete.
    func take(_ snapshot: SnapshotName, of member: MemberName, limit: Duration) async throws -> Int {
        let copy = layout.copy(snapshot, member)
        try await RootFiles(root).makeFolders([layout.snapshots, layout.snapshot(snapshot)], mode: "0700")
        try await RootFiles(root).remove([copy, unfinished(copy)], limit: limit)
        try await copies.copy(NamespaceLayout.daemon(member, engine), to: unfinished(copy), limit: limit)
        try await copies.rename(unfinished(copy), to: copy)
        return try await copies.bytes(of: [copy], limit: limit)
    }

    /// Puts a copy of the copy in the place of a machine's folder, which takes two renames.
    func restore(_ member: MemberName, to snapshot: SnapshotName, limit: Duration) async throws {
        let folder = NamespaceLayout.daemon(member, engine)
        let former = "\(folder).former"
        try await RootFiles(root).makeFolders([NamespaceLayout.machine(member)], mode: "0711")
        try await RootFiles(root).remove([unfinished(folder), former], limit: limit)
        try await copies.copy(layout.copy(snapshot, member), to: unfinished(folder), limit: limit)
        if try await !RootFiles(root).inodes(of: [folder]).isEmpty { try await copies.rename(folder, to: former) }
        try await copies.rename(unfinished(folder), to: folder)
        try await RootFiles(root).remove([former], limit: limit)
    }

    /// Removes a snapshot with what was not finished of it; first it loses its name, which stands for whole copies.
    func delete(_ snapshot: SnapshotName, limit: Duration) async throws {
        let folder = layout.snapshot(snapshot)
        try await RootFiles(root).remove([folder + Self.going], limit: limit)
        if try await RootFiles(root).inodes(of: [folder]).isEmpty { return }
        try await copies.rename(folder, to: folder + Self.going)
        try await RootFiles(root).remove([folder + Self.going], limit: limit)
    }
}
