/// Waits until one VM is set up: its address, cloud-init, the restart that it may ask for, and LXD.
struct MultipassSetup: Sendable {
    let member: MemberName
    let multipass: Multipass
    let inside: any CommandRunner
    let engine: Engine
    let time: any TimeSource
    let interval: Duration
    let hint: String

    /// What `cloud-init status` says.
    enum CloudInit: Equatable {
        case running, done
        case failed(String)

        /// Reads `status: done` and the like; a machine that boots says nothing yet.
        init(_ output: String) {
            let line = output.split(separator: "\n").last { $0.hasPrefix("status:") }
            switch line?.dropFirst(7).trimmed {
            case "done", "disabled": self = .done
            case "error": self = .failed(output.trimmed)
            case let word? where word.hasPrefix("degraded"): self = .done
            default: self = .running
            }
        }
    }

    func isSettled() async throws -> Bool {
        do {
            guard try await cloudInit(.reads) == .done else { return false }
            _ = try await LXC(inside, engine: engine).server()
            return true
        } catch let failure as Failure where failure.code == .commandFailed {
            return false
        }
    }

    func settle(limit: Duration) async throws {
        let end = time.elapsed + limit
        try await waitForAddress(limit: limit)
        try await waitForCloudInit(limit: end - time.elapsed)
        if try await wantsRestart() {
            try await restart(limit: end - time.elapsed)
            try await waitForAddress(limit: end - time.elapsed)
            try await waitForCloudInit(limit: end - time.elapsed)
        }
        _ = try await wait(for: "\(engine.title) on \(member)", limit: end - time.elapsed) {
            try await LXC(inside, engine: engine).server(.awaits)
        }
    }

    /// A VM that boots is absent from `list` at first, then without an address.
    private func waitForAddress(limit: Duration) async throws {
        if StepScope.isReview { return }
        _ = try await time.wait(for: "the address of \(member)", limit: limit, every: interval, remedy: "read \(hint)")
        {
            let instance = try await multipass.list().first { $0.name == member.text }
            return instance?.state == "Running" ? instance?.address : nil
        }
    }

    private func waitForCloudInit(limit: Duration) async throws {
        let status = try await wait(for: "cloud-init on \(member)", limit: limit) {
            let status = try await cloudInit(.awaits)
            return status == .running ? nil : status
        }
        if case .failed(let output) = status {
            throw Failure(
                .conflict, "cloud-init failed on \(member), though multipass launched it", output: output,
                remedy: "read \(hint); mend the user-data, then bcmcluster destroy -c \(member.cluster) and up again")
        }
    }

    private func cloudInit(_ effect: Command.Effect) async throws -> CloudInit {
        let command = Command("cloud-init", ["status", "--long"], effect: effect, assumed: "status: done\n")
        // Statuses 1 and 2 tell of errors, which the text tells better.
        let result = try await inside.run(command)
        return CloudInit(result.output)
    }

    private func wantsRestart() async throws -> Bool {
        let file = "/var/run/reboot-required"
        let command = Command("ls", [file], effect: .awaits, assumed: "")
        return try await inside.run(command).output.contains(file)
    }

    /// A restart that fails may have worked all the same; what counts is that the machine comes back.
    private func restart(limit: Duration) async throws {
        do {
            try await multipass.restart(member.text, limit: limit)
        } catch let failure as Failure where failure.code == .commandFailed {
            return
        }
    }

    /// A VM that is not up yet fails commands; only the limit ends the wait.
    private func wait<Answer>(
        for what: String, limit: Duration, until probe: () async throws -> Answer?
    ) async throws -> Answer {
        try await time.wait(for: what, limit: limit, every: interval, remedy: "read \(hint)") {
            do {
                return try await probe()
            } catch let failure as Failure where failure.code == .commandFailed {
                return nil
            }
        }
    }
}
