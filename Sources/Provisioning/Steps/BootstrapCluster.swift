/// Makes the first member a cluster of one, with its storage pool and default profile.
struct BootstrapCluster: Step {
    let title = "bootstrap the cluster"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.client(in: name).server().environment.isClustered
    }

    func run(_ context: PlanContext) async throws {
        let address = try await context.provider.address(of: name, in: context.store.record)
        let trust = try await context.client(in: name).server().trust
        let preseed = try await Preseed(context: context, member: name)
            .first(address: address, trust: trust, secret: context.endpoint(name).secret)
        try context.files.makeFolder(context.folder.lxd(name), mode: ClusterFolder.folderMode)
        try context.files.write(preseed, to: context.folder.preseed(name), mode: ClusterFolder.fileMode)
        try await LXD(context.provider.runner(in: name), engine: context.engine)
            .initialize(preseed: preseed, touches: [.machine(name.text)], limit: context.limits.initialize)
    }
}
