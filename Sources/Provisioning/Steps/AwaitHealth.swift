/// Waits until an instance of a unit answers that it is healthy.
struct AwaitHealth: Step {
    let title: String
    let name: String
    let place: MemberName
    let check: HealthCheck
    /// What the user calls it, such as `web/2`.
    private let reference: String

    init(_ name: String, of unit: UnitName, number: Int?, on place: MemberName, _ check: HealthCheck) {
        title = "wait until \(name) is healthy"
        reference = number.map { "\(unit)/\($0)" } ?? unit.text
        self.name = name
        self.place = place
        self.check = check
    }

    var member: MemberName? { place }

    /// It is asked at once: of one that is healthy nothing has to be awaited.
    func isDone(_ context: PlanContext) async throws -> Bool {
        if StepScope.isReview { return false }
        do { return try await ask(context) == .healthy } catch is Failure { return false }
    }

    func run(_ context: PlanContext) async throws {
        let cluster = await context.store.state.name
        let hint = "bcmcluster unit logs -c \(cluster) \(reference) shows what it wrote on its console"
        var tries = 0
        _ = try await context.time.wait(
            for: "\(name) to be healthy", limit: context.limits.machine, every: .milliseconds(check.interval),
            hint: hint, assuming: true
        ) { detail -> Bool? in
            tries += 1
            guard case .unhealthy(let why) = try await ask(context) else { return true }
            detail = why
            guard tries < check.retries || StepScope.isReview else {
                throw Failure(
                    .timedOut, "\(name) is unhealthy after \(tries == 1 ? "1 try" : "\(tries) tries") (\(why))",
                    hint: hint)
            }
            return nil
        }
    }

    private func ask(_ context: PlanContext) async throws -> HealthAnswer {
        let client = context.client(in: place)
        let probe = HealthProbe(client: client, runner: context.provider.runner(in: place), effect: .changes)
        return try await probe.ask(
            name, check,
            at: {
                try await StepScope.outcome(assuming: "<\(name) address>") {
                    if let fixed = try await client.instance(name)?.fixedAddress { return fixed }
                    return try await client.addresses(of: name).first
                }
            }, limit: .milliseconds(check.timeout))
    }
}
