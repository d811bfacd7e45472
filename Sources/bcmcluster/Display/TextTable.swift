import Provisioning

/// Rows of cells below each other, no line wider than a terminal.
///
/// Where there is no room for all columns, whole ones are left out; what is shown is shown in full as long as that is
/// possible.
enum TextTable {
    /// A column of a table with titles.
    struct Column: Sendable, ExpressibleByStringLiteral {
        let title: String
        /// How soon it is left out where the terminal is narrow: the highest goes first, 0 stays.
        let rank: Int
        /// Whether its cells are lists or sentences, which may take several lines.
        let wraps: Bool
        /// Whether its cells are worth nothing when they are cut, as addresses are.
        let isWhole: Bool

        init(_ title: String, _ rank: Int = 0, wraps: Bool = false, isWhole: Bool = false) {
            self.title = title
            self.rank = rank
            self.wraps = wraps
            self.isWhole = isWhole
        }

        init(stringLiteral title: String) { self.init(title) }

        fileprivate var isCut: Bool { !wraps && !isWhole }
    }

    /// The room that a column that wraps gets before others are left out for it, unless all its cells are shorter.
    private static let usualRoom = 24
    /// The least room of a column: that of an address.
    private static let leastRoom = 15
    private static let gap = "  "

    /// The lines of a table with titles.
    static func lines(_ columns: [Column], _ rows: [[String]], width: Int) -> [String] {
        let cells = ([columns.map(\.title)] + rows).map { $0.map(\.onOneLine) }
        var widths = columns.indices.map { column in cells.map { $0[column].columns }.max() ?? 0 }
        var kept = Array(columns.indices)
        func needed(_ room: (Int) -> Int) -> Int {
            kept.map(room).reduce(0, +) + gap.count * max(0, kept.count - 1)
        }
        func usual(_ column: Int) -> Int { columns[column].wraps ? min(widths[column], usualRoom) : widths[column] }
        while needed(usual) > width,
            let next = kept.filter({ columns[$0].rank > 0 }).max(by: { columns[$0].rank < columns[$1].rank })
        {
            kept.removeAll { $0 == next }
        }
        // What is still too much is taken from the columns that wrap, and then from names.
        for (least, may) in [(usualRoom, \.wraps), (leastRoom, \.wraps), (leastRoom, \.isCut)]
            as [(Int, KeyPath<Column, Bool>)]
        {
            while needed({ widths[$0] }) > width,
                let widest = kept.filter({ columns[$0][keyPath: may] && widths[$0] > least }).max(by: {
                    widths[$0] < widths[$1]
                })
            {
                widths[widest] = max(least, widths[widest] - (needed { widths[$0] } - width))
            }
        }
        return cells.flatMap { row in
            let parts = kept.map { column in
                columns[column].wraps
                    ? row[column].pieces(within: widths[column]) : [row[column].cut(to: widths[column])]
            }
            return (0..<(parts.map(\.count).max() ?? 0)).map { line in
                let texts = zip(kept, parts).map { column, pieces in
                    (line < pieces.count ? pieces[line] : "").padded(to: widths[column])
                }
                return texts.joined(separator: gap).withoutTrailingBlanks.cut(to: width)
            }
        }
    }

    /// Rows without titles; the last column has no padding behind it.
    static func lines(_ rows: [[String]], width: Int) -> [String] {
        let rows = rows.map { $0.map(\.onOneLine) }
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<max(0, columns - 1)).map { column in
            rows.compactMap { $0.count > column ? $0[column].columns : nil }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.dropLast().enumerated().map { $0.element.padded(to: widths[$0.offset]) }
            return (cells + [row.last ?? ""]).joined(separator: gap).cut(to: width)
        }
    }
}

extension String {
    /// The text on lines of that width, broken between words, and behind commas.
    fileprivate func pieces(within width: Int) -> [String] {
        if columns <= width { return [self] }
        var lines: [String] = []
        var line = ""
        for word in replacing(",", with: ",\u{0}").replacing("\u{0} ", with: " ").replacing(" ", with: " \u{0}")
            .split(separator: "\u{0}").map(String.init)
        {
            if (line + word.withoutTrailingBlanks).columns <= width {
                line += word
            } else {
                if !line.isEmpty { lines.append(line.withoutTrailingBlanks) }
                line = word
            }
        }
        return (lines + [line.withoutTrailingBlanks]).flatMap {
            $0.columns <= width ? [$0] : $0.wrapped(to: width, indent: "")
        }
    }

    fileprivate var withoutTrailingBlanks: String {
        var text = self[...]
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
