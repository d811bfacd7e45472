import Testing

@testable import Provisioning

@Suite struct ProviderChoiceTests {
    private func choice(_ multipass: Bool, linux: Bool, root: Bool, sudo: Bool) throws -> ProviderChoice {
        try ProviderRegistry.standard.automatic(
            Surroundings(isLinux: linux, isRoot: root) {
                ($0 == "multipass" && multipass) || ($0 == "sudo" && sudo) ? "/bin/\($0)" : nil
            })
    }

    /// Multipass where it is installed, else namespace on Linux as root; the tool says which it took, and why.
    @Test func theOrderIsThatOfTheMission() throws {
        #expect(try choice(true, linux: true, root: true, sudo: true).name == .multipass)
        #expect(try choice(true, linux: false, root: false, sudo: false).name == .multipass)
        #expect(try choice(false, linux: true, root: true, sudo: false).name == .namespace)
        #expect(try choice(false, linux: true, root: false, sudo: true).name == .namespace)
        #expect(try choice(false, linux: true, root: true, sudo: false).reason.contains("multipass is not installed"))
    }

    @Test func whereNothingWorksItSaysWhatWould() throws {
        for (linux, word) in [(true, "root"), (false, "multipass")] {
            let failure = try #require(throws: Failure.self) {
                try choice(false, linux: linux, root: !linux, sudo: !linux)
            }
            #expect(failure.exitStatus == 3 && failure.hint?.contains(word) == true)
        }
    }
}

@Suite struct RootRightsTests {
    private let ask = "sudo -v"
    private let look = "sudo -n true"

    @Test func aPersonIsAskedOnATerminalOnly() async throws {
        let runner = ScriptedRunner([look: [.ends(1, "a password is required")], ask: [.works]])
        try await RootRights.check(runner, isRoot: false, canAsk: true)
        #expect(runner.commands.last?.output == .terminal)
        let failure = try await #require(throws: Failure.self) {
            try await RootRights.check(runner, isRoot: false, canAsk: false)
        }
        #expect(failure.exitStatus == 3 && runner.lines == [look, ask, look])
        runner.on(ask, .ends(1))
        let refused = try await #require(throws: Failure.self) {
            try await RootRights.check(runner, isRoot: false, canAsk: true)
        }
        #expect(refused.exitStatus == 3 && refused.message.contains("sudo refuses"))
    }

    @Test func withoutSudoItSaysSo() async throws {
        let runner = ScriptedRunner([look: [.failure(Failure(.missing, "sudo: command not found", command: look))]])
        let failure = try await #require(throws: Failure.self) {
            try await RootRights.check(runner, isRoot: false, canAsk: true)
        }
        #expect(failure.exitStatus == 3 && failure.message.contains("sudo is not installed"))
    }
}
