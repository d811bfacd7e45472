/// Brings an image to the cluster, which keeps it on some of its members.
struct CopyImageToCluster: Step {
    let title = "copy the image to the cluster"
    let member: MemberName? = nil
    let source: ImageSource
    let fingerprint: String
    let remote: String
    var isVM = false
    /// Whether it gets an alias, which might be taken.
    var isAliased = true

    /// It may have to come from far.
    var expectedDuration: Duration? { .seconds(180) }

    func isDone(_ context: PlanContext) async throws -> Bool {
        // A cluster that is about to be made has no remote yet.
        guard try await context.remotes.all()[remote] != nil else { return false }
        return try await context.images(of: remote).image(fingerprint) != nil
    }

    func run(_ context: PlanContext) async throws {
        do {
            try await context.images(of: remote).bring(
                source, fingerprint, isVM: isVM, isAliased: isAliased, limit: context.limits.machine)
        } catch let failure as Failure where failure.engineError == .nameTaken {
            // A run that was killed may have brought it meanwhile.
            guard try await isDone(context) else { throw failure }
        }
    }
}
