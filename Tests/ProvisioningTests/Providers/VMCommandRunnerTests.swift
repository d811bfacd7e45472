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

    @Test("A larger file is copied, read there, and removed, also where the command fails")
    func copies() async throws {
        let reading = #"sh -c 'exec "$@" <"$0"'"#
        let changes = [
            "\(Self.inside) mktemp -d /var/tmp/bcmcluster.XXXXXXXX",
            "multipass transfer - box:\(Self.temporary)/input",
            "\(Self.inside) \(reading) \(Self.temporary)/input grep 'it'\\''s' </dev/null",
            "\(Self.inside) rm -rf -- \(Self.temporary)",
        ]
        for change in changes { base.on(change, .works) }
        base.on(changes[0], .prints("\u{1b}[2K\u{1b}[0A\u{1b}[0E\(Self.temporary)\n"))
        base.on(changes[2], .ends(7))
        #expect(try await runner(remaining: 2_097_152).run(Self.command).ending == .exited(7))
        #expect(base.changes == changes)
        #expect(base.commands[1].inputFile == "-" && base.commands[1].pipesFiles)
    }

    @Test func commandThatIsCutOffLeavesNothing() async throws {
        let removal = "\(Self.inside) rm -rf -- \(Self.temporary)"
        base.on("\(Self.inside) mktemp -d /var/tmp/bcmcluster.XXXXXXXX", .prints("\(Self.temporary)\n"))
        base.on("multipass transfer - box:\(Self.temporary)/input", .cancelled)
        base.on(removal, .works)
        await #expect(throws: CancellationError.self) { try await runner(remaining: .max).run(Self.command) }
        #expect(base.changes.last == removal)
    }

    @Test func commandWithoutOurInputHasNoBound() async throws {
        base.on("\(Self.inside) true", .works)
        _ = try await runner(remaining: .max).run(Command("true", []))
        #expect(base.commands.map(\.inputBound) == [nil])
    }
}
