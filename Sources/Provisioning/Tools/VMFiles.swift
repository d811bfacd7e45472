/// Copies files and folders into a multipass VM, and out of it, as the VM's own user.
///
/// Content goes through standard input and output: the snap cannot open every file here. Relative paths in the VM begin at
/// the home of its user.
package struct VMFiles: Sendable {
    /// How long a look into the VM may take.
    private static let timeout: Duration = .seconds(120)

    private let runner: any CommandRunner
    private let name: String
    private let limit: Duration

    /// The files of the VM of that name, where the runner reaches multipass; the limit is that of one copy.
    package init(_ runner: any CommandRunner, of name: String, limit: Duration) {
        self.runner = runner
        self.name = name
        self.limit = limit
    }

    /// Whether a folder stands at the path.
    package func isFolder(_ path: String) async throws -> Bool { try await test("-d", path) }

    /// Copies a file here, or `-` for our standard input, to the path, or into the folder that stands there.
    ///
    /// Throws `Failure.badInput` where it would be in the place of a folder, or would have no name there.
    package func upload(_ file: String, to path: String) async throws {
        var target = path
        if try await isInto(path) { target = try Self.joined(path, nameOf(file, in: path)) }
        // A transfer to a folder writes a file of another name there, and says nothing.
        if target != path, try await isFolder(target) {
            throw Failure(.badInput, "\(name):\(target) is a folder", hint: "choose another name for the file")
        }
        try await send(file, to: target)
    }

    /// Whether the path is that of a folder that things are put into.
    private func isInto(_ path: String) async throws -> Bool {
        if path.isEmpty || path.hasSuffix("/") { return true }
        return try await isFolder(path)
    }

    private func nameOf(_ file: String, in path: String) throws -> String {
        guard file != "-" else {
            throw Failure(
                .badInput, "\(name):\(path) is a folder, and what comes from standard input has no name",
                hint: "write \(name):\(Self.joined(path, "FILE"))")
        }
        return Self.lastPart(file)
    }

    /// Copies a file to one here, or to `-` for our standard output; it is there whole or not at all.
    ///
    /// Throws `Failure.badInput` where a folder stands at the path.
    package func download(_ path: String, to file: String) async throws {
        guard try await !isFolder(path) else {
            throw Failure(
                .badInput, "\(name):\(path) is a folder", hint: "-r copies folders, with all that is in them")
        }
        var command = Command(Multipass.program, ["transfer", "\(name):\(path)", "-"], limit: limit, effect: .changes)
        (command.outputFile, command.pipesFiles) = (file, true)
        try await runner.output(of: command)
    }

    /// Copies a folder here, with all that is in it: into the folder that stands at the path, under its own name, or to
    /// the path itself.
    ///
    /// - Parameters:
    ///   - folder: the folder here.
    ///   - path: where it goes.
    ///   - archive: a file here that does not exist, for the time of the copy.
    ///   - here: what runs commands on this machine.
    /// - Throws: `Failure.commandFailed` where any part of the copy fails.
    package func upload(folder: String, to path: String, by archive: String, here: any CommandRunner) async throws {
        let isThere = try await isFolder(path.isEmpty ? "." : path)
        let target = isThere ? Self.joined(path, Self.lastPart(folder)) : Self.withoutSlashes(path)
        var pack = Command("tar", ["-C", folder, "-cf", archive, "."], limit: limit, effect: .changes)
        // macOS adds a file of its own for each that has attributes.
        pack.environment = ["COPYFILE_DISABLE": "1"]
        try await here.output(of: pack)
        try await withTemporaryFolder { temporary in
            try await send(archive, to: "\(temporary)/archive")
            try await runner.output(of: inside(["mkdir"] + (isThere ? ["-p"] : []) + ["--", target], .changes))
            try await runner.output(
                of: inside(["tar", "-C", target, "-xf", "\(temporary)/archive"], .changes, limit: limit))
        }
    }

    /// Copies a folder, with all that is in it, into one that exists here and is empty, or is added to.
    ///
    /// - Parameters:
    ///   - path: the folder in the VM.
    ///   - folder: the folder here that gets its content.
    ///   - archive: a file here that does not exist, for the time of the copy.
    ///   - here: what runs commands on this machine.
    /// - Throws: `Failure.commandFailed` where any part of the copy fails.
    package func download(folder path: String, to folder: String, by archive: String, here: any CommandRunner)
        async throws
    {
        var pack = inside(["tar", "-C", path.isEmpty ? "." : path, "-cf", "-", "."], .changes, limit: limit)
        (pack.outputFile, pack.pipesFiles) = (archive, true)
        try await runner.output(of: pack)
        try await here.output(
            of: Command(
                "tar", ["-C", folder, "--no-same-owner", "--no-same-permissions", "-xf", archive], limit: limit,
                effect: .changes))
    }

    /// Does the work with a folder in the VM that only its user can enter, and that is removed however the work ends.
    func withTemporaryFolder<Answer: Sendable>(_ work: (String) async throws -> Answer) async throws -> Answer {
        let pattern = "/var/tmp/bcmcluster.XXXXXXXX"
        var make = inside(["mktemp", "-d", pattern], .changes)
        make.assumed = pattern
        let printed = try await runner.output(of: make)
        // An `exec` that starts the VM first prints that before.
        let folder = printed.split(whereSeparator: \.isNewline).last.map { $0.trimmed } ?? ""
        guard let start = folder.firstRange(of: "/var/tmp/bcmcluster.") else {
            throw Failure(.conflict, "mktemp in \(name) printed no folder", output: printed)
        }
        let temporary = String(folder[start.lowerBound...])
        do {
            let answer = try await work(temporary)
            await remove(temporary)
            return answer
        } catch {
            await remove(temporary)
            throw error
        }
    }

    /// In a task of its own, which is not cancelled with this one.
    private func remove(_ folder: String) async {
        var command = inside(["rm", "-rf", "--", folder], .changes)
        command.outlivesCancellation = true
        let removal = command
        _ = await Task { try? await runner.run(removal) }.value
    }

    /// Writes that file, or our standard input, to exactly that path, at which no folder stands.
    func send(_ file: String, to path: String) async throws {
        var command = Command(Multipass.program, ["transfer", "-", "\(name):\(path)"], limit: limit, effect: .changes)
        (command.inputFile, command.pipesFiles) = (file, true)
        try await runner.output(of: command)
    }

    /// Throws `Failure.badInput` for a folder that is named by `..`, which has no name of its own to go under.
    package static func checkHasName(_ folder: String) throws {
        guard lastPart(folder) == ".." else { return }
        throw Failure(
            .badInput, "\(Shell.quoted(folder.clipped)) does not name the folder itself",
            hint: "write its path without .. at the end")
    }

    private func test(_ option: String, _ path: String) async throws -> Bool {
        let command = inside(["test", option, path], .reads).needed
        let result = try await runner.run(command)
        switch result.ending {
        case .exited(0): return true
        case .exited(1): return false
        default: throw Failure(command, result)
        }
    }

    private func inside(_ words: [String], _ effect: Command.Effect, limit: Duration = timeout) -> Command {
        Command(
            Multipass.program, Multipass.exec(name) + words, limit: limit, effect: effect, about: [.machine(name)])
    }

    // MARK: Paths

    /// The name in the folder of that path; the empty path is the home.
    static func joined(_ folder: String, _ name: String) -> String {
        folder.isEmpty || folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    /// The last part of a path.
    package static func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private static func withoutSlashes(_ path: String) -> String {
        var rest = path[...]
        while rest.count > 1, rest.hasSuffix("/") { rest = rest.dropLast() }
        return String(rest)
    }
}
