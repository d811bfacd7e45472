import Provisioning
import Testing

@Suite struct LimitedRunnerTests {
    private let base = ScriptedRunner(["lxc list": [.works], "sudo -v": [.works]])

    @Test(arguments: [(60, 9, 9), (5, 9, 5)])
    func theShorterLimitHolds(_ own: Int, _ most: Int, _ expected: Int) async throws {
        _ = try await LimitedRunner(base, most: .seconds(most)).run(Command("lxc", ["list"], limit: .seconds(own)))
        #expect(base.commands.map(\.limit) == [.seconds(expected)])
    }

    @Test func aPersonWhoIsAskedMayTakeTheirTime() async throws {
        let question = Command("sudo", ["-v"], limit: .seconds(300), output: .terminal)
        _ = try await LimitedRunner(base, most: .seconds(9)).run(question)
        #expect(base.commands.map(\.limit) == [.seconds(300)])
    }
}
