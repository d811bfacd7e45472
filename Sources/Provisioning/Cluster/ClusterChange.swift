/// A change of a cluster that another run is making at this moment.
package struct ClusterChange: Sendable, Equatable {
    /// The run that makes it.
    package struct Run: Sendable, Equatable {
        /// What it was started to do, without the cluster's name, such as `member add`.
        package var command: String
        package var process: Int32
        /// How long it has been at it.
        package var lasts: Duration
    }

    package var cluster: ClusterName
    /// `nil` where the lock does not say whose it is.
    package var run: Run?

    /// What is said of it, without a full stop.
    package var sentence: String {
        let who = run.map { "`\($0.command.clipped)` (PID \($0.process), \($0.lasts.brief))" }
        return "\(cluster) is changing: \(who ?? "another run")"
    }
}
