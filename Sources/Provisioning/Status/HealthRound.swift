/// One question to every instance that says how it is to be asked: all at once, and no answer is waited for for long.
package struct HealthRound: Sendable {
    /// How many are asked at a time.
    private static let atOnce = 16
    /// How long one answer may take at most where a user looks on, in seconds.
    package static let longestAnswer: Duration = .seconds(5)

    private let context: PlanContext
    private let cluster: ClusterName
    /// How long one answer may take at most.
    private let limit: Duration
    /// When no further question is asked.
    private let end: Duration

    /// A round of questions in that context, of which none is asked later than that long from now.
    package init(
        _ context: PlanContext, of cluster: ClusterName, limit: Duration = longestAnswer,
        within whole: Duration = .seconds(10)
    ) {
        self.context = context
        self.cluster = cluster
        self.limit = limit
        end = context.time.elapsed + whole
    }

    /// What the instances of these have answered that have a check, by name.
    ///
    /// One that does not run is unhealthy; of one that is unreachable nothing is known.
    package func answers(
        of instances: [ClusterInstance], reachable: (ClusterInstance) -> Bool
    ) async -> [String: HealthAnswer] {
        var answers: [String: HealthAnswer] = [:]
        var questions: [(instance: ClusterInstance, check: HealthCheck, member: MemberName)] = []
        for instance in instances {
            guard let check = instance.healthCheck else { continue }
            if !instance.isRunning, reachable(instance) {
                answers[instance.name] = .unhealthy("is \(instance.isFrozen ? "paused" : instance.status.lowercased())")
            } else if reachable(instance), let member = MemberName(instance.location, of: cluster) {
                questions.append((instance, check, member))
            } else {
                answers[instance.name] = .unknown
            }
        }
        return await withTaskGroup(of: (String, HealthAnswer).self) { group in
            for (number, question) in questions.enumerated() {
                if number >= Self.atOnce, let (name, answer) = await group.next() { answers[name] = answer }
                group.addTask {
                    (question.instance.name, await ask(question.instance, question.check, question.member))
                }
            }
            for await (name, answer) in group { answers[name] = answer }
            return answers
        }
    }

    private func ask(_ instance: ClusterInstance, _ check: HealthCheck, _ member: MemberName) async -> HealthAnswer {
        let wanted = Duration.milliseconds(check.timeout)
        let limit = min(limit, wanted)
        guard context.time.elapsed < end else { return .unknown }
        let client = context.client(in: member, limit: limit)
        let probe = HealthProbe(client: client, runner: context.provider.runner(in: member))
        let begin = context.time.elapsed
        let answer = try? await probe.ask(
            instance.name, check,
            at: {
                if let address = instance.fixedAddress ?? instance.addresses.first { return address }
                return instance.state == nil ? try await client.addresses(of: instance.name).first : nil
            }, limit: limit)
        // One that would have had more time by its file has not said no.
        if case .unhealthy = answer, limit < min(wanted, Self.longestAnswer), context.time.elapsed - begin >= limit {
            return .unknown
        }
        return answer ?? .unknown
    }
}
