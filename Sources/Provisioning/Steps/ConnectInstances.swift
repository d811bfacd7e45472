/// Sees to it that units' instances which ran before there was a bridge have an address on it.
///
/// LXD gives running instances the profile's new card at once, but what asks for an address at its start alone has asked
/// by then: such an instance is restarted, once, and had no network to lose.
struct ConnectInstances {
    let first: MemberName

    /// How long an instance gets to ask for an address by itself.
    private static let timeout: Duration = .seconds(10)

    func run(_ client: LXC, _ context: PlanContext) async throws {
        // A cluster that this plan has made runs nothing yet.
        guard !StepScope.isReview, try await context.machine(first) != nil else { return }
        do {
            let silent = try await silent(client, context)
            for instance in silent where instance.unit == nil {
                context.remarks.add(
                    "\(instance.name) has no address on \(context.engine.bridge) yet: "
                        + ClusterClient.line("restart", instance.name))
            }
            try await StepScope.forEach(silent.filter { $0.unit != nil }) { instance in
                try await client.turn(instance.name, "restart", isForced: false)
                context.remarks.add("\(instance.name) was restarted: it has a network now")
            }
        } catch let failure as Failure where failure.code != .interrupted {
            context.remarks.add(
                "some instances may have no address on \(context.engine.bridge) yet: \(failure.message)")
        }
    }

    /// The running instances with a card on the bridge that have got no address in time.
    private func silent(_ client: LXC, _ context: PlanContext) async throws -> [ClusterInstance] {
        var silent: [ClusterInstance] = []
        let end = context.time.elapsed + Self.timeout
        while true {
            silent = try await client.instances(withState: true).filter { instance in
                instance.isRunning && instance.projectName == "default"
                    && (instance.expandedDevices ?? [:]).values.contains { $0["network"] == context.engine.bridge }
                    && instance.state?.addresses.isEmpty ?? false
            }
            if silent.isEmpty || context.time.elapsed >= end { return silent }
            try await context.time.sleep(context.provider.traits.pollInterval)
        }
    }
}
