import Synchronization

/// When a plan last started a machine or a daemon that may have been in the cluster before.
///
/// Until its next heartbeat the cluster tells of such a member what it was before.
final class LastStart: Sendable {
    private let latest = Mutex<Duration?>(nil)

    /// Notes that one is started now, by the clock of the run.
    func note(_ now: Duration) {
        latest.withLock { $0 = max($0 ?? now, now) }
    }

    /// The last time, by the clock of the run; `nil` where nothing was started.
    var last: Duration? { latest.withLock { $0 } }
}
