import Provisioning

extension StandIn {
    /// `exec NAME -- COMMAND`: starts a machine that is off, then runs the command in it and ends as it ends.
    func exec(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(
            arguments, taking: ["-d": "directory", "--working-directory": "directory"],
            flags: ["-n", "--no-map-working-directory"])
        guard let name = options.positional.first else { throw Refusal(code: 1, message: "Wrong number of arguments") }
        try contact("exec")
        try await passingTrouble(name)
        try await powerOnForExec(name)
        while let instance = try store.read().instances[name], !isUp(instance) {
            try await Task.sleep(for: .milliseconds(20))
        }
        let command = options.rest ?? Array(options.positional.dropFirst())
        return try await run(command.first == "sudo" ? Array(command.dropFirst()) : command, on: name)
    }

    private func passingTrouble(_ name: String) async throws {
        guard faults.of(name, \.resetExecs) != nil || faults.of(name, \.slowExecs) != nil else { return }
        let number = try await store.change { $0.count("exec \(name)") }
        if faults.of(name, \.resetExecs)?.contains(number) == true {
            throw Refusal.failed("exec", "ssh connection failed: 'Connection reset by peer'")
        }
        if faults.of(name, \.slowExecs)?.contains(number) == true {
            throw Refusal.failed("exec", "ssh connection failed: timed out after 5000 ms")
        }
    }

    private func powerOnForExec(_ name: String) async throws {
        switch try store.read().instances[name]?.phase {
        case nil, .preparing:
            let refusal = Refusal.absent("exec", name)
            throw Refusal(code: refusal.code, message: "\(refusal.message)\n\(refusal.message)")
        case .deleted: throw Refusal.deleted("exec", name)
        case .stopped: try await Terminal.spinning("Starting \(name)") { try await powerOn(name) }
        case .starting, .running: break
        }
    }

    /// What a namespace cannot answer is answered from the state; everything else really runs.
    private func run(_ command: [String], on name: String) async throws -> Int32 {
        guard let program = command.first else { return 0 }
        if let answer = try await Guest(name: name, store: store, faults: faults).answer(command) {
            Terminal.say(answer.output)
            if !answer.errors.isEmpty { Terminal.complain(answer.errors) }
            return answer.code
        }
        if let answer = try await SnapDaemon(name: name, store: store, machines: machines).answer(command) {
            Terminal.say(answer.output)
            if !answer.errors.isEmpty { Terminal.complain(answer.errors) }
            return answer.code
        }
        // It begins in the home of the VM's user.
        let result = try await machines.inside(name).run(
            Command(program, Array(command.dropFirst()), effect: .changes, output: .terminal)
                .wrapped(in: "sh", ["-c", #"cd "$0" && exec "$@""#, try store.home(name)]))
        switch result.ending {
        case .exited(let code): return code
        case .signalled: return 255
        }
    }
}
