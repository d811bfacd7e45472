import Synchronization
import Testing

@testable import Provisioning

@Suite struct TurnsTests {
    @Test func asManyAsThereAreTurns() async {
        let turns = AsyncSemaphore(atOnce: 2)
        let first = await turns.take()
        _ = await turns.take()
        let third = Task { await turns.take() }
        let order = Mutex<[String]>([])
        let waiting = Task {
            _ = await third.value
            order.withLock { $0.append("third") }
        }
        for _ in 0..<20 { await Task.yield() }
        order.withLock { $0.append("given back") }
        await turns.give(first)
        // Twice is once.
        await turns.give(first)
        await waiting.value
        #expect(order.withLock { $0 } == ["given back", "third"])
    }

    /// What hangs makes room, and what is quick does so at once.
    @Test(.endsHangs) func thoseThatHangKeepNobodyWaiting() async {
        struct Programs: CommandRunner {
            func run(_ command: Command) async throws -> CommandResult {
                if command.program == "hangs" { try await Task.sleep(for: .untilItHangs) }
                return CommandResult()
            }
        }
        let runner = ThrottledRunner(Programs(), time: SystemTime(), atOnce: 2, timeout: .milliseconds(10))
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                let program = number < 10 ? "hangs" : "answers"
                group.addTask { (try? await runner.run(Command(program, []))) != nil }
            }
            for _ in 0..<30 { #expect(await group.next() == true) }
            group.cancelAll()
        }
    }
}
