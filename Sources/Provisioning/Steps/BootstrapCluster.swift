/// Makes the first member a cluster of one, with its storage pool and default profile.
struct BootstrapCluster: Step {
    let title = "bootstrap the cluster"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.client(in: name).server().environment.isClustered
    }

    func run(_ context: PlanContext) async throws {
        try await Initialization(
            context: context, member: name, touches: [.machine(name.text)], preseed: { try await preseed(context) },
            clear: {}
        ).run()
    }

    private func preseed(_ context: PlanContext) async throws -> String {
        let address = try await context.provider.address(of: name, in: context.store.record)
        let trust = try await context.client(in: name).server().trust
        return try await Preseed(context: context, member: name)
            .first(address: address, trust: trust, secret: context.endpoint(name).secret)
    }
}
