/// Renames a state that cannot be read, before a new one is written.
struct SetAsideDamagedState: Step {
    let title = "keep the damaged state"

    func isDone(_ context: PlanContext) async throws -> Bool {
        do {
            _ = try StateStore.read(context.folder, context.files)
            return true
        } catch let failure as Failure where failure.code == .damagedState { return false }
    }

    func run(_ context: PlanContext) async throws {
        let kept = "\(context.folder.state).damaged-\(context.time.secondsSince1970)"
        try context.files.move(context.folder.state, to: kept)
        context.remarks.add("the damaged state is kept in \(kept)")
    }
}
