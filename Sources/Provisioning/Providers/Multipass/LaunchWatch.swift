/// Tells whoever looks on what a launch is at: multipass itself says nothing before cloud-init is done.
struct LaunchWatch: Sendable {
    /// The pause between two looks at first, and the longer it lasts, the longer: a busy multipass does not take much.
    private static let pause: Duration = .seconds(5)
    /// How long one look may take.
    private static let timeout: Duration = .seconds(5)

    let member: MemberName
    let base: any CommandRunner
    let time: any TimeSource
    let limit: Duration

    /// Launches, and looks on meanwhile.
    func during(_ launch: @escaping @Sendable () async throws -> Void) async throws {
        guard let listener = Wait.listener else { return try await launch() }
        defer { listener.tell(nil) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await launch() }
            group.addTask { await look(listener) }
            // The look ends by nothing but this.
            while try await group.next() != nil { group.cancelAll() }
        }
    }

    private func look(_ listener: Wait.Listener) async {
        var wait = Wait(what: "multipass", since: time.elapsed, limit: limit)
        while true {
            listener.tell(wait)
            do { try await time.sleep(max(Self.pause, (time.elapsed - wait.since) / 8)) } catch { return }
            if let (what, detail) = await present() { (wait.what, wait.detail) = (what, detail) }
        }
    }

    /// What the launch waits for now; `nil` if unknown.
    private func present() async -> (what: String, detail: String?)? {
        let multipass = Multipass(LimitedRunner(base, most: Self.timeout))
        guard let instances = try? await multipass.list() else { return nil }
        switch instances.first(where: { $0.name == member.text })?.state {
        case nil: return ("multipass", "preparing the image")
        // Only where it runs: a command in it would start it again.
        case "Running":
            let inside = MultipassRunner(base: base, machine: member.text, time: time)
            return ("cloud-init", await CloudInit(inside).activity())
        default: return ("multipass", "booting")
        }
    }
}
