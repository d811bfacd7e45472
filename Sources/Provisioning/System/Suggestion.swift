/// The nearest word, for the user who mistyped.
package enum Suggestion {
    /// How many letters of a word are looked at.
    private static let longest = 64

    /// The word that differs least, if it differs by little.
    package static func nearest(to word: String, in known: Set<String>) -> String? {
        let ranked = known.map { (distance(word, $0), $0) }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        guard let (distance, best) = ranked.first, distance <= max(1, min(word.count, longest) / 3) else { return nil }
        return best
    }

    /// How many letters have to be put in, taken out, changed, or swapped with their neighbour.
    package static func distance(_ one: String, _ other: String) -> Int {
        let one = Array(one.prefix(longest))
        let other = Array(other.prefix(longest))
        var rows = [Array(0...other.count)]
        for (row, left) in zip(1..., one) {
            var next = [row]
            for (column, right) in zip(1..., other) {
                let change = rows[row - 1][column - 1] + (left == right ? 0 : 1)
                var best = min(rows[row - 1][column] + 1, next[column - 1] + 1, change)
                if row > 1, column > 1, left == other[column - 2], one[row - 2] == right {
                    best = min(best, rows[row - 2][column - 2] + 1)
                }
                next.append(best)
            }
            rows.append(next)
        }
        return rows[one.count][other.count]
    }
}
