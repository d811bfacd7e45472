import Testing

@testable import Provisioning

@Suite struct PlainTextTests {
    /// The first is what multipass 1.16.3 draws.
    @Test(arguments: [
        (
            "\u{1b}[2K\u{1b}[0A\u{1b}[ECreating DEV-00  \u{8}|\u{8}/\u{8}-\u{1b}[2K\u{1b}[0A\u{1b}[ELaunched: DEV-00\n",
            "Launched: DEV-00\n"
        ),
        ("\u{1b}[2K\u{1b}[0A\u{1b}[EStarting DEV-00  \u{8}|\u{8}/", ""),
        ("\u{1b}[2K\u{1b}[0A\u{1b}[E", ""), ("a\r\nb\r\n", "a\nb\n"), ("10 %\r50 %\rdone\n", "done\n"),
        ("\u{1b}[1;31mred\u{1b}[0m and \u{1b}]0;title\u{7}plain", "red and plain"), ("a\tb\n\nc", "a\tb\n\nc"),
        ("bell\u{7}", "bell"), ("", ""),
    ])
    func onlyTextStays(_ printed: String, _ plain: String) { #expect(PlainText.of(printed) == plain) }

    @Test func aMessageRepeatsNoSpinner() {
        let result = CommandResult(
            .exited(5), output: "\u{1b}[2K\u{1b}[0A\u{1b}[ECreating DEV-00  \u{8}|\u{8}/",
            errors: "\u{1b}[2K\u{1b}[0A\u{1b}[ETimed out waiting for instance launch.\n")
        #expect(result.tail == "Timed out waiting for instance launch.")
        #expect(CommandResult(.exited(1), output: result.output).tail == "")
    }
}
