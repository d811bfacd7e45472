import Provisioning
import Synchronization

/// A clock that moves only when somebody sleeps.
final class VirtualTime: TimeSource {
    private let now = Mutex(Duration.zero)
    private let start: Int

    init(secondsSince1970: Int = 1_000_000) { start = secondsSince1970 }

    var elapsed: Duration { now.withLock { $0 } }
    var secondsSince1970: Int { start + Int(elapsed.seconds) }

    func sleep(_ duration: Duration) async throws {
        try Task.checkCancellation()
        now.withLock { $0 += duration }
        // What is done meanwhile, and takes no time, comes first.
        for _ in 0..<20 { await Task.yield() }
    }

    /// Lets time pass.
    func advance(_ duration: Duration) { now.withLock { $0 += duration } }
}
