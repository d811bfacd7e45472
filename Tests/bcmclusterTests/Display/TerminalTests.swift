import Provisioning
import Testing

@testable import bcmcluster

@Suite struct TerminalTests {
    private func terminal(
        _ variables: [String: String] = ["TERM": "xterm"], isJSON: Bool = false, on descriptors: Set<Int32> = [0, 1, 2]
    ) -> Terminal {
        Terminal(isJSON: isJSON, environment: { variables[$0] }, isTerminal: descriptors.contains)
    }

    private let marks: [(Terminal.Mark, String)] = [(.done, "✓"), (.failed, "✗"), (.running, "•"), (.waiting, "·")]

    @Test func onATerminalItIsLiveAndColoured() {
        let terminal = terminal()
        #expect(terminal.isLive && terminal.hasColours && terminal.canAsk)
        for (mark, sign) in marks {
            #expect(terminal.mark(mark).contains(sign) && terminal.mark(mark).hasPrefix("\u{1b}["))
            // Neither black nor white, nor a background: it can be read on light and on dark.
            let code = terminal.mark(mark).dropFirst(2).prefix { $0 != "m" }
            #expect(["2", "31", "32", "36"].contains(code), "\(code)")
        }
    }

    @Test func noEscapeCodesWhereItIsNotLive() {
        for quiet in [
            terminal(on: []), terminal(on: [0, 1]), terminal(["TERM": "dumb"]), terminal([:]), terminal(isJSON: true),
        ] {
            #expect(!quiet.isLive && !quiet.hasColours)
            for (mark, sign) in marks { #expect(quiet.mark(mark) == sign) }
        }
    }

    @Test func noColorTakesTheColoursAndNotTheTable() {
        let terminal = terminal(["TERM": "xterm", "NO_COLOR": "1"])
        #expect(terminal.isLive && !terminal.hasColours)
        for (mark, sign) in marks { #expect(terminal.mark(mark) == sign) }
    }

    @Test(
        "Nothing of other programs' text is obeyed by a terminal; the tool's own colours stay",
        arguments: [
            ("plain ä 日本\tx\n", "plain ä 日本\tx\n"), ("\u{1b}[32m✓\u{1b}[0m ok", "\u{1b}[32m✓\u{1b}[0m ok"),
            ("\u{1b}]0;title\u{7}x", " ]0;title x"), ("a\u{1b}[2Jb\u{1b}[1;1H", "a [2Jb [1;1H"),
            ("\u{1b}[1;37mbold\u{1b}[8m", "bold"), ("\u{9b}2J\u{90}q\u{7f}\u{8}", " 2J q  "), ("a\r\nb\rc", "a\nb c"),
            ("\u{1b}[32\u{1b}[mx", " [32x"), ("\u{1b}", " "),
        ])
    func printable(_ text: String, _ shown: String) {
        #expect(text.printable == shown)
        #expect(terminal().shown(text) == shown)
        #expect(terminal(on: [0, 2]).shown(text) == text, "a file or a pipe gets what was written")
    }

    @Test func aQuestionNeedsAPersonAtBothEnds() {
        #expect(!terminal(on: [1, 2]).canAsk && !terminal(on: [0, 1]).canAsk && terminal(["TERM": "dumb"]).canAsk)
    }
}
