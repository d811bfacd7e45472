/// Lets so many do their work at a time; the others wait in the order in which they came.
package actor AsyncSemaphore {
    private let atOnce: Int
    private var next = 0
    private var given: Set<Int> = []
    private var waiting: [CheckedContinuation<Int, Never>] = []

    /// Turns for so many at a time.
    init(atOnce: Int) { self.atOnce = atOnce }

    /// Waits for a turn.
    func take() async -> Int {
        if given.count >= atOnce { return await withCheckedContinuation { waiting.append($0) } }
        return another()
    }

    /// Gives a turn back; one that was given back already is fine.
    func give(_ turn: Int) {
        guard given.remove(turn) != nil, !waiting.isEmpty else { return }
        waiting.removeFirst().resume(returning: another())
    }

    private func another() -> Int {
        next += 1
        given.insert(next)
        return next
    }
}

/// Starts only so many programs at a time; one that takes long makes room for the next, and continues.
///
/// So a hundred that start at once do not make each other slow, and ten that hang keep nobody waiting.
struct ThrottledRunner: CommandRunner {
    private let base: any CommandRunner
    private let time: any TimeSource
    private let turns: AsyncSemaphore
    private let timeout: Duration

    /// Runs by `base`, so many at a time for so long.
    init(_ base: any CommandRunner, time: any TimeSource, atOnce: Int, timeout: Duration) {
        self.base = base
        self.time = time
        self.timeout = timeout
        turns = AsyncSemaphore(atOnce: atOnce)
    }

    /// Runs the command when its turn has come.
    func run(_ command: Command) async throws -> CommandResult {
        let turn = await turns.take()
        let making = Task {
            try? await time.sleep(timeout)
            await turns.give(turn)
        }
        defer { making.cancel() }
        return try await base.run(command)
    }
}
