/// How a cluster is, in a word for programs.
package enum ClusterHealth: String, Sendable, Codable, CaseIterable {
    case healthy
    /// Something is the matter that none of the others says.
    case degraded
    /// Another run is changing it.
    case changing
    case stopped
    /// `up`, `destroy`, a restore or an import has not finished.
    case incomplete
    /// No machine is left.
    case missing
    /// Machines run, and no daemon answers; or nothing has answered in time.
    case unreachable
    /// There are `.env` files, and nothing else.
    case notCreated
    /// There are machines, and no state.
    case orphaned
    /// The state cannot be read.
    case damaged
}

extension ClusterStatus {
    /// How it is, by the weightiest of its findings.
    package var health: ClusterHealth {
        switch findings.first(where: { !$0.isNote }) {
        case nil: .healthy
        case .changing: .changing
        case .stopped: .stopped
        case .interrupted, .unfinished, .deletionIncomplete, .restoreIncomplete, .importIncomplete: .incomplete
        case .gone: .missing
        case .silent: .unreachable
        default: .degraded
        }
    }
}
