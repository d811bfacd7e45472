import Synchronization

/// An archive that is being made: what its steps find out for its manifest.
final class ArchiveInTheMaking: Sendable {
    /// Where it is written until it is complete.
    let path: String
    /// Where it is then.
    let final: String
    private let state: Mutex<ArchiveManifest>

    init(_ manifest: ArchiveManifest, as file: String) {
        final = file
        path = "\(file).\(manifest.state.identifier).part"
        state = Mutex(manifest)
    }

    var manifest: ArchiveManifest { state.withLock { $0 } }
    /// The bytes of all parts.
    var size: Int { manifest.parts.map(\.size).sumOfBytes() }

    func note(_ part: ArchiveManifest.Part) {
        state.withLock { manifest in
            guard let index = manifest.parts.firstIndex(where: { $0.member == part.member }) else { return }
            manifest.parts[index] = part
        }
    }

    func file(_ context: PlanContext) -> ArchiveFile { ArchiveFile(path, context.runner, context.files) }
}

/// Begins the file of an archive, which nobody but its owner can read.
struct BeginArchive: Step {
    let title = "begin the archive"
    let archive: ArchiveInTheMaking

    /// What an interrupted run has left is replaced.
    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        try await archive.file(context).begin(ArchiveLayout(archive.manifest))
    }
}

/// Writes a member's copy into an archive.
struct PackMember: Step {
    let title = "pack the machine"
    let name: MemberName
    let snapshot: SnapshotName
    let archive: ArchiveInTheMaking

    var member: MemberName? { name }
    var expectedDuration: Duration? { .seconds(300) }

    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let state = await context.store.state
        let moving = try context.provider.snapshotMoving
        guard let part = archive.manifest.parts.first(where: { $0.member == name }) else { return }
        archive.note(
            try await archive.file(context).add(part) {
                try await moving.pack(
                    snapshot, of: name, in: state, by: archive.manifest.compression, onto: archive.path,
                    limit: context.limits.machine)
            })
    }
}

/// Completes an archive with its checksums, and gives it its name.
struct FinishArchive: Step {
    let title = "write the checksums"
    let archive: ArchiveInTheMaking

    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        try await archive.file(context).end(ArchiveLayout(archive.manifest))
        try context.files.move(archive.path, to: archive.final)
    }
}

/// Removes an archive that was not completed.
struct DropUnfinishedArchive: Step {
    let title = "remove the incomplete archive"
    let archive: ArchiveInTheMaking

    func isDone(_ context: PlanContext) async throws -> Bool { try context.files.kind(of: archive.path) == nil }

    func run(_ context: PlanContext) async throws { try context.files.remove(archive.path) }
}

/// An archive that is imported.
struct ImportedArchive: Sendable {
    let path: String
    let layout: ArchiveLayout

    var manifest: ArchiveManifest { layout.manifest }
}

/// Checks that an archive is what it was when it was made, and that there is room for what is in it.
struct CheckArchive: Step {
    let title = "check the archive"
    let archive: ImportedArchive

    var expectedDuration: Duration? { .seconds(300) }

    /// Of what is unpacked already nothing is read.
    func isDone(_ context: PlanContext) async throws -> Bool { try await context.hasPlacedMembers }

    func run(_ context: PlanContext) async throws {
        let bytes = archive.manifest.parts.map(\.unpackedSize).sumOfBytes()
        try await context.provider.snapshotMoving.room(toUnpack: bytes).check()
        try await ArchiveFile(archive.path, context.runner, context.files).check(archive.layout)
    }
}

/// Unpacks a member's machine, beside the place in which it will be.
struct UnpackMember: Step {
    let title = "unpack the machine"
    let name: MemberName
    let archive: ImportedArchive

    var member: MemberName? { name }
    var lane: Lane? { .machines }
    var expectedDuration: Duration? { .seconds(300) }

    /// What an interrupted run has unpacked, and not placed, may have been half adapted.
    func isDone(_ context: PlanContext) async throws -> Bool { try await context.hasPlacedMembers }

    func run(_ context: PlanContext) async throws {
        guard let index = archive.manifest.parts.firstIndex(where: { $0.member.index == name.index }) else { return }
        try await context.provider.snapshotMoving.unpack(
            archive.path, archive.layout.range(of: index), by: archive.manifest.compression, as: name,
            of: context.store.state, limit: context.limits.machine)
    }
}

/// Gives all members their names and addresses, as far as they are other ones than in the archive.
struct AdaptMembers: Step {
    let title = "give the members their names and addresses"
    let archive: ImportedArchive

    func isDone(_ context: PlanContext) async throws -> Bool { try await context.hasPlacedMembers }

    func run(_ context: PlanContext) async throws {
        try await context.provider.snapshotMoving.adapt(
            from: archive.manifest.state, to: context.store.state, limit: context.limits.machine)
    }
}

/// Makes a member's machine of what was unpacked; it is off.
struct PlaceMember: Step {
    let title = "create the machine"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.provider.snapshotMoving.placed(of: context.store.state).contains(name)
    }

    func run(_ context: PlanContext) async throws {
        try await context.provider.snapshotMoving.place(name, of: context.store.state)
        // Another step of this plan starts it.
        _ = try await context.machines.all(context.provider, context.store.state)
        await context.machines.note(name, is: .stopped)
    }
}

/// Notes that all machines are there: from here on the cluster is like any other.
struct CommitImport: Step {
    let title = "mark the import as complete"

    func isDone(_ context: PlanContext) async throws -> Bool { await context.store.state.importing == nil }

    func run(_ context: PlanContext) async throws { try await context.store.update { $0.importing = nil } }
}

extension PlanContext {
    /// Whether a machine was made of what an interrupted run has unpacked: by then all of it was adapted.
    fileprivate var hasPlacedMembers: Bool {
        get async throws { try await !provider.snapshotMoving.placed(of: store.state).isEmpty }
    }
}
