/// Makes a network on all members: prepared on each, and then once for all.
struct NetworkCreation {
    let name: String
    let members: [String]
    /// The keys of its configuration, each with its value.
    let keys: [String]
    /// The keys that each member has for itself.
    var memberKeys: [String] = []

    func run(_ client: LXC, _ context: PlanContext) async throws {
        try await StepScope.forEach(members) { try await client.prepareNetwork(name, on: $0, memberKeys) }
        do {
            try await client.createNetwork(name, configuration: keys)
        } catch let failure as Failure where failure.code == .commandFailed {
            // A client that was killed leaves a daemon that continues, and may have ended by now.
            if failure.engineError == .networkCreated { return }
            if try await client.network(name)?.status == "Errored" { throw failure }
            guard try await Self.isFinished(name, client, context) else { throw failure }
        }
    }

    /// Waits for a daemon that may still be creating the network, and returns whether it is created then.
    static func isFinished(_ name: String, _ client: LXC, _ context: PlanContext) async throws -> Bool {
        do {
            return try await context.time.wait(
                for: "the network \(name)", limit: Initialization.timeout, every: context.provider.traits.pollInterval
            ) { try await client.network(name)?.status == "Created" ? true : nil }
        } catch let failure as Failure where failure.code == .timedOut {
            return false
        }
    }
}
