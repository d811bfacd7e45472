import Provisioning

extension StandIn {
    /// `exec NAME -- COMMAND`: starts a machine that is off, then runs the command in it and ends as it ends.
    func exec(_ arguments: [String]) async throws -> Int32 {
        let options = try execOptions(arguments)
        let name = options.positional[0]
        try await contact("exec")
        let number = try await countExec(name)
        let folder = try await folder(options, name)
        try await powerOnForExec(name)
        while let instance = try store.read().instances[name], !isUp(instance) {
            try await Task.sleep(for: .milliseconds(20))
        }
        // Only the client waits here: it talks to the machine itself.
        try await waitWhileHung([name])
        try failInPassing(name, number)
        let command = Array(options.positional.dropFirst())
        guard faults.of(name, \.stalledExecs)?.contains(number) == true else {
            return try await run(command, in: folder, on: name)
        }
        return try await Stall.lasting(faults.of(name, \.stallSeconds) ?? 60, in: store.folder) {
            try await run(command, in: folder, on: name)
        }
    }

    private func execOptions(_ arguments: [String]) throws -> Options {
        let options: Options
        do {
            options = try Options(
                arguments, taking: ["-d": "directory", "--working-directory": "directory"],
                flags: ["-n", "--no-map-working-directory"])
        } catch let refusal as Refusal where refusal.message.hasPrefix("Unknown") && !arguments.contains("--") {
            let way = "multipass exec <instance> -- <command> <arguments>"
            throw Refusal(
                code: 1,
                message:
                    "\(refusal.message)\n\nOptions to the inner command should come after \"--\", like this:\n\(way)")
        }
        if options.values["directory"] != nil && options.has("-n", "--no-map-working-directory") {
            throw Refusal(
                code: 1, message: "Options --working-directory and --no-map-working-directory clash")
        }
        guard options.positional.count >= 2 else { throw Refusal(code: 1, message: "Wrong number of arguments") }
        return options
    }

    /// Which call of `exec` this is; counted only where a fault asks for it.
    private func countExec(_ name: String) async throws -> Int {
        let lists = [\Faults.Machine.resetExecs, \.slowExecs, \.timeoutExecs, \.stalledExecs]
        guard lists.contains(where: { faults.of(name, $0) != nil }) else { return 0 }
        return try await store.change { $0.count("exec \(name)") }
    }

    private func failInPassing(_ name: String, _ number: Int) throws {
        let messages: [(KeyPath<Faults.Machine, [Int]?>, String)] = [
            (\.resetExecs, "[ssh client] could not obtain exit state: 'Connection reset by peer'"),
            (\.slowExecs, "ssh connection failed: timed out after 5000 ms"),
            (\.timeoutExecs, "ssh connection failed: 'Timeout connecting to 10.96.252.144'"),
        ]
        for (list, message) in messages where faults.of(name, list)?.contains(number) == true {
            throw Refusal.failed("exec", message)
        }
    }

    /// The folder that the command runs in; for the caller's own the client asks the daemon what is mounted.
    private func folder(_ options: Options, _ name: String) async throws -> String? {
        if let folder = options.values["directory"] {
            return folder.hasPrefix("/") ? folder : "\(try store.home(name))/\(folder)"
        }
        if options.has("-n", "--no-map-working-directory") { return nil }
        guard let instance = try store.read().instances[name], instance.phase != .preparing else {
            // It says so, and continues to the daemon's next refusal all the same.
            Terminal.complain(Refusal.absent("exec", name).message)
            return nil
        }
        let folder = mapped(instance)
        try await waitForMainThread()
        return folder
    }

    private func powerOnForExec(_ name: String) async throws {
        switch try store.read().instances[name]?.phase {
        case nil, .preparing: throw Refusal.absent("exec", name)
        case .deleted: throw Refusal.deleted("exec", name)
        case .stopped: try await Terminal.spinning("Starting \(name)") { try await delegate(.start, [name]) }
        case .starting, .running: break
        }
    }

    /// What a namespace cannot answer is answered from the state; everything else really runs.
    private func run(_ command: [String], in folder: String?, on name: String) async throws -> Int32 {
        let isRoot = command.first == "sudo"
        let words = isRoot ? Array(command.dropFirst()) : command
        if let folder { return try await run(words, isRoot: isRoot, in: folder, on: name) }
        guard !words.isEmpty else { return 0 }
        let guest = Guest(name: name, store: store, machines: machines, faults: faults, isRoot: isRoot)
        if let answer = try await guest.answer(words) {
            Terminal.say(answer.output)
            if !answer.errors.isEmpty { Terminal.complain(answer.errors) }
            return answer.code
        }
        // It begins in the home of the machine's user.
        return try await end(of: ["sh", "-c", #"cd "$0" && exec "$@""#, try store.home(name)] + words, on: name)
    }

    /// In a folder a command of root's becomes a line of shell of another user's; any other keeps its words.
    private func run(_ words: [String], isRoot: Bool, in folder: String, on name: String) async throws -> Int32 {
        guard isRoot else {
            return try await end(of: ["sh", "-c", #"cd "$0" && exec "$@""#, folder] + words, on: name)
        }
        let user = "setpriv --reuid=65534 --regid=65534 --clear-groups"
        return try await end(
            of: ["sh", "-c", "cd \(folder) && \(user) \(words.joined(separator: " "))"], on: name)
    }

    private func end(of words: [String], on name: String) async throws -> Int32 {
        let result = try await machines.inside(name).run(
            Command(words[0], Array(words.dropFirst()), effect: .changes, output: .terminal))
        switch result.ending {
        case .exited(let code): return code
        case .signalled: return 255
        }
    }
}
