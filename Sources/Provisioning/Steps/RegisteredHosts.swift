/// Writes a host to the registered ones, in the place of one of the same name.
struct RegisterHost: Step {
    let title = "register the host"
    let host: Host

    func isDone(_ context: HostContext) async throws -> Bool { false }

    func run(_ context: HostContext) async throws { try await context.hosts.add(host) }
}

/// Removes a host from the registered ones.
struct UnregisterHost: Step {
    let title = "remove the host from the registered ones"
    let name: HostName
    /// Throws where that is not allowed any more, while no other run changes the hosts.
    let check: @Sendable () throws -> Void

    func isDone(_ context: HostContext) async throws -> Bool {
        try !context.hosts.all().contains { $0.name == name }
    }

    func run(_ context: HostContext) async throws { try await context.hosts.remove(name, check: check) }
}
