/// Typed commands of coreutils and findutils: files of root's, on whatever machine the runner reaches.
package struct RootFiles: Sendable {
    private let runner: any CommandRunner

    /// The files that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// The symbolic links at most that deep below the folder, by path relative to it, with what they point at.
    ///
    /// A link is a small note: it is made at once or not at all, and one command reads all of them.
    package func links(
        below folder: String, depth: Int, about: Set<Subject> = []
    ) async throws -> [String: String] {
        try await links(
            by: [folder, "-mindepth", "1", "-maxdepth", "\(depth)", "-type", "l", "-printf", "%P %l\\n"], about)
    }

    /// Those of the paths that are symbolic links, with what they point at.
    package func links(at paths: [String], about: Set<Subject> = []) async throws -> [String: String] {
        try await links(by: paths + ["-maxdepth", "0", "-type", "l", "-printf", "%p %l\\n"], about)
    }

    /// The symbolic links below the folder that lead into another, by their paths, with what they point at; those below
    /// `other`, which may be many and are somebody else's, are left out.
    func links(below folder: String, into target: String, without other: String, about: Set<Subject>) async throws
        -> [String: String]
    {
        try await links(
            by: [
                folder, "-xdev", "-path", other, "-prune", "-o", "-type", "l", "-lname", "\(target)/*", "-printf",
                "%p %l\\n",
            ], about)
    }

    /// Lets a link point elsewhere.
    func link(_ path: String, to target: String, touches: Set<Subject>) async throws {
        try await change("ln", ["--symbolic", "--force", "--no-dereference", "--", target, path], touches: touches)
    }

    private func links(by arguments: [String], _ about: Set<Subject>) async throws -> [String: String] {
        let command = Command("find", arguments, about: about)
        let result = try await runner.run(command)
        guard result.succeeded || result.reports(SystemError.noSuchFile) else { throw Failure(command, result) }
        var links: [String: String] = [:]
        for line in result.output.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2 { links[String(parts[0])] = String(parts[1]) }
        }
        return links
    }

    /// The file-system number of each path that is there, links followed.
    package func inodes(of paths: [String]) async throws -> [String: String] {
        if paths.isEmpty { return [:] }
        let command = Command("stat", ["--dereference", "--format=%i %n"] + paths)
        var inodes: [String: String] = [:]
        for line in try await runner.run(command).output.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2 { inodes[String(parts[1])] = String(parts[0]) }
        }
        return inodes
    }

    /// When each path that is there was last changed, in seconds since 1970, links not followed.
    package func times(of paths: [String]) async throws -> [String: Int] {
        if paths.isEmpty { return [:] }
        var times: [String: Int] = [:]
        for line in try await runner.run(Command("stat", ["--format=%Y %n"] + paths)).output.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2, let time = Int(parts[0]), Bounds.times.contains(time) {
                times[String(parts[1])] = time
            }
        }
        return times
    }

    /// Leaves a note; false where there is one of that name already.
    ///
    /// Another cluster that goes takes folders along that are empty just then: they are made again.
    package func leaveNote(_ path: String, saying text: String, touches: Set<Subject> = []) async throws -> Bool {
        let (command, result) = try await link([], path, to: text, touches)
        guard result.succeeded || result.reports(SystemError.fileExists) else { throw Failure(command, result) }
        return result.succeeded
    }

    /// Leaves a note, in one go in the place of one of that name.
    package func putNote(_ path: String, saying text: String) async throws {
        let (command, result) = try await link(["--force"], path, to: text)
        guard result.succeeded else { throw Failure(command, result) }
    }

    /// Makes a symbolic link, and its folder where that is missing.
    private func link(
        _ options: [String], _ path: String, to text: String, _ touches: Set<Subject> = []
    ) async throws -> (Command, CommandResult) {
        let command = Command(
            "ln", ["--symbolic"] + options + ["--no-target-directory", text, path], effect: .changes, touches: touches)
        let result = try await runner.run(command)
        guard result.reports(SystemError.noSuchFile) else { return (command, result) }
        try await makeFolders([String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])], mode: "0711")
        return (command, try await runner.run(command))
    }

    /// Makes folders, and those above them that are missing.
    package func makeFolders(_ paths: [String], mode: String, touches: Set<Subject> = []) async throws {
        try await change("install", ["--directory", "--mode=\(mode)"] + paths, touches: touches)
    }

    /// What a file holds; `nil` where there is none.
    package func read(_ path: String) async throws -> String? {
        let command = Command("cat", ["--", path])
        let result = try await runner.run(command)
        guard result.succeeded || result.reports(SystemError.noSuchFile) else { throw Failure(command, result) }
        return result.succeeded ? result.output : nil
    }

    /// What all files of that name at that depth below the folder hold, one after the other.
    func contents(named name: String, below folder: String, depth: Int) async throws -> String {
        let place = [folder, "-mindepth", "\(depth)", "-maxdepth", "\(depth)", "-type", "f", "-name", name]
        let command = Command("find", place + ["-exec", "cat", "--", "{}", "+"])
        let result = try await runner.run(command)
        guard result.succeeded || result.reports(SystemError.noSuchFile) else { throw Failure(command, result) }
        return result.output
    }

    /// Writes a file.
    package func write(_ text: String, to path: String, mode: String, touches: Set<Subject> = []) async throws {
        let words = ["--mode=\(mode)", "/dev/stdin", path]
        try await runner.output(of: Command("install", words, input: text, effect: .changes, touches: touches))
    }

    /// Removes files and folders with all that is in them; none there is fine.
    package func remove(
        _ paths: [String], touches: Set<Subject> = [], limit: Duration = .seconds(120)
    ) async throws {
        let how = ["--recursive", "--force", "--one-file-system", "--"]
        try await change("rm", how + paths, touches: touches, limit: limit)
    }

    /// Removes all that is in a folder, which stays; what is mounted below it stays too.
    package func empty(_ folder: String, touches: Set<Subject> = [], limit: Duration = .seconds(600)) async throws {
        try await change("find", [folder, "-xdev", "-mindepth", "1", "-delete"], touches: touches, limit: limit)
    }

    /// Removes folders that are empty; others stay, and so does one on which a file system is mounted.
    ///
    /// Another run may have removed one already.
    package func removeEmptyFolders(_ paths: [String]) async throws {
        let command = Command("rmdir", ["--ignore-fail-on-non-empty", "--"] + paths, effect: .changes)
        let result = try await runner.run(command)
        guard result.succeeded(but: .busy, .noSuchFile) else { throw Failure(command, result) }
    }

    private func change(
        _ program: String, _ arguments: [String], touches: Set<Subject> = [], limit: Duration = .seconds(120)
    ) async throws {
        try await runner.output(of: Command(program, arguments, limit: limit, effect: .changes, touches: touches))
    }
}
