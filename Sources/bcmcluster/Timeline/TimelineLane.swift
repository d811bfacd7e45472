/// A lane of the picture: spans that overlap stand in rows of their own.
struct TimelineLane {
    /// A span and its row, from 0.
    struct Placed {
        var span: Timeline.Span
        var row: Int
    }

    let name: String
    let spans: [Placed]
    let rows: Int

    /// Places spans that are sorted by their beginnings.
    init(_ name: String, _ spans: [Timeline.Span]) {
        self.name = name
        var ends: [Double] = []
        self.spans = spans.map { span in
            let row = ends.firstIndex { $0 <= span.start } ?? ends.count
            if row == ends.count { ends.append(span.end) } else { ends[row] = span.end }
            return Placed(span: span, row: row)
        }
        rows = max(1, ends.count)
    }
}
