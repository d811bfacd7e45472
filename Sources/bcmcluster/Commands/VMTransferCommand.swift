import Provisioning

/// Copies a file or a folder into a VM, or out of one: `bcmcluster vm transfer`.
struct VMTransferCommand {
    let invocation: Invocation
    let world: World

    /// How long it may take: as long as the user lets it.
    private static let limit: Duration = .seconds(7 * 86_400)

    func run() async throws -> Int32 {
        let transfer = try VMTransfer(
            from: invocation.operands[0], to: invocation.operands[1],
            isRecursive: invocation.values[.recursive] != nil, world.files)
        let vm = try await world.usableVM(transfer.vm)
        guard vm.instance.isRunning else {
            throw Failure(
                .conflict, "\(vm.place) is not running: it is \(vm.instance.state)",
                hint: "bcmcluster vm start \(vm.place)")
        }
        let start = world.time.elapsed
        let done: Void? = try await world.changing("transfer \(transfer.what)", on: vm.host) { runner in
            try await copy(transfer, VMFiles(runner, of: vm.instance.name, limit: Self.limit))
        }
        if done != nil { world.terminal.say("transferred (\((world.time.elapsed - start).brief))") }
        return 0
    }

    private func copy(_ transfer: VMTransfer, _ there: VMFiles) async throws {
        switch transfer.content {
        case .file where transfer.isUpload: try await there.upload(transfer.local, to: transfer.path)
        case .folder:
            try await withArchive {
                try await there.upload(folder: transfer.local, to: transfer.path, by: $0, here: world.runner)
            }
        case .either where try await there.isFolder(transfer.path.isEmpty ? "." : transfer.path):
            try await downloadFolder(transfer, there)
        case .file, .either:
            try await there.download(transfer.path, to: transfer.destination(world.files))
        }
    }

    private func downloadFolder(_ transfer: VMTransfer, _ there: VMFiles) async throws {
        let folder = try transfer.folderDestination(world.files)
        try await withArchive { archive in
            // Before the archive is fetched, so that what is in the way is found first.
            try world.files.makeFolder(folder, mode: SystemCalls.modeOfUsersFolders)
            try await there.download(folder: transfer.path, to: folder, by: archive, here: world.runner)
        }
    }

    /// Does the work with the path of an archive here, in a folder that nobody else can enter, and removes it.
    private func withArchive(_ work: (String) async throws -> Void) async throws {
        let temporary = world.environment("TMPDIR") ?? "/tmp"
        let folder = "\(temporary)/bcmcluster-\(world.random.identifier(length: 12))"
        try world.files.makeFolder(folder, mode: 0o700)
        do { try await work("\(folder)/archive") } catch {
            try? world.files.remove(folder)
            throw error
        }
        try world.files.remove(folder)
    }
}
