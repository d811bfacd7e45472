/// A root file system in a file of the user's.
package struct Drive: Sendable, Equatable {
    /// What it is made of.
    package enum Form: Sendable, Equatable {
        /// A disk as QEMU keeps it.
        case qcow2
        /// A disk byte by byte.
        case rawDisk
        case squashfs
        case archive
        /// An archive that is a whole image of LXD's.
        case image(isVM: Bool)
    }

    /// Where it is, so that no program takes it for an option, or for a place on another host.
    package let path: String
    /// What it is made of.
    package let form: Form

    init(_ path: String, _ form: Form) {
        self.path = Self.plain(path)
        self.form = form
    }

    static func plain(_ path: String) -> String { path.hasPrefix("/") ? path : "./\(path)" }

    /// What LXD calls an image of it.
    package var type: String {
        switch form {
        case .qcow2, .rawDisk, .image(isVM: true): "virtual-machine"
        case .squashfs, .archive, .image(isVM: false): "container"
        }
    }

    /// What the user is told that it is.
    package var words: String {
        switch form {
        case .qcow2: "a disk in qcow2"
        case .rawDisk: "a raw disk, which qemu-img converts"
        case .squashfs: "a squashfs"
        case .archive: "an archive of a root file system"
        case .image: "a complete image"
        }
    }
}

/// Looks at files that are to be drives, by `od` and `tar`.
package struct Drives: Sendable {
    private let runner: any CommandRunner

    /// Drives of the machine that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// What that file is; throws `Failure.badInput` where LXD can take no such thing.
    package func drive(_ file: String) async throws -> Drive {
        let path = Drive.plain(file)
        let dump = try await runner.output(
            of: Command("od", ["-A", "n", "-v", "-t", "x1", "-N", "\(FileSignature.length)", path]))
        let bytes = dump.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
        switch FileSignature(bytes) {
        case .qcow2: return Drive(file, .qcow2)
        case .disk: return Drive(file, .rawDisk)
        case .squashfs: return Drive(file, .squashfs)
        case .tar, .compressed: return Drive(file, try await archive(path))
        case .foreignDisk(let form):
            throw Failure(
                .badInput, "the drive \(file) is a \(form) disk, which \(Engine.current.title) does not accept",
                hint: "qemu-img convert -O qcow2 \(Shell.quoted(path)) disk.qcow2 converts it")
        case .bareFileSystem(let name):
            throw Failure(
                .badInput, "the drive \(file) is a bare \(name) file system: neither a bootable disk nor an archive",
                hint: "mount it, and pack what is in it: tar -C FOLDER -czf rootfs.tar.gz .")
        case .unknown:
            throw Failure(
                .badInput,
                "the drive \(file) has an unknown format",
                hint: "give a qcow2 or raw disk with a partition table, a tar archive of / or a squashfs")
        }
    }

    /// Whether an archive is an image of LXD's, which has its metadata at the top, or a root file system.
    private func archive(_ path: String) async throws -> Drive.Form {
        let names = ["metadata.yaml", "rootfs.img"].flatMap { [$0, "./\($0)"] }
        let command = Command(
            "tar", ["-tf", path] + names, limit: .seconds(300))
        let result = try await runner.run(command)
        let found = result.output.split(separator: "\n").map { $0.hasPrefix("./") ? $0.dropFirst(2) : $0 }
        if found.contains("metadata.yaml") { return .image(isVM: found.contains("rootfs.img")) }
        let complaints = result.errors.split(separator: "\n").map { TarError(String($0)) }
        if complaints.contains(.noArchive) {
            throw Failure(
                .badInput, "the drive \(path) is compressed, but not a tar archive",
                hint: "unpack it first: it may contain a disk that \(Engine.current.title) accepts")
        }
        // A tar that did not find a name says so of each, and that it fails for that.
        guard complaints.allSatisfy({ $0 != nil }) else {
            throw Failure(command, result, hint: "check whether the file is complete")
        }
        return .archive
    }
}
