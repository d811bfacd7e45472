/// Where everything stands in the archive of a snapshot: a tar file of the manifest, one file for each member, and the
/// checksums of all of them.
///
/// The manifest is padded to a length that is known before the checksums are, so that it can be written first and last.
package struct ArchiveLayout: Sendable {
    static let block = 512
    /// A file that is larger cannot be told by twelve octal digits.
    static let largest = 1 << 36
    static let manifestName = "manifest.json"
    static let sumsName = "SHA256SUMS"
    /// What stands behind the last file.
    static let end = String(repeating: "\0", count: 2 * block)

    /// The bytes of the manifest, with its padding.
    let manifestSize: Int
    package let manifest: ArchiveManifest

    /// The layout of an archive that is made; sizes and checksums may be missing still.
    package init(_ manifest: ArchiveManifest) throws {
        var largest = manifest
        for index in largest.parts.indices { largest.parts[index].size = Bounds.bytes.upperBound }
        self.init(manifest, size: try JSONText.text(largest).utf8.count)
    }

    /// The layout of an archive that has been read.
    package init(_ manifest: ArchiveManifest, size: Int) {
        self.manifest = manifest
        manifestSize = size
    }

    /// A number of bytes as they are stored: in whole blocks.
    static func stored(_ size: Int) -> Int { (size + block - 1) / block * block }

    /// Where the header of a part stands; behind the last one, that of the checksums.
    func place(of index: Int) -> Int {
        manifest.parts.prefix(index).reduce(Self.block + Self.stored(manifestSize)) {
            $0 + Self.block + Self.stored($1.size)
        }
    }

    /// What a part takes, without its header.
    package func range(of index: Int) -> FileRange {
        FileRange(offset: place(of: index) + Self.block, count: manifest.parts[index].size)
    }

    /// The manifest's text with its padding.
    func manifestText() throws -> String {
        let text = try JSONText.text(manifest)
        return String(repeating: " ", count: max(0, manifestSize - text.utf8.count)) + text
    }

    /// The checksums, as `sha256sum --check` reads them.
    func sums(manifest sum: String) -> String {
        ([(sum, Self.manifestName)] + manifest.parts.map { ($0.sha256, $0.file) })
            .map { "\($0.0)  \($0.1)\n" }.joined()
    }

    /// What stands behind the parts.
    func tail(_ sums: String) -> String {
        Self.header(Self.sumsName, sums.utf8.count) + Self.padded(sums) + Self.end
    }

    /// The bytes of the whole archive.
    func size(_ sums: String) -> Int { place(of: manifest.parts.count) + tail(sums).utf8.count }

    static func padded(_ text: String) -> String {
        text + String(repeating: "\0", count: stored(text.utf8.count) - text.utf8.count)
    }

    /// The header of a file that is its owner's alone (POSIX.1-1988, ustar).
    static func header(_ name: String, _ size: Int) -> String {
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        func field(_ text: String, _ length: Int) -> String {
            text + String(repeating: "\0", count: max(0, length - text.utf8.count))
        }
        let before = [
            field(name, 100), field(octal(0o600, 7), 8), field(octal(0, 7), 8), field(octal(0, 7), 8),
            field(octal(size, 11), 12), field(octal(0, 11), 12),
        ].joined()
        let after = [
            "0", field("", 100), "ustar\0" + "00", field("root", 32), field("root", 32), field("", 8), field("", 8),
            field("", 167),
        ].joined()
        // The checksum is taken of the header with blanks in its own place.
        let sum = (before + "        " + after).utf8.reduce(0) { $0 + Int($1) }
        return before + octal(sum, 6) + "\0 " + after
    }

    /// The size in the header of a file of that name; `nil` where the bytes are no such header.
    static func size(inHeader text: String, of name: String) -> Int? {
        let bytes = Array(text.utf8.prefix(block))
        guard bytes.count == block else { return nil }
        let digits = String(decoding: bytes[124..<136].prefix { $0 != 0 }, as: UTF8.self)
        guard let size = Int(digits, radix: 8), header(name, size).utf8.elementsEqual(bytes) else { return nil }
        return size
    }
}

/// The archive of a snapshot, a file of the user's, by the system's own programs.
package struct ArchiveFile: Sendable {
    /// Runs commands as the user.
    private let runner: any CommandRunner
    private let files: any Files
    package let path: String

    package init(_ path: String, _ runner: any CommandRunner, _ files: any Files) {
        self.path = path
        self.runner = runner
        self.files = files
    }

    private var about: Set<Subject> { [.file(path)] }
    /// The largest manifest that is read.
    private static let largestManifest = 4 << 20

    // MARK: Writing

    /// Makes the file with the place of the manifest; nobody else can read it from its first moment on.
    package func begin(_ layout: ArchiveLayout) async throws {
        try files.write("", to: path, mode: ClusterFolder.fileMode)
        try await write(
            ArchiveLayout.header(ArchiveLayout.manifestName, layout.manifestSize)
                + ArchiveLayout.padded(String(repeating: " ", count: layout.manifestSize)), at: 0)
    }

    /// Adds a part: the place of its header, what `pack` writes to the end of the file, and then the header itself.
    package func add(_ part: ArchiveManifest.Part, _ pack: () async throws -> Void) async throws -> ArchiveManifest.Part
    {
        let place = try await size()
        try await write(String(repeating: "\0", count: ArchiveLayout.block), at: place)
        try await pack()
        var part = part
        part.size = max(0, try await size() - place - ArchiveLayout.block)
        guard part.size < ArchiveLayout.largest else {
            throw Failure(.conflict, "the machine of \(part.member) is too large for an archive: at most 64 GiB fit")
        }
        try await change("truncate", ["--size=%\(ArchiveLayout.block)", "--", path])
        part.sha256 = try await sum(FileRange(offset: place + ArchiveLayout.block, count: part.size))
        try await write(ArchiveLayout.header(part.file, part.size), at: place)
        return part
    }

    /// Writes the manifest into its place, and the checksums; the file is on the disk, and complete, when this returns.
    package func end(_ layout: ArchiveLayout) async throws {
        try await write(try layout.manifestText(), at: ArchiveLayout.block)
        let sum = try await sum(FileRange(offset: ArchiveLayout.block, count: layout.manifestSize))
        try await write(layout.tail(layout.sums(manifest: sum)), at: layout.place(of: layout.manifest.parts.count))
        try await change("sync", ["--", path])
    }

    private func write(_ text: String, at place: Int) async throws {
        var command = Command(
            "dd",
            [
                "of=\(path)", "bs=64K", "iflag=fullblock", "oflag=seek_bytes", "seek=\(place)", "conv=notrunc",
                "status=none",
            ], input: text, effect: .changes, touches: about)
        command.shownInput = ShownInput(hiding: text, called: "header")
        try await runner.output(of: command)
    }

    private func change(_ program: String, _ arguments: [String]) async throws {
        try await runner.output(of: Command(program, arguments, limit: .seconds(900), effect: .changes, touches: about))
    }

    // MARK: Reading

    /// The layout by the manifest that stands first; throws `Failure.damaged` where the file is no such archive, or has
    /// another size than it should.
    package func layout() async throws -> ArchiveLayout {
        guard try files.kind(of: path) != nil else {
            throw Failure(.badInput, "\(Shell.quoted(path)) not found")
        }
        let header = try await text(FileRange(offset: 0, count: ArchiveLayout.block))
        guard let size = ArchiveLayout.size(inHeader: header, of: ArchiveLayout.manifestName),
            (1...Self.largestManifest).contains(size)
        else { throw ArchiveManifest.damaged(path) }
        let text = try await text(FileRange(offset: ArchiveLayout.block, count: size))
        let layout = ArchiveLayout(try ArchiveManifest(text, of: path), size: size)
        guard layout.manifest.parts.allSatisfy({ 0..<ArchiveLayout.largest ~= $0.size }) else {
            throw ArchiveManifest.damaged(path)
        }
        let sums = layout.sums(manifest: String(repeating: "0", count: 64))
        guard try await self.size() == layout.size(sums) else { throw ArchiveManifest.damaged(path) }
        return layout
    }

    /// Throws `Failure.damaged` where anything in the file is not what its checksum says.
    package func check(_ layout: ArchiveLayout) async throws {
        let sum = try await sum(FileRange(offset: ArchiveLayout.block, count: layout.manifestSize))
        let sums = layout.sums(manifest: sum)
        let tail = layout.tail(sums)
        let place = layout.place(of: layout.manifest.parts.count)
        guard try await text(FileRange(offset: place, count: tail.utf8.count)) == tail else {
            throw changed("manifest")
        }
        for (index, part) in layout.manifest.parts.enumerated() {
            let header = try await text(FileRange(offset: layout.place(of: index), count: ArchiveLayout.block))
            guard header == ArchiveLayout.header(part.file, part.size),
                try await self.sum(layout.range(of: index)) == part.sha256
            else { throw changed(part.file) }
        }
    }

    private func changed(_ part: String) -> Failure {
        Failure(
            .damaged, "\(path) was changed since it was made: \(part) does not match its checksum",
            hint: "copy it again, or export it again with bcmcluster snapshot export")
    }

    private func size() async throws -> Int {
        let command = Command("stat", ["--dereference", "--format=%s", "--", path], about: about, assumed: "0")
        let text = try await runner.output(of: command)
        guard let size = Int(text.trimmed), Bounds.bytes.contains(size) else {
            throw Failure(.files, "cannot read \(path)")
        }
        return size
    }

    private func text(_ range: FileRange) async throws -> String {
        try await runner.output(of: reading("cat", range, assumed: ""))
    }

    private func sum(_ range: FileRange) async throws -> String {
        let none = String(repeating: "0", count: 64)
        return String(try await runner.output(of: reading("sha256sum", range, assumed: none)).prefix(64))
    }

    private func reading(_ program: String, _ range: FileRange, assumed: String) -> Command {
        var command = Command(program, [], limit: .seconds(86_400), about: about, assumed: assumed)
        (command.inputFile, command.inputRange) = (path, range)
        return command
    }
}
