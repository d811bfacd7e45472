#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into the cancellation of a task.
///
/// A handler writes the signal's number to a pipe, and a thread reads it. Blocking the signals and waiting for them does
/// not do: the main thread of an async program waits with all signals let through.
package final class Interruption: Sendable {
    private let received = Atomic<Int32>(0)
    private let action = Mutex<(@Sendable () -> Void)?>(nil)

    /// The first signal that came, if one did.
    package var signal: Int32? {
        let number = received.load(ordering: .acquiring)
        return number == 0 ? nil : number
    }

    /// Takes the three signals over for the rest of the process's life; children get them at their defaults.
    package init() {
        var ends: [Int32] = [-1, -1]
        guard makePipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        signalPipe.store(ends[1], ordering: .releasing)
        for number in [SIGINT, SIGTERM, SIGHUP] { installHandler(number) }
        let pipe = ends[0]
        Thread.detach { [self] in
            var number: UInt8 = 0
            while true {
                guard unistdRead(pipe, &number, 1) == 1 else { continue }
                _ = received.compareExchange(expected: 0, desired: Int32(number), ordering: .acquiringAndReleasing)
                action.withLock { $0 }?()
            }
        }
    }

    /// Does the work, during which that signal does nothing here: what runs in our place gets it by itself.
    package func whileIgnoring<Answer>(_ ignored: Int32, _ work: () async throws -> Answer) async rethrows -> Answer {
        let former = action.withLock { $0 }
        return try await whileHandling(by: { [self] in if signal != ignored { former?() } }, work)
    }

    /// Does the work, during which a signal does that, at once if one has come already; afterwards it does again what it
    /// did before.
    package func whileHandling<Answer>(
        by handler: @escaping @Sendable () -> Void, _ work: () async throws -> Answer
    ) async rethrows -> Answer {
        let former = action.withLock { action in
            defer { action = handler }
            return action
        }
        defer { action.withLock { $0 = former } }
        if signal != nil { handler() }
        return try await work()
    }
}

/// The end of the pipe that the handler writes to.
private let signalPipe = Atomic<Int32>(-1)

/// Installs a handler that does nothing but what a handler may: load a number and write a byte.
private func installHandler(_ number: Int32) {
    signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        _ = unistdWrite(signalPipe.load(ordering: .acquiring), &byte, 1)
    }
}
