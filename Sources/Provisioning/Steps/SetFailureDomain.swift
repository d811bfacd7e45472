/// Tells the cluster which host a member is on, so that LXD keeps copies of its database on different hosts.
struct SetFailureDomain: Step {
    let title = "set its failure domain"
    let name: MemberName
    /// The member that is asked.
    let first: MemberName
    let host: HostName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.client(in: first).member(named: name.text)?.failureDomain == host.text
    }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: first)
        _ = try await context.time.wait(
            for: "the cluster to report its roles", limit: context.limits.daemon, every: .milliseconds(500)
        ) {
            do {
                try await client.setFailureDomain(of: name.text, to: host.text)
                return true
            } catch let failure as Failure where failure.engineError == .roleMissing {
                // Its roles have changed between the question and the answer.
                return nil
            }
        }
    }
}
