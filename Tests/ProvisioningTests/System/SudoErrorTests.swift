import Testing

@testable import Provisioning

/// Why `sudo` refuses, by its own words alone.
@Suite struct SudoErrorTests {
    @Test(
        arguments: [
            ("sudo: a password is required\n", .passwordNeeded),
            ("sudo: sorry, you must have a tty to run sudo\n", .terminalNeeded),
            ("sudo: interactive authentication is required\n", .passwordNeeded),
            ("joe is not in the sudoers file.  This incident will be reported.\n", .refused),
            ("Sorry, user joe is not allowed to execute '/bin/true' as root on h0.\n", .refused),
            ("nft: a password is required\n", nil), ("sudo: unable to resolve host h0\n", nil),
        ] as [(String, SudoError?)])
    func reasons(_ errors: String, _ expected: SudoError?) {
        #expect(SudoError(by: CommandResult(.exited(1), errors: errors)) == expected)
        #expect(SudoError(by: CommandResult(.exited(0), errors: errors)) == nil)
    }

    @Test func aCommandThatSudoDoesNotRunIsNoFailureOfTheCommand() async throws {
        let runner = ScriptedRunner(["sudo -n -- which lxd": [.ends(1, "sudo: a password is required\n")]])
        let failure = try await #require(throws: Failure.self) {
            try await SudoRunner(runner, needed: true).run(Command("which", ["lxd"]))
        }
        #expect(failure.exitStatus == 3 && failure.message == "root is required, and sudo asks for a password")
        #expect(failure.hint?.contains("NOPASSWD") == true)
    }
}
