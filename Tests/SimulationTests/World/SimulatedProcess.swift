import Provisioning

/// Thrown wherever a process that was killed reaches for the outside: all that it had in memory unwinds without effect.
struct ProcessGone: Error {}

/// One run of the tool: what goes wrong during it, and whether it still lives.
final class SimulatedProcess: @unchecked Sendable {
    private var faults: [Fault.Place: Fault.Kind]
    private(set) var commands = 0
    private(set) var writes = 0
    private(set) var isDead = false
    private(set) var removed = 0
    let redactor = Redactor()
    /// Ends the tasks of the process.
    var stop: () -> Void = {}

    init(faults: [Fault]) {
        self.faults = Dictionary(faults.map { ($0.place, $0.kind) }) { first, _ in first }
    }

    func checkAlive() throws {
        if isDead { throw ProcessGone() }
        try Task.checkCancellation()
    }

    func fault(forCommand: Void) -> Fault.Kind? {
        commands += 1
        return take(.command(commands))
    }

    func fault(forWrite: Void) -> Fault.Kind? {
        writes += 1
        return take(.write(writes))
    }

    private func take(_ place: Fault.Place) -> Fault.Kind? {
        guard let kind = faults.removeValue(forKey: place) else { return nil }
        removed += 1
        return kind
    }

    /// SIGKILL.
    func die() -> ProcessGone {
        isDead = true
        stop()
        return ProcessGone()
    }
}

/// The clock as a process sees it: one that was killed never wakes.
struct ProcessClock: TimeSource {
    let clock: VirtualClock
    let process: SimulatedProcess

    var elapsed: Duration { clock.elapsed }
    var secondsSince1970: Int { clock.secondsSince1970 }

    func sleep(_ duration: Duration) async throws {
        try process.checkAlive()
        try await clock.sleep(duration)
        try process.checkAlive()
    }
}
