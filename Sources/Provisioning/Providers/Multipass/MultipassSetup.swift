/// Waits until one VM is set up: its address, cloud-init, the engine, and the restart that its packages may ask for.
struct MultipassSetup: Sendable {
    let member: MemberName
    let multipass: Multipass
    let inside: any CommandRunner
    let engine: Engine
    let time: any TimeSource
    let interval: Duration
    let hint: String
    /// The channel that the engine has to be of; `nil` takes any version.
    let channel: SnapChannel?
    /// The machine's address; `nil` while it has none.
    let address: @Sendable () async throws -> IPv4?

    /// The pause between two looks at what cloud-init is doing: each is one command more in the VM.
    private static let pause: Duration = .seconds(5)

    func isSettled() async throws -> Bool {
        do {
            // A member of a cluster is set up; cloud-init takes a second of a processor to say so.
            let server = try await LXC(inside, engine: engine).server()
            if server.environment.isClustered { return true }
            guard isAsAsked(server) else { return false }
            return try await cloudInit.status(.reads) == .done
        } catch let failure as Failure where Self.isNoAnswer(failure) {
            return false
        }
    }

    /// Waits until it is set up, and restarts it where its packages ask for that and it is in no cluster yet: what runs
    /// on a member is not stopped by a wait.
    func settle(limit: Duration) async throws {
        let end = time.elapsed + limit
        let server = try await waitForAll(until: end)
        if server.environment.isClustered { return }
        try check(server)
        guard try await wantsRestart() else { return }
        try await restart(limit: end - time.elapsed)
        _ = try await waitForAll(until: end)
    }

    /// Whether the version of a server that is in no cluster is of the channel.
    private func isAsAsked(_ server: ServerInfo) -> Bool { channel?.accepts(server.environment.version) ?? true }

    /// User-data may have failed unseen, and an image may bring an engine of its own; a review knows no version.
    private func check(_ server: ServerInfo) throws {
        let version = server.environment.version
        guard let channel, !isAsAsked(server) else { return }
        throw Failure(
            .conflict, "\(engine.title) on \(member) is \(version), and the channel \(channel.text) was asked for",
            hint:
                "read \(hint); to take the version that runs: bcmcluster up -c \(member.cluster) --channel \(SnapChannel.stable(of: version).text)"
        )
    }

    private func waitForAll(until end: Duration) async throws -> ServerInfo {
        try await waitForAddress(limit: end - time.elapsed)
        try await waitForCloudInit(limit: end - time.elapsed)
        return try await wait(for: "\(engine.title) on \(member)", limit: end - time.elapsed) { _ in
            try await LXC(inside, engine: engine).server(.awaits, assuming: channel?.track ?? "\(engine.oldest).0")
        }
    }

    /// A VM that boots is absent from `list` at first, then without an address.
    private func waitForAddress(limit: Duration) async throws {
        _ = try await wait(for: "the address of \(member)", limit: limit, assuming: IP.anywhere) { _ in
            try await address()
        }
    }

    private func waitForCloudInit(limit: Duration) async throws {
        var nextLook = time.elapsed
        let status = try await wait(for: "cloud-init on \(member)", limit: limit) { detail in
            let status = try await cloudInit.status(.awaits)
            guard status == .running else { return status }
            if time.elapsed >= nextLook {
                detail = await cloudInit.activity() ?? detail
                nextLook = time.elapsed + Self.pause
            }
            return nil
        }
        if case .failed(let output) = status {
            throw Failure(
                .conflict, "cloud-init failed on \(member), though multipass launched it", output: output,
                hint:
                    "read \(hint); then bcmcluster destroy -c \(member.cluster), and up again with other flags or another user-data"
            )
        }
    }

    private var cloudInit: CloudInit { CloudInit(inside) }

    private static func isNoAnswer(_ failure: Failure) -> Bool { [.commandFailed, .timedOut].contains(failure.code) }

    private func wantsRestart() async throws -> Bool {
        let file = "/var/run/reboot-required"
        let command = Command("ls", [file], effect: .awaits)
        return try await inside.run(command).output.contains(file)
    }

    /// A restart that fails may have worked all the same; what counts is that the machine comes back.
    private func restart(limit: Duration) async throws {
        do {
            try await time.telling(of: "the restart that cloud-init asked for", limit: limit) {
                try await multipass.restart(member.text, limit: limit)
            }
        } catch let failure as Failure where Self.isNoAnswer(failure) {
            return
        }
    }

    /// A VM that is not up yet fails commands; only the limit ends the wait.
    private func wait<Answer>(
        for what: String, limit: Duration, assuming assumed: Answer? = nil,
        until probe: (inout String?) async throws -> Answer?
    ) async throws -> Answer {
        try await time.wait(for: what, limit: limit, every: interval, hint: "read \(hint)", assuming: assumed) {
            detail in
            do {
                return try await probe(&detail)
            } catch let failure as Failure where failure.code == .commandFailed {
                return nil
            }
        }
    }
}
