import Provisioning

/// One line of the table: what was measured, what it came to, and what it should come to.
struct Row {
    var what: String
    var measured: String
    var wanted: String
    var isMet: Bool
}

/// The rows, printed as they are known, in columns.
struct Table {
    private static let widths = [46, 38, 10]

    /// Prints the head.
    static func begin() { line(["what", "measured (median)", "wanted", ""]) }

    /// Prints a row.
    static func add(_ row: Row) { line([row.what, row.measured, row.wanted, row.isMet ? "✓" : "✗ missed"]) }

    private static func line(_ cells: [String]) {
        let padded = zip(cells, widths).map { cell, width in
            cell + String(repeating: " ", count: max(1, width - cell.count))
        }
        SystemCalls.write(padded.joined() + cells[3] + "\n", to: 1)
    }
}

extension [Double] {
    /// The middle one of the sorted values.
    var median: Double {
        let sorted = sorted()
        guard let upper = sorted.dropFirst(count / 2).first else { return .nan }
        return count.isMultiple(of: 2) ? (sorted[count / 2 - 1] + upper) / 2 : upper
    }
}

extension Double {
    /// The number with so many digits after the point.
    func written(_ digits: Int) -> String {
        guard isFinite else { return "-" }
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let whole = Int((self * Double(scale)).rounded())
        guard digits > 0 else { return "\(whole)" }
        let rest = String(whole % scale)
        return "\(whole / scale).\(String(repeating: "0", count: digits - rest.count))\(rest)"
    }
}
