/// What is left of a program's output when everything is taken out that only draws on a terminal.
///
/// Some programs draw spinners and colours whether or not a terminal is there (multipass: `launch`, `start`, `stop`,
/// `restart`); neither a message nor a log may repeat that.
enum PlainText {
    /// The text, without escape sequences, spinner frames and control characters; tabs and line ends stay.
    static func of(_ text: String) -> String {
        // Most text has nothing of the kind.
        guard text.unicodeScalars.contains(where: { isControl($0) && $0 != "\n" && $0 != "\t" }) else { return text }
        return text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
            .compactMap { line(String($0)) }.joined(separator: "\n")
    }

    /// What stays of one line; `nil` where it was a spinner alone.
    private static func line(_ line: String) -> String? {
        // A line that is erased, or written again from its beginning, shows what came last.
        let last = line.split(separator: erasure, omittingEmptySubsequences: false).last ?? ""
        let shown = last.split(separator: "\r").last { !$0.isEmpty } ?? ""
        // A spinner moves back over its last frame.
        let isSpinner = shown.unicodeScalars.contains("\u{8}")
        let plain = String(shown.replacing(sequence, with: "").unicodeScalars.filter { !isControl($0) || $0 == "\t" })
        let wasDrawn = isSpinner || plain.isEmpty && plain.utf8.count < line.utf8.count
        return wasDrawn ? nil : plain
    }

    /// `ESC [ 2 K` and the movements to the beginning of the line that come with it.
    private static var erasure: Regex<Substring> { /\u{1b}\[[0-2]?K(?:\u{1b}\[\d*[AEFG])*/ }
    /// Control sequences (`ESC [ …`), operating system commands (`ESC ] … BEL`), and other two-character escapes.
    private static var sequence: Regex<Substring> {
        /\u{1b}\[[0-?]*[ -\/]*[@-~]|\u{1b}\][^\u{7}\u{1b}]*(?:\u{7}|\u{1b}\\)|\u{1b}[@-_]?/
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
    }
}
