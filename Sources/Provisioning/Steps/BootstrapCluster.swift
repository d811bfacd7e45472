/// Makes the first member a cluster of one, with its storage pool and default profile.
struct BootstrapCluster: Step {
    let title = "bootstrap the cluster"
    let name: MemberName

    var member: MemberName? { name }
    var log: MachineLog.Topic? { .daemon }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.client(in: name).server().environment.isClustered
    }

    func run(_ context: PlanContext) async throws {
        try await checkThatNothingWasLost(context)
        try await Initialization(
            context: context, member: name, touches: [.machine(name.text)], preseed: { try await preseed(context) },
            clear: {}
        ).run()
    }

    /// A first member that has lost its data must not begin a second cluster beside what is left of the first.
    private func checkThatNothingWasLost(_ context: PlanContext) async throws {
        guard try context.files.kind(of: context.folder.certificate(name)) != nil else { return }
        for other in await context.store.record.members.map(\.name) where other != name {
            guard let server = try? await context.client(in: other).server(), server.environment.isClustered else {
                continue
            }
            throw Failure(
                .conflict, "\(name) has lost its data, and \(other) is still in the cluster that it began",
                remedy:
                    "bcmcluster repair -c \(name.cluster) makes another the first, and lets \(name) join anew")
        }
    }

    private func preseed(_ context: PlanContext) async throws -> String {
        let address = try await context.provider.address(of: name, in: context.store.record)
        let trust = try await context.client(in: name).server().trust
        return try await Preseed(context: context, member: name)
            .first(address: address, trust: trust, secret: context.endpoint(name).secret)
    }
}
