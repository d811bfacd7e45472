#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into the cancellation of a task.
public final class Interruption: Sendable {
    private let received = Atomic<Int32>(0)
    private let action = Mutex<(@Sendable () -> Void)?>(nil)

    /// The first signal that came, if one did.
    public var signal: Int32? {
        let number = received.load(ordering: .acquiring)
        return number == 0 ? nil : number
    }

    /// Blocks the signals in this thread and all later ones, and waits for them on a thread of its own.
    ///
    /// To be made before any other thread; children get their signals unblocked and at their defaults.
    public init() {
        var blocked = Self.signals
        pthread_sigmask(SIG_BLOCK, &blocked, nil)
        Thread.detach { [self] in
            var set = Self.signals
            while true {
                var number: Int32 = 0
                guard sigwait(&set, &number) == 0 else { continue }
                _ = received.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing)
                action.withLock { $0 }?()
            }
        }
    }

    private static var signals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, number) }
        return set
    }

    /// What is done when a signal comes; at once if one has come already.
    public func onSignal(_ body: @escaping @Sendable () -> Void) {
        action.withLock { $0 = body }
        if signal != nil { body() }
    }
}
