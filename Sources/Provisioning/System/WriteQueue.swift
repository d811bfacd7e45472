#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

import Synchronization

/// What is to be written to logs and terminals, in its order.
///
/// A thread of its own writes it, which a slow reader or a full pipe may hold up, as those of the cooperative pool must not
/// be. The process does not exit before all of it is written.
enum WriteQueue {
    private struct State {
        var waiting: [(bytes: [UInt8], descriptor: Int32)] = []
        /// Whether a thread writes, or is about to.
        var hasWriter = false
        var isFlushedAtExit = false
        /// The error number of the first write to standard output that failed.
        var resultError: Int32?
    }

    private static let state = Mutex(State())
    /// Held for one write at a time, so that writes stay in order whoever makes them.
    private static let turn = Mutex(())

    /// Appends to what is to be written.
    static func add(_ text: String, to descriptor: Int32) {
        let (needsWriter, needsHook) = state.withLock { state in
            defer { (state.hasWriter, state.isFlushedAtExit) = (true, true) }
            state.waiting.append((Array(text.utf8), descriptor))
            return (!state.hasWriter, !state.isFlushedAtExit)
        }
        if needsHook { atexit { WriteQueue.flush() } }
        if needsWriter { Thread.detach { flush() } }
    }

    /// Returns once everything that was added before is written.
    static func flush() { while turn.withLock({ _ in writeNext() }) {} }

    /// The error number of the first write to standard output that has failed so far.
    static var resultError: Int32? { state.withLock(\.resultError) }

    /// Writes the first that waits; false where nothing does.
    private static func writeNext() -> Bool {
        let next = state.withLock { state -> (bytes: [UInt8], descriptor: Int32)? in
            if state.waiting.isEmpty { state.hasWriter = false }
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        guard let next else { return false }
        if !writeAll(next.bytes, to: next.descriptor), next.descriptor == STDOUT_FILENO {
            let number = errno
            state.withLock { $0.resultError = $0.resultError ?? number }
        }
        return true
    }
}
