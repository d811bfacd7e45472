import Provisioning

/// A file's way into a VM or out of it: one end is `[HOST/]NAME:PATH`, the other is here, and may be `-`.
struct VMTransfer: Equatable {
    /// The VM.
    let vm: VMReference
    /// The file there.
    let path: String
    /// The file here; `-` is standard input or output.
    let local: String
    /// Whether it goes into the VM.
    let isUpload: Bool

    /// Reads the two operands; throws `Failure.badInput` where they make no sense.
    init(from source: String, to target: String, _ files: any Files) throws {
        let (from, into) = (Self.remote(source), Self.remote(target))
        if let into, from == nil {
            self = try Self.upload(source, to: into, files)
        } else if let from, into == nil {
            self = try Self.download(from, to: target, files)
        } else {
            throw Failure(
                .badInput, "transfer goes between a file here and one in a VM",
                remedy: "write one end as NAME:PATH or HOST/NAME:PATH; a file here with : in its name is ./FILE")
        }
    }

    private init(_ remote: Remote, _ path: String, local: String, isUpload: Bool) throws {
        vm = try VMReference(remote.vm)
        (self.path, self.local, self.isUpload) = (path, local, isUpload)
    }

    private static func upload(_ source: String, to target: Remote, _ files: any Files) throws -> VMTransfer {
        try checkCanBeRead(source, files)
        var path = target.path
        if path.isEmpty || path.hasSuffix("/") {
            guard source != "-" else {
                throw Failure(.badInput, "what comes from standard input has no name", remedy: "write NAME:PATH/FILE")
            }
            path += lastPart(source)
        }
        return try VMTransfer(target, path, local: source, isUpload: true)
    }

    private static func download(_ source: Remote, to target: String, _ files: any Files) throws -> VMTransfer {
        guard !source.path.isEmpty, !source.path.hasSuffix("/") else { throw noFile("\(source.vm):\(source.path)") }
        guard !target.isEmpty else { throw noFile(target) }
        var local = target
        if try target.hasSuffix("/") || files.kind(of: "\(target)/.") == .folder {
            local += (target.hasSuffix("/") ? "" : "/") + lastPart(source.path)
        }
        return try VMTransfer(source, source.path, local: local, isUpload: false)
    }

    /// What goes where.
    var what: String {
        let there = "\(vm):\(path)"
        return isUpload ? "\(local) to \(there)" : "\(there) to \(local)"
    }

    /// The command on the VM's host.
    func command(on name: String, limit: Duration) -> Command {
        let ends = isUpload ? ["-", "\(name):\(path)"] : ["\(name):\(path)", "-"]
        var command = Command("multipass", ["transfer"] + ends, limit: limit, effect: .changes)
        if isUpload { command.inputFile = local } else { command.outputFile = local }
        return command
    }

    /// An end in a VM.
    private struct Remote {
        var vm: String
        var path: String
    }

    /// The end in a VM; `nil` for a file here, which a person may write as `./FILE` or `/FILE`.
    private static func remote(_ text: String) -> Remote? {
        guard let colon = text.firstIndex(of: ":"), !text.hasPrefix("/"), !text.hasPrefix(".") else { return nil }
        return Remote(vm: String(text[..<colon]), path: String(text[text.index(after: colon)...]))
    }

    private static func lastPart(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    private static func checkCanBeRead(_ path: String, _ files: any Files) throws {
        if path == "-" { return }
        if try files.kind(of: "\(path)/.") == .folder {
            throw Failure(
                .badInput, "\(Shell.quoted(path.clipped)) is a folder, and transfer takes files",
                remedy: "pack it with tar, and transfer the archive")
        }
        if try files.kind(of: path) == nil { throw noFile(path) }
    }

    private static func noFile(_ path: String) -> Failure {
        Failure(.badInput, "there is no file \(Shell.quoted(path.clipped))")
    }
}
