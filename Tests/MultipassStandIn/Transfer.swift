import FoundationEssentials
import Glibc
import Provisioning

extension StandIn {
    /// `transfer SOURCE... TARGET`: between local paths, or `-`, and `NAME:path`.
    func transfer(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(arguments, flags: ["-p", "--parents", "-r", "--recursive"])
        let request = try TransferRequest(options.positional)
        try await contact("transfer")
        for name in request.machines {
            let instance = try store.read().instances[name]
            guard let instance, instance.phase != .preparing else { throw Refusal.absent("transfer", name) }
            if instance.phase == .deleted { throw Refusal.deleted("transfer", name) }
            guard instance.phase == .running else {
                throw Refusal.failed("transfer", "instance \"\(name)\" is not running")
            }
        }
        let isRecursive = options.has("-r", "--recursive")
        let makesParents = options.has("-p", "--parents")
        var succeeded = true
        for name in Set(request.machines).sorted() {
            try await waitWhileHung([name])
            let files = GuestFiles(
                guest: try machines.inside(name, mostInput: .max), home: try store.home(name), folder: store.folder,
                isRecursive: isRecursive, makesParents: makesParents)
            do {
                succeeded = try await transfer(request, of: name, by: files) && succeeded
            } catch let trouble as GuestFiles.Trouble {
                Terminal.complain(trouble.message)
                succeeded = false
            }
        }
        return succeeded ? 0 : 2
    }

    private func transfer(_ request: TransferRequest, of name: String, by files: GuestFiles) async throws -> Bool {
        if request.sources[0].isStream {
            try await files.receive(request.target.path)
            return true
        }
        if request.target.isStream {
            try await files.send(request.sources[0].path)
            return true
        }
        let sources = request.sources.filter { $0.machine == nil || $0.machine == name }.map(\.path)
        let target = request.target.path
        let isPush = request.target.machine != nil
        if request.sources.count > 1 {
            let isFolder = isPush ? try await files.isFolder(target) : GuestFiles.isLocalFolder(target)
            if !isFolder { throw GuestFiles.Trouble("Target \"\(target)\" is not a directory") }
        }
        var succeeded = true
        for source in sources {
            do {
                if isPush { try await files.push(source, to: target) } else { try await files.pull(source, to: target) }
            } catch let trouble as GuestFiles.Trouble {
                Terminal.log("sftp", trouble.message)
                succeeded = false
            }
        }
        return succeeded
    }
}

/// What the client makes of the words of `transfer`.
struct TransferRequest {
    /// One end of it.
    struct End {
        var machine: String?
        var path: String
        var isStream = false

        init(_ text: String) {
            isStream = text == "-"
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            machine = parts.count == 2 && !parts[0].isEmpty ? parts[0] : nil
            path = parts.last.map { $0.isEmpty ? "." : $0 } ?? "."
        }
    }

    let sources: [End]
    let target: End

    var machines: [String] { (sources + [target]).compactMap(\.machine) }

    init(_ words: [String]) throws {
        func refusal(_ message: String) -> Refusal { Refusal(code: 1, message: message) }
        guard words.count >= 2 else { throw refusal("Not enough arguments given") }
        sources = words.dropLast().map(End.init)
        target = End(words[words.count - 1])
        let streams = sources.filter(\.isStream).count
        if streams > 1 || streams > 0 && target.isStream { throw refusal("Only one '-' allowed") }
        if streams > 0 || target.isStream {
            guard sources.count == 1 else { throw refusal("Only two arguments allowed when using '-'") }
            guard streams > 0 || sources[0].machine != nil else {
                throw refusal("Source must be from inside an instance")
            }
            guard target.isStream || target.machine != nil else { throw refusal("Target must be inside an instance") }
            return
        }
        let named = sources.compactMap(\.machine).count
        if target.machine != nil {
            if named > 0 { throw refusal("Cannot specify an instance name for both source and destination") }
        } else if named == 0 {
            throw refusal("An instance name is needed for either source or destination")
        } else if named < sources.count {
            throw refusal("All sources must be from inside an instance")
        }
    }
}

/// Files of a machine's, as the client's SFTP sees them; a relative path starts at the guest's home.
struct GuestFiles {
    /// What the client says of one of them.
    struct Trouble: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    let guest: any CommandRunner
    let home: String
    /// Where archives may lie for a moment.
    let folder: String
    let isRecursive: Bool
    let makesParents: Bool

    private func place(_ path: String) -> String { path.hasPrefix("/") ? path : "\(home)/\(path)" }

    private func succeeds(_ program: String, _ arguments: [String], input: Bool = false) async throws -> Bool {
        var command = Command(program, arguments, effect: .changes)
        if input { command.output = .terminal }
        return try await guest.run(command).succeeded
    }

    func isFolder(_ path: String) async throws -> Bool { try await succeeds("test", ["-d", place(path)]) }
    private func exists(_ path: String) async throws -> Bool { try await succeeds("test", ["-e", place(path)]) }

    private static func kind(_ path: String) -> Bool? {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) ? isFolder : nil
    }

    static func isLocalFolder(_ path: String) -> Bool { kind(path) == true }

    private static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }

    private static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Takes all of standard input; in a folder the file has a name of multipass's.
    func receive(_ target: String) async throws {
        try await write(to: try await fileTarget("stream_output.dat", target))
    }

    /// Passes a file to standard output.
    func send(_ source: String) async throws {
        guard try await exists(source) else { throw Self.missing(source) }
        _ = try await succeeds("cat", [place(source)], input: true)
    }

    /// Copies what lies here into the machine.
    func push(_ source: String, to target: String) async throws {
        switch Self.kind(source) {
        case nil: throw Trouble("cannot access \(source): No such file or directory")
        case false?:
            let path = try await fileTarget(Self.name(source), target)
            try await Descriptors.leading(0, to: source, O_RDONLY) { try await write(to: path) }
            var status = stat()
            guard stat(source, &status) == 0 else {
                throw Trouble("cannot access \(source): No such file or directory")
            }
            _ = try await succeeds("chmod", [String(status.st_mode & 0o7777, radix: 8), place(path)])
        case true?:
            guard isRecursive else {
                throw Trouble("omitting local directory \(source): recursive mode not specified")
            }
            let path = try await folderTarget(Self.name(source), target)
            try await archived { archive in
                try await LocalRunner().output(of: Command("tar", ["-C", source, "-cf", archive, "."]))
                try await Descriptors.leading(0, to: archive, O_RDONLY) {
                    _ = try await succeeds("tar", ["-C", place(path), "--no-same-owner", "-xf", "-"], input: true)
                }
            }
        }
    }

    /// Copies what lies in the machine here.
    func pull(_ source: String, to target: String) async throws {
        if try await isFolder(source) {
            guard isRecursive else {
                throw Trouble("omitting remote directory \(source): recursive mode not specified")
            }
            let path = try localFolderTarget(Self.name(source), target)
            try await archived { archive in
                try await Descriptors.leading(1, to: archive, O_WRONLY | O_CREAT | O_TRUNC) {
                    _ = try await succeeds("tar", ["-C", place(source), "-cf", "-", "."], input: true)
                }
                try await LocalRunner().output(
                    of: Command("tar", ["-C", path, "--no-same-owner", "-xf", archive], effect: .changes))
            }
            return
        }
        guard try await exists(source) else { throw Self.missing(source) }
        let path = try localFileTarget(Self.name(source), target)
        try await Descriptors.leading(1, to: path, O_WRONLY | O_CREAT | O_TRUNC) { try await send(source) }
    }

    private static func missing(_ path: String) -> Trouble {
        Trouble("cannot open remote file \(path): SFTP server: No such file")
    }

    private func write(to path: String) async throws {
        guard try await succeeds("dd", ["of=\(place(path))", "status=none"], input: true) else {
            throw Trouble("cannot open remote file \(path): SFTP server: Failure")
        }
    }

    private func archived(_ work: (String) async throws -> Void) async throws {
        let archive = "\(folder)/archive-\(SystemRandom().identifier(length: 8))"
        defer { try? LocalFiles().remove(archive) }
        try await work(archive)
    }

    private func fileTarget(_ name: String, _ target: String) async throws -> String {
        guard try await exists(target) else {
            if makesParents { _ = try await succeeds("mkdir", ["-p", place(Self.parent(target))]) }
            guard try await exists(Self.parent(target)) else { throw Trouble("remote target does not exist") }
            return target
        }
        guard try await isFolder(target) else { return target }
        let path = "\(target)/\(name)"
        if try await isFolder(path) {
            throw Trouble("cannot overwrite remote directory \"\(path)\" with non-directory")
        }
        return path
    }

    private func folderTarget(_ name: String, _ target: String) async throws -> String {
        let options = makesParents ? ["-p"] : []
        func made(_ path: String) async throws -> String {
            if try await isFolder(path) { return path }
            if try await exists(path) {
                throw Trouble("cannot overwrite remote non-directory \(path) with directory")
            }
            guard try await succeeds("mkdir", options + [place(path)]) else {
                throw Trouble("cannot create remote directory \(path): SFTP server: No such file")
            }
            return path
        }
        return try await isFolder(target) ? made("\(target)/\(name)") : made(target)
    }

    private func localFileTarget(_ name: String, _ target: String) throws -> String {
        guard let isFolder = Self.kind(target) else {
            if makesParents { try LocalFiles().makeFolder(Self.parent(target), mode: 0o755) }
            guard Self.kind(Self.parent(target)) != nil else { throw Trouble("local target does not exist") }
            return target
        }
        guard isFolder else { return target }
        let path = "\(target)/\(name)"
        if Self.isLocalFolder(path) {
            throw Trouble("cannot overwrite local directory \(path) with non-directory")
        }
        return path
    }

    private func localFolderTarget(_ name: String, _ target: String) throws -> String {
        let path = Self.isLocalFolder(target) ? "\(target)/\(name)" : target
        if Self.kind(path) == false { throw Trouble("cannot overwrite local non-directory \(path) with directory") }
        if Self.kind(path) == nil {
            do {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: makesParents)
            } catch {
                throw Trouble("cannot create local directory \(path): No such file or directory")
            }
        }
        return path
    }
}
