import Testing

@testable import Provisioning

/// A user's command in a VM gets all of our standard input, or fails.
@Suite struct VMCommandRunnerTests {
    private static let inside = "multipass exec box --no-map-working-directory --"
    private static let temporary = "/var/tmp/bcmcluster.AbCdEfGh"

    private let base = ScriptedRunner()

    private func runner(_ user: VMCommandRunner.User = .login, remaining: Int?) -> VMCommandRunner {
        VMCommandRunner(base, in: "box", as: user, remaining: { remaining })
    }

    private static let command = Command("grep", ["it's"], effect: .changes, output: .passed)

    @Test(
        "Of a pipe so much is passed on as multipass does; a small file goes the same way", arguments: [nil, 2_097_151])
    func streams(_ remaining: Int?) async throws {
        base.on("\(Self.inside) sudo grep 'it'\\''s'", .ends(7))
        #expect(try await runner(.root, remaining: remaining).run(Self.command).ending == .exited(7))
        let bound = try #require(base.commands.last?.inputBound)
        #expect(bound.bytes == 2_097_151 && bound.failure.exitStatus == 1)
        #expect(bound.failure.hint?.contains("vm transfer - box:FILE") == true)
    }

    @Test func commandThatIsCutOffLeavesNothing() async throws {
        let removal = "\(Self.inside) rm -rf -- \(Self.temporary)"
        base.on("\(Self.inside) mktemp -d /var/tmp/bcmcluster.XXXXXXXX", .prints("\(Self.temporary)\n"))
        base.on("multipass transfer - box:\(Self.temporary)/input", .cancelled)
        base.on(removal, .works)
        await #expect(throws: CancellationError.self) { try await runner(remaining: .max).run(Self.command) }
        #expect(base.changes.last == removal)
    }
}
