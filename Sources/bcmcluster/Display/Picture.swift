/// Lines on a terminal that are drawn over each other in place.
///
/// Each line is cleared only behind its new text, and all goes out in one write: nothing flickers.
struct Picture {
    private var drawn = 0

    /// What to write for the picture to show those lines, as many as there is room for.
    mutating func drawing(_ lines: [String], height: Int) -> String {
        let room = max(1, height - 1)
        var shown = lines
        if lines.count > room {
            shown = Array(lines.prefix(max(0, room - 1))) + ["… and \(lines.count - room + 1) more lines"]
        }
        let back = drawn > 0 ? "\u{1b}[\(drawn)A" : ""
        drawn = shown.count
        return "\(back)\r" + shown.map { "\($0)\u{1b}[K\r\n" }.joined() + "\u{1b}[J"
    }
}
