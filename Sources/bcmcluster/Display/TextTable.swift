/// Rows of cells below each other, no line wider than a terminal.
enum TextTable {
    /// The lines; the last column has no padding behind it.
    static func lines(_ rows: [[String]], width: Int) -> [String] {
        let rows = rows.map { $0.map(\.onOneLine) }
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<max(0, columns - 1)).map { column in
            rows.compactMap { $0.count > column ? $0[column].columns : nil }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.dropLast().enumerated().map { $0.element.padded(to: widths[$0.offset]) }
            return (cells + [row.last ?? ""]).joined(separator: "  ").cut(to: width)
        }
    }
}
