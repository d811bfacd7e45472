import Provisioning

extension ClusterState {
    /// What is said to whoever would start or change a cluster whose machines may be of different times.
    var isHalfRestored: Failure? {
        restoring.map { snapshot in
            Failure(
                .conflict, "restore of \(name) from the snapshot \(snapshot) is incomplete",
                hint: "finish it with bcmcluster snapshot restore -c \(name) \(snapshot)")
        }
    }
}

/// What the commands need that reach into a cluster which is there.
extension World {
    /// The state of that cluster; throws `Failure.badInput` where there is none.
    func standing(_ name: ClusterName) throws -> ClusterState {
        if let state = try StateStore.read(folder(name), files) { return state }
        let isStub = try files.kind(of: folder(name).path) != nil
        throw Failure(
            .badInput, isStub ? "cluster \(name) is not up yet" : "cluster \(name) not found",
            hint: "see bcmcluster list, or create it with bcmcluster up -c \(name)")
    }

    /// The provider of the cluster, once it is known that it may be used.
    func provider(of state: ClusterState) async throws -> any MachineProvider {
        let provider = try provider(for: state)
        if provider.name == .namespace, state.hosts.contains(.local) {
            try await RootRights.check(runner, canAsk: terminal.canAsk && recorder == nil)
        }
        return provider
    }

    /// Does the work in a task that a signal cancels; of signals that the work gets by itself, such as a shell's
    /// Ctrl-C, none has to be named.
    func untilSignal<Answer: Sendable>(
        but ignored: Int32? = nil, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        let task = Task { try await work() }
        let interruption = interruption
        return try await withTaskCancellationHandler {
            try await interruption.whileHandling(by: { if interruption.signal != ignored { task.cancel() } }) {
                try await task.value
            }
        } onCancel: {
            task.cancel()
        }
    }
}
