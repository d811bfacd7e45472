/// Removes what is kept about the cluster; last, so that nothing is forgotten that still exists.
struct RemoveFiles: Step {
    let title = "remove the files"
    let member: MemberName? = nil

    func isDone(_ context: PlanContext) async throws -> Bool { try context.files.kind(of: context.folder.path) == nil }

    func run(_ context: PlanContext) async throws {
        try context.folder.remove(context.files)
    }
}
