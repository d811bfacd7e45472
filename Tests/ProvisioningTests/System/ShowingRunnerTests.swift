import Synchronization
import Testing

@testable import Provisioning

@Suite struct ShowingRunnerTests {
    private struct Nothing: CommandRunner {
        func run(_ command: Command) async throws -> CommandResult { CommandResult() }
    }

    @Test func commandsAreShownAsTheyCouldBePastedWithoutSecrets() async throws {
        let redactor = Redactor()
        redactor.conceal("hunter2hunter2", as: "<BCM_LXD_SECRET>")
        let shown = Mutex<[String]>([])
        let runner = ShowingRunner(Nothing(), redactor) { line in shown.withLock { $0.append(line) } }
        _ = try await runner.run(Command("lxc", ["list", "a b"]))
        _ = try await runner.run(
            Command("lxc", ["config", "set", "core.trust_password=hunter2hunter2"], input: "hidden"))
        #expect(
            shown.withLock { $0 } == [
                "+ lxc list 'a b'", "+ lxc config set core.trust_password=<BCM_LXD_SECRET>",
            ])
    }
}
