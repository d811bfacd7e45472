import Provisioning
import Testing

@Suite struct ShellTests {
    @Test(arguments: [
        ("plain", "plain"), ("", "''"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#),
        ("/a/b-c_d.e:f,g=h@%+", "/a/b-c_d.e:f,g=h@%+"),
        ("$HOME", "'$HOME'"), ("~", "'~'"), ("*", "'*'"), ("é", "'é'"), ("\n", "'\n'"),
    ])
    func quotesWhereItMust(_ word: String, _ quoted: String) { #expect(Shell.quoted(word) == quoted) }

    /// A real shell reads back what was written, whatever it was.
    @Test func aRealShellReadsItBack() async throws {
        var generator = TOMLDice(2)
        let alphabet = Array("abcXYZ019 \t\n'\"`$\\!#&|;<>(){}[]*?~-=%@^,./:+é€😀").map(String.init)
        let words = (0..<500).map { _ in
            (0..<Int.random(in: 0...12, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? "" }
                .joined()
        }
        let script = "printf '%s\\001' " + words.map(Shell.quoted).joined(separator: " ")
        let output = try await LocalRunner().output(of: Command("/bin/sh", ["-c", script], limit: .untilItHangs))
        let parts = output.split(separator: "\u{1}", omittingEmptySubsequences: false)
        #expect(parts.dropLast().map(String.init) == words)
    }

    @Test func aWrappedCommandCarriesItsVariables() {
        let command = Command("lxc", ["list"], input: "in", environment: ["B": "2", "A": "1"], effect: .changes)
            .wrapped(in: "nsenter", ["-t", "1", "--"])
        #expect(command.program == "nsenter")
        #expect(command.arguments == ["-t", "1", "--", "env", "A=1", "B=2", "lxc", "list"])
        #expect(command.environment.isEmpty && command.input == "in" && command.effect == .changes)
        #expect(Command("ls", []).wrapped(in: "sudo", ["-n"]).arguments == ["-n", "ls"])
    }
}
