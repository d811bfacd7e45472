import Provisioning

extension StandIn {
    /// `transfer SOURCE TARGET`, one of them `NAME:path`, the other a local path or `-`.
    func transfer(_ arguments: [String]) async throws -> Int32 {
        let ends = try Options(arguments, flags: ["-p", "--parents", "-r", "--recursive"]).positional.map(End.init)
        guard ends.count == 2, ends.contains(where: { $0.machine != nil }) else {
            throw Refusal(code: 1, message: "An instance name is needed for either source or destination")
        }
        try contact("transfer")
        guard let name = ends.compactMap(\.machine).first else { return 1 }
        let instance = try store.read().instances[name]
        guard let instance, instance.phase != .preparing else { throw Refusal.absent("transfer", name) }
        if instance.phase == .deleted { throw Refusal.deleted("transfer", name) }
        guard instance.phase == .running else {
            throw Refusal.failed("transfer", "instance \"\(name)\" is not running")
        }
        return try await ends[0].machine == nil
            ? upload(ends[0].path, to: ends[1], name) : download(ends[0], name, to: ends[1].path)
    }

    private struct End {
        var machine: String?
        var path: String

        init(_ text: String) {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            machine = parts.count == 2 ? parts[0] : nil
            path = parts.count == 2 ? parts[1] : text
        }
    }

    private func upload(_ path: String, to target: End, _ name: String) async throws -> Int32 {
        var place = try place(target, name)
        // What comes from standard input has no name of its own, and gets this one in a folder.
        let isFolder = try await machines.inside(name).run(Command("test", ["-d", place])).succeeded
        if isFolder { place += path == "-" ? "/stream_output.dat" : "/\(path.split(separator: "/").last ?? "")" }
        var command = Command("dd", ["of=\(place)", "status=none"], effect: .changes)
        if path == "-" {
            command.output = .terminal
        } else {
            command.input = try LocalFiles().read(path)
        }
        return try await code(machines.inside(name, mostInput: .max).run(command))
    }

    private func download(_ source: End, _ name: String, to path: String) async throws -> Int32 {
        var command = Command("cat", [try place(source, name)])
        if path == "-" { command.output = .terminal }
        let result = try await machines.inside(name).run(command)
        if path != "-", result.succeeded { try LocalFiles().write(result.output, to: path, mode: 0o644) }
        return code(result)
    }

    /// A relative path starts at the guest's home, which is a folder in the stand-in's own.
    private func place(_ end: End, _ name: String) throws -> String {
        if end.path.hasPrefix("/") { return end.path }
        return "\(try store.home(name))/\(end.path)"
    }

    private func code(_ result: CommandResult) -> Int32 { result.succeeded ? 0 : 2 }
}
