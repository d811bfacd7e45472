/// Removes what is kept about the cluster; last, so that nothing is forgotten that still exists.
struct RemoveFiles: Step {
    let title = "remove the files"
    let member: MemberName? = nil

    func isDone(_ context: PlanContext) async throws -> Bool { try context.files.kind(of: context.folder.path) == nil }

    func run(_ context: PlanContext) async throws {
        try context.files.remove(context.folder.path)
        let clusters = ClusterFolder.clusters(in: context.folder.runtime)
        if try context.files.names(in: clusters).isEmpty { try context.files.remove(clusters) }
    }
}
