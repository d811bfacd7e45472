/// Text in a terminal's columns, of which a character may take two, or none.
extension String {
    /// How many columns the text takes.
    var columns: Int { reduce(0) { $0 + $1.columns } }

    /// The text, cut with … where it is wider.
    func cut(to width: Int) -> String {
        guard columns > width else { return self }
        var rest = max(0, width - 1)
        return prefix { character in
            rest -= character.columns
            return rest >= 0
        } + "…"
    }

    /// The text with spaces behind it up to the width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - columns)) }

    /// The text on as many lines as it takes, broken between words where that is possible; all but the first indented.
    func wrapped(to width: Int, indent: String = "  ") -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
            let longer = line.isEmpty ? word : "\(line) \(word)"
            if longer.columns <= width {
                line = longer
                continue
            }
            if !line.isEmpty { lines.append(line) }
            line = lines.isEmpty ? word : indent + word
            while line.columns > max(width, indent.count + 2) {
                let fitting = line.prefixFitting(max(width, indent.count + 2))
                lines.append(fitting)
                line = indent + line.dropFirst(fitting.count)
            }
        }
        return lines + [line]
    }

    /// The line, broken between words where it is wider: what follows is indented by two more than its beginning.
    ///
    /// The colours of marks take no room.
    func filled(to width: Int) -> [String] {
        split(separator: "\n", omittingEmptySubsequences: false).flatMap { String($0).filledLine(to: width) }
    }

    private func filledLine(to width: Int) -> [String] {
        guard visibleColumns > width else { return [self] }
        let indent = String(prefix { $0 == " " })
        let rest = dropFirst(indent.count)
        let following = indent + "  "
        let first = max(8, width - indent.count)
        let room = max(8, width - following.count)
        var lines: [String] = []
        var line = ""
        for word in rest.split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
            let longer = line.isEmpty ? word : "\(line) \(word)"
            if longer.visibleColumns <= (lines.isEmpty ? first : room) || line.isEmpty {
                line = longer
            } else {
                lines.append(line)
                line = word
            }
        }
        lines.append(line)
        return lines.enumerated().map { ($0.offset == 0 ? indent : following) + $0.element }
    }

    private var visibleColumns: Int {
        Terminal.colours.reduce(self) { $0.replacing($1, with: "") }.columns
    }

    private func prefixFitting(_ width: Int) -> String {
        var rest = width
        return String(
            prefix { character in
                rest -= character.columns
                return rest >= 0
            })
    }

    /// The text on one line, with nothing in it that moves the cursor.
    var onOneLine: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}

extension Character {
    /// How many columns of a terminal the character takes.
    var columns: Int {
        guard let first = unicodeScalars.first else { return 0 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return first.isWide ? 2 : 1
        }
    }
}

extension Unicode.Scalar {
    /// Whether it is of a script whose letters are as wide as two, or a picture.
    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            true
        default: properties.isEmojiPresentation
        }
    }
}
