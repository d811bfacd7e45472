/// Starts a cluster's machines: `bcmcluster start`.
package struct Start: Operation {
    private let cluster: ClusterName
    private let options: OperationOptions

    package init(_ cluster: ClusterName, options: OperationOptions = OperationOptions()) {
        self.cluster = cluster
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        try await app.changeExisting(ChangeRequest(cluster: cluster, command: "start", options: options)) {
            state, context in
            PlannedChange(
                plan: StartPlan.plan(for: state), context: context, rowOutcome: "ready",
                summary: { outcome, took in
                    outcome.done.isEmpty
                        ? ["cluster \(cluster) is up, unchanged"]
                        : ["cluster \(cluster) is up (all members online, \(took.brief))"]
                })
        }
    }
}

/// Stops a cluster's machines: `bcmcluster stop`.
package struct Stop: Operation {
    private let cluster: ClusterName
    private let options: OperationOptions

    package init(_ cluster: ClusterName, options: OperationOptions = OperationOptions()) {
        self.cluster = cluster
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        try await app.changeExisting(ChangeRequest(cluster: cluster, command: "stop", options: options)) {
            state, context in
            try await StopPlan.check(context)
            let status = try await ClusterInspector(context, .roles).status()
            return PlannedChange(
                plan: StopPlan.plan(for: state, status), context: context, rowOutcome: "off",
                summary: { outcome, took in
                    outcome.done.isEmpty
                        ? ["cluster \(cluster) is stopped, unchanged"]
                        : ["cluster \(cluster) stopped (\(took.brief)); start it with bcmcluster start -c \(cluster)"]
                })
        }
    }
}
