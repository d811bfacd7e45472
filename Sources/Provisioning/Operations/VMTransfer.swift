/// A copy into a VM or out of it: one end is `[HOST/]NAME:PATH`, the other is here, and may be `-`.
struct VMTransfer: Equatable {
    /// What is copied, as far as that is known before the VM is asked.
    enum Content: Equatable {
        case file
        /// A folder with all that is in it.
        case folder
        /// A file or a folder in the VM.
        case either
    }

    let vm: VMReference
    /// The path there; the empty one is the home of the VM's user.
    let path: String
    /// The path here; `-` is standard input or output.
    let local: String
    /// Whether it goes into the VM.
    let isUpload: Bool
    let content: Content

    /// Reads the two operands; throws `Failure.badInput` where they make no sense.
    init(from source: String, to target: String, isRecursive: Bool, _ files: any Files) throws {
        let (from, into) = (Self.remote(source), Self.remote(target))
        if let into, from == nil {
            self = try Self.upload(source, to: into, isRecursive, files)
        } else if let from, into == nil {
            self = try Self.download(from, to: target, isRecursive)
        } else {
            throw Failure(
                .badInput, "transfer copies between a local file and a VM",
                hint: "write one end as NAME:PATH or HOST/NAME:PATH; a file here with : in its name is ./FILE")
        }
        if isRecursive && local == "-" {
            throw Failure(.badInput, "-r copies folders, and - is standard input or output", hint: "leave -r out")
        }
    }

    private init(_ remote: Remote, local: String, isUpload: Bool, _ content: Content) throws {
        vm = try VMReference(remote.vm)
        path = remote.path
        (self.local, self.isUpload, self.content) = (local, isUpload, content)
    }

    private static func upload(
        _ source: String, to target: Remote, _ isRecursive: Bool, _ files: any Files
    ) throws -> VMTransfer {
        if source == "-" {
            guard !target.path.isEmpty, !target.path.hasSuffix("/") else {
                throw Failure(.badInput, "what comes from standard input has no name", hint: "write NAME:PATH/FILE")
            }
            return try VMTransfer(target, local: source, isUpload: true, .file)
        }
        if source.isEmpty { throw noFile(source) }
        let isFolder = try files.kind(of: "\(source)/.") == .folder
        guard isRecursive || !isFolder else {
            throw Failure(
                .badInput, "\(Shell.quoted(source.clipped)) is a folder",
                hint: "-r copies folders, with all that is in them")
        }
        if isRecursive { try VMFiles.checkHasName(source) }
        if try !isFolder && files.kind(of: source) == nil { throw noFile(source) }
        return try VMTransfer(target, local: source, isUpload: true, isFolder ? .folder : .file)
    }

    private static func download(_ source: Remote, to target: String, _ isRecursive: Bool) throws -> VMTransfer {
        guard isRecursive || !source.path.isEmpty && !source.path.hasSuffix("/") else {
            throw noFile("\(source.vm):\(source.path)")
        }
        guard !target.isEmpty else { throw noFile(target) }
        if isRecursive { try VMFiles.checkHasName(source.path) }
        return try VMTransfer(source, local: target, isUpload: false, isRecursive ? .either : .file)
    }

    /// What goes where.
    var what: String {
        let there = "\(vm):\(path)"
        return isUpload ? "\(local) to \(there)" : "\(there) to \(local)"
    }

    /// Where what comes out of the VM is put: in a folder that is there, or that is written with `/`, under its own name.
    func destination(_ files: any Files) throws -> String {
        let isInto = try local != "-" && (local.hasSuffix("/") || files.kind(of: "\(local)/.") == .folder)
        guard isInto else { return local }
        let name = VMFiles.lastPart(path)
        return (local.hasSuffix("/") ? local : "\(local)/") + (name.isEmpty ? "\(vm.name)-home" : name)
    }

    /// Where a folder that comes out of the VM is put, as by `cp -r`: in a folder that is there under its own name.
    func folderDestination(_ files: any Files) throws -> String {
        if try files.kind(of: "\(local)/.") == .folder { return try destination(files) }
        guard try files.kind(of: local) == nil else {
            throw Failure(.badInput, "\(Shell.quoted(local.clipped)) is not a folder", hint: "choose another target")
        }
        return local
    }

    /// An end in a VM.
    private struct Remote {
        var vm: String
        var path: String
    }

    /// The end in a VM; `nil` for a file here, which the user may write as `./FILE` or `/FILE`.
    private static func remote(_ text: String) -> Remote? {
        guard let colon = text.firstIndex(of: ":"), !text.hasPrefix("/"), !text.hasPrefix(".") else { return nil }
        return Remote(vm: String(text[..<colon]), path: String(text[text.index(after: colon)...]))
    }

    private static func noFile(_ path: String) -> Failure {
        Failure(.badInput, "file \(Shell.quoted(path.clipped)) not found")
    }
}
