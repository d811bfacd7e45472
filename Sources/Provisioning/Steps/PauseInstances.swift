/// Instances that are stopped with their member's machine, and run again with it.
extension PlanContext {
    /// Stops an instance, gracefully if it can within its own shutdown timeout, so that it starts again with its member.
    ///
    /// What is to run again is written on the instance before it is stopped, since a run can be killed at any moment, and
    /// LXD continues with the stop. A stop that has begun is ended also when the run is cancelled. `isMarked` says whether
    /// the instance bears another mark that tells so.
    func pause(_ instance: ClusterInstance, _ client: LXC, limit: Duration, isMarked: Bool = false) async throws {
        try Task.checkCancellation()
        let timeout = Duration.seconds(instance.shutdownTimeout(atMost: limit))
        // A task of its own, which is not cancelled with this one.
        try await Task {
            if !isMarked {
                try await retryingWhileBusy(instance.name) { try await client.markPaused(instance, true) }
            }
            do {
                try await client.stop(instance, within: timeout)
            } catch let failure as Failure where failure.code == .commandFailed {
                // A run that was killed may have begun the same.
                try await awaitOperations(on: instance, client, limit: timeout + .seconds(60))
                try await retryingWhileBusy(instance.name) { try await client.stop(instance, within: nil) }
            }
            try await retryingWhileBusy(instance.name) { try await client.noteRunning(instance) }
        }.value
    }

    /// Starts an instance that was paused, or is about to be by a run that was killed; one that its daemon starts by itself
    /// meanwhile is fine.
    func resume(_ instance: ClusterInstance, _ client: LXC) async throws {
        let limit = Duration.seconds(instance.shutdownTimeout(atMost: .seconds(3600))) + .seconds(60)
        if instance.isInterrupted { try await awaitOperations(on: instance, client, limit: limit) }
        guard let now = try await client.instance(instance) else { return }
        if now.isPaused {
            try await retryingWhileBusy(now.name, limit: limit) {
                // What was started meanwhile and has stopped again stays stopped.
                guard let now = try await client.instance(now), now.isPaused else { return }
                try await client.start(now)
            }
        }
        if now.hasPausedMark {
            try await retryingWhileBusy(now.name, limit: limit) { try await client.markPaused(now, false) }
        }
    }

    /// Waits until LXD has no operation on the instance, of any client.
    func awaitOperations(on instance: ClusterInstance, _ client: LXC, limit: Duration) async throws {
        _ = try await time.wait(
            for: "\(engine.title) to release \(instance.name)", limit: limit, every: .milliseconds(300), assuming: true
        ) { try await client.isBusy(instance) ? nil : true }
    }
}
