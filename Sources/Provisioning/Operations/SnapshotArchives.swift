/// Writes a snapshot of a whole cluster to one file: `bcmcluster snapshot export`.
package struct ExportSnapshot: Operation {
    private let cluster: ClusterName
    private let snapshot: SnapshotName
    private let file: String
    private let options: OperationOptions

    /// A file at a path at which there is nothing yet.
    package init(
        _ snapshot: SnapshotName, of cluster: ClusterName, to file: String,
        options: OperationOptions = OperationOptions()
    ) {
        self.cluster = cluster
        self.snapshot = snapshot
        self.file = file
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let request = ChangeRequest(
            cluster: cluster, command: "snapshot export", operands: [snapshot.text, Shell.quoted(file)],
            options: options)
        return try await app.changeExisting(request) { state, context in
            let manifest = try await manifest(state, context)
            let archive = ArchiveInTheMaking(manifest, as: SystemCalls.absolute(file))
            return PlannedChange(
                plan: ExportPlan.plan(snapshot, of: state.becoming(manifest), as: archive), context: context,
                rowOutcome: "packed", snapshot: snapshot,
                summary: { _, took in
                    [
                        "snapshot \(snapshot) of \(cluster) written to \(file) (\(ByteSize.brief(archive.size)), \(took.brief))",
                        "  it holds the cluster's keys and data: whoever reads it can control the cluster (mode 0600)",
                        "  import it with: bcmcluster snapshot import \(Shell.quoted(file))",
                    ]
                })
        }
    }

    /// What the archive will be, without the sizes and checksums that it gets while it is made.
    private func manifest(_ state: ClusterState, _ context: PlanContext) async throws -> ArchiveManifest {
        guard !file.isEmpty else { throw Failure(.badInput, "snapshot export needs a file name") }
        guard try context.files.kind(of: file) == nil else {
            throw Failure.fileExists(file)
        }
        let saved = try SavedCluster.read(snapshot, in: context.folder, context.files)
        guard state.spread == nil, saved?.state.spread == nil else {
            throw Failure(
                .missing, "\(cluster) is spread over hosts, and snapshots of such clusters cannot be exported",
                hint: "move what is in the cluster with \(context.engine.client) export and import")
        }
        let moving = try context.provider.snapshotMoving
        guard let found = try await ClusterSnapshot.all(context).first(where: { $0.name == snapshot }), let saved else {
            throw Failure.noSnapshot(snapshot, of: cluster)
        }
        if let trouble = found.trouble {
            throw Failure(.conflict, "the snapshot \(snapshot) of \(cluster) is incomplete: \(trouble)")
        }
        guard let compression = try await moving.compressions().first else {
            throw Failure(.missing, "zstd and xz: command not found", hint: "apt-get install zstd")
        }
        guard let version = try await moving.engineVersion() else {
            throw Failure(.missing, "\(context.engine.title) does not tell its version")
        }
        var parts: [ArchiveManifest.Part] = []
        for member in saved.state.members {
            let size = try await moving.size(
                of: member.name, in: snapshot, of: state, limit: context.limits.machine)
            parts.append(ArchiveManifest.Part(member.name, compression, unpackedSize: size))
        }
        return ArchiveManifest(
            saved, snapshot, engineVersion: version.text, architecture: try await moving.architecture(),
            compression: compression, parts: parts)
    }
}

/// Makes a cluster of the archive of a snapshot: `bcmcluster snapshot import`.
package struct ImportSnapshot: Operation {
    private let file: String
    private let name: ClusterName?
    private let options: OperationOptions

    /// A cluster of that name; `nil` is the name that it had.
    package init(_ file: String, as name: ClusterName? = nil, options: OperationOptions = OperationOptions()) {
        self.file = file
        self.name = name
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let path = SystemCalls.absolute(file)
        let layout = try await ArchiveFile(path, app.runner, app.files).layout()
        let archive = ImportedArchive(path: path, layout: layout)
        let cluster = name ?? archive.manifest.state.name
        let request = ChangeRequest(
            cluster: cluster, command: "snapshot import", operands: [Shell.quoted(path)], options: options,
            creates: true)
        return try await Engine.$current.withValue(archive.manifest.engine) {
            try await app.change(request) { app in .change(try await change(cluster, archive, app)) }
        }
    }

    private func change(
        _ cluster: ClusterName, _ archive: ImportedArchive, _ app: AppContext
    ) async throws -> PlannedChange<PlanContext> {
        let manifest = archive.manifest
        let existing = try StateStore.read(app.folder(cluster), app.files)
        if let existing, existing.importing != archive.path || existing.isDeleting == true {
            if let failure = existing.incompleteRestoreFailure { throw failure }
            throw Failure(
                .conflict, "cluster \(cluster) already exists",
                hint: "import it under another name with -c NAME, or remove it with bcmcluster destroy -c \(cluster)")
        }
        if existing == nil { try app.checkIsNew(cluster) }
        let wanted =
            existing
            ?? manifest.state(
                named: cluster, identifier: app.random.identifier(length: 8), created: app.time.secondsSince1970,
                from: archive.path)
        let provider = try app.provider(for: wanted)
        let moving = try provider.snapshotMoving
        var remarks = try await app.check(provider, for: wanted, making: wanted.members.map(\.name))
        try await check(manifest, moving)
        let (state, remark) = try await assigned(wanted, manifest, provider)
        if let remark { remarks.append(remark) }
        if let clients = state.clients, !clients.isEmpty {
            remarks.append("\(cluster) trusts the same clients as the cluster that the archive is of")
        }
        let plan = ImportPlan.plan(for: state, from: archive)
        let context = app.context(state, provider: provider, limits: options.limits)
        return PlannedChange(
            plan: plan, context: context, rowOutcome: "ready", remarks: remarks, snapshot: manifest.snapshot,
            summary: { _, took in
                [
                    "cluster \(cluster) is up (\(counted(state.members.count, "member")), \(took.brief)), imported from "
                        + "the snapshot \(manifest.snapshot) of \(manifest.state.name)"
                ]
            },
            resume: { outcome in
                if let command = ImportPlan.commandAfterImport(of: cluster, plan, outcome) {
                    return "\(cluster) is imported; \(command) continues"
                }
                guard try await context.store.isWritten() else { return "nothing was changed" }
                // The same archive would be refused again.
                let isRefused = outcome.failures.contains { $0.failure.code == .damaged }
                return isRefused ? "delete it with bcmcluster destroy -c \(cluster)" : nil
            })
    }

    /// Throws where the machines of the archive could not run here.
    private func check(_ manifest: ArchiveManifest, _ moving: any SnapshotMoving) async throws {
        let title = manifest.engine.title
        guard let needed = EngineVersion(manifest.engineVersion), let installed = try await moving.engineVersion()
        else {
            throw Failure(.missing, "\(title) does not tell its version")
        }
        guard (installed.major, installed.minor) >= (needed.major, needed.minor) else {
            throw Failure(
                .missing,
                "the archive is of \(title) \(needed.text), and \(title) \(installed.text) is installed here: it cannot read "
                    + "the database of a later version",
                hint: "install \(title) \(needed.major).\(needed.minor) or later")
        }
        let architecture = try await moving.architecture()
        guard architecture == manifest.architecture else {
            throw Failure(
                .conflict,
                "the archive is of a machine with \(manifest.architecture) processors, and this one has \(architecture)"
            )
        }
        guard try await moving.compressions().contains(manifest.compression) else {
            throw Failure(
                .missing, "\(manifest.compression.rawValue): command not found",
                hint: "apt-get install \(manifest.compression == .xz ? "xz-utils" : "zstd")")
        }
    }

    /// The state with the addresses that it had, or, where they are in use here, with others.
    private func assigned(
        _ state: ClusterState, _ manifest: ArchiveManifest, _ provider: any MachineProvider
    ) async throws -> (ClusterState, remark: String?) {
        let names = state.members.map(\.name)
        var moved = state
        do {
            let assigned = try await provider.assign(state, newMembers: names)
            if assigned.subnet == manifest.state.subnet { return (assigned, nil) }
            moved = assigned
        } catch let failure as Failure where failure.code == .conflict && state.subnet != nil {
            // A name that is taken is refused again.
            moved.subnet = nil
            moved.settings.network = nil
            for index in moved.members.indices { moved.members[index].address = nil }
            moved = try await provider.assign(moved, newMembers: names)
        }
        guard let old = manifest.state.subnet, let new = moved.subnet else { return (moved, nil) }
        return (moved, "the subnet \(old) is in use here: the members get addresses of \(new)")
    }
}

extension EngineVersion {
    /// As the engine writes it.
    package var text: String { patch == 0 ? "\(major).\(minor)" : "\(major).\(minor).\(patch)" }
}

extension ClusterState {
    /// The state with the members of an archive.
    fileprivate func becoming(_ manifest: ArchiveManifest) -> ClusterState {
        var state = self
        state.members = manifest.state.members
        return state
    }
}
