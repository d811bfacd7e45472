import Provisioning

extension ClusterRecord {
    /// What is said to whoever would start or change a cluster whose machines may be of different times.
    var isHalfRestored: Failure? {
        restoring.map { snapshot in
            Failure(
                .conflict, "\(name) is half restored from the snapshot \(snapshot)",
                remedy: "bcmcluster snapshot restore -c \(name) \(snapshot) ends that")
        }
    }
}

/// What the commands need that reach into a cluster which is there.
extension World {
    /// The record of that cluster; throws `Failure.badInput` where there is none.
    func standing(_ name: ClusterName) throws -> ClusterRecord {
        if let record = try RecordStore.read(folder(name), files) { return record }
        let isStub = try files.kind(of: folder(name).path) != nil
        throw Failure(
            .badInput, isStub ? "the cluster \(name) is not up yet" : "there is no cluster \(name)",
            remedy: "bcmcluster list shows those there are, and bcmcluster up -c \(name) makes this one")
    }

    /// The provider of the cluster, once it is known that it may be used.
    func provider(of record: ClusterRecord) async throws -> any MachineProvider {
        let provider = try provider(for: record)
        if provider.name == .namespace, record.hosts.contains(.local) {
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
