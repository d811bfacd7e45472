/// Folders of root's as compressed streams, by GNU tar.
package struct FolderStream: Sendable {
    private let root: any CommandRunner
    private let compression: ArchiveCompression

    package init(_ root: any CommandRunner, _ compression: ArchiveCompression) {
        self.root = root
        self.compression = compression
    }

    /// What a folder and its copy share: owners by number, holes, and all that is attached to files.
    private var form: [String] {
        ["--file=-", "--\(compression.rawValue)", "--numeric-owner", "--xattrs", "--xattrs-include=*", "--acls"]
    }

    /// Packs all that is in the folder onto the end of the user's file; what is mounted below it stays out.
    func pack(_ folder: String, onto file: String, limit: Duration) async throws {
        var command = Command(
            "tar",
            ["--create", "--sparse", "--one-file-system", "--warning=no-file-ignored", "--directory=\(folder)"] + form
                + ["."], limit: limit, effect: .changes, touches: [.file(file)])
        (command.outputFile, command.appendsOutput) = (file, true)
        try await root.output(of: command)
    }

    /// Unpacks a part of a file into an empty folder, which root alone may enter until it has been looked through.
    ///
    /// Names that lead out of the folder, and devices, are refused. What links in the archive lead to is written only after
    /// all files (GNU tar delays links that leave the folder).
    func unpack(_ file: String, _ range: FileRange, into folder: String, touches: Set<Subject>, limit: Duration)
        async throws
    {
        var command = Command(
            "tar",
            [
                "--extract", "--same-owner", "--preserve-permissions", "--delay-directory-restore",
                "--directory=\(folder)",
            ]
                + form, limit: limit, effect: .changes, touches: touches)
        (command.inputFile, command.inputRange) = (file, range)
        let result = try await root.run(command)
        guard TarError(result.errors) != .leavesFolder else {
            throw Failure(
                .damaged, "\(file) is refused: a name in it leads out of its folder",
                command: command.pasteable, output: result.tail, hint: "import only archives of snapshot export")
        }
        guard result.succeeded else { throw Failure(command, result) }
        if let found = try await device(in: folder, limit: limit, about: touches) {
            throw Failure(
                .damaged, "\(file) is refused: \(Shell.quoted(found.clipped)) in it is a device",
                hint: "import only archives of snapshot export")
        }
    }

    /// The first device in the folder: with one no archive is made, and none is taken.
    func device(in folder: String, limit: Duration, about: Set<Subject> = []) async throws -> String? {
        let found = try await root.output(
            of: Command(
                "find",
                [folder, "-xdev", "(", "-type", "b", "-o", "-type", "c", ")", "-printf", "%P\\n", "-quit"],
                limit: limit,
                about: about)
        ).trimmed
        return found.isEmpty ? nil : found
    }
}
