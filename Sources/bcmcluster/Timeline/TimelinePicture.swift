import Provisioning

/// A timeline as SVG: one lane per member, the longest path in a colour of its own, readable on light and dark.
struct TimelinePicture {
    private static let width = 1000.0
    private static let margin = 20.0
    private static let top = 92.0
    private static let rowHeight = 26.0
    private static let barHeight = 18.0
    /// The width of a letter of the labels, as good as it can be known without the font.
    private static let letter = 5.7
    private static let longestName = 20

    /// The width of a letter of the lanes' names.
    private static let boldLetter = 7.4

    private let timeline: Timeline
    /// Where the bars begin.
    private let gutter: Double
    private let lanes: [TimelineLane]

    init(_ timeline: Timeline) {
        self.timeline = timeline
        lanes = timeline.lanes.map { lane in TimelineLane(lane, timeline.spans.filter { $0.lane == lane }) }
        let longest = lanes.map { $0.name.cut(to: Self.longestName).columns }.max() ?? 0
        gutter = Self.margin + Double(longest) * Self.boldLetter + 14
    }

    /// What the picture shows, in a line.
    var headline: String {
        let ending = timeline.hasFailure ? "failed after" : "took"
        return
            "bcmcluster \(timeline.command) -c \(timeline.cluster) \(ending) \(Duration.seconds(timeline.seconds).brief)"
    }

    /// When it was, and where: the second line.
    var subtitle: String {
        let date = timeline.started.replacing("T", with: " ").replacing("Z", with: " UTC")
        return date + (timeline.provider.map { ", \($0) provider" } ?? "")
    }

    var svg: String {
        let height = Self.top + lanes.map { Double($0.rows) * Self.rowHeight }.reduce(0, +) + 50
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.width.short) \(height.short)\" "
                + "width=\"100%\" preserveAspectRatio=\"xMidYMin meet\" role=\"img\" "
                + "aria-label=\"\(XML.escaped(headline))\">",
            Self.style,
            "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>",
            "<text class=\"headline\" x=\"\(Self.margin.short)\" y=\"30\">\(XML.escaped(headline))</text>",
            "<text class=\"subtitle\" x=\"\(Self.margin.short)\" y=\"50\">\(XML.escaped(subtitle))</text>",
        ]
        parts += axis(height)
        var y = Self.top
        for lane in lanes {
            parts += drawn(lane, y)
            y += Double(lane.rows) * Self.rowHeight
        }
        parts += legend(y + 28)
        return parts.joined(separator: "\n") + "\n</svg>"
    }

    private func x(_ seconds: Double) -> Double {
        let room = Self.width - gutter - Self.margin
        return gutter + room * seconds / max(timeline.seconds, 0.001)
    }

    /// Lines at round times, some eight of them.
    private func axis(_ height: Double) -> [String] {
        let steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800]
        let step = steps.first { timeline.seconds / $0 <= 9 } ?? 3600
        return stride(from: 0, through: timeline.seconds, by: step).flatMap { time in
            let x = x(time)
            let label = time == 0 ? "0" : Self.label(time, step)
            return [
                "<line class=\"tick\" x1=\"\(x.short)\" y1=\"\((Self.top - 8).short)\" x2=\"\(x.short)\" "
                    + "y2=\"\((height - 44).short)\"/>",
                "<text class=\"time\" x=\"\(x.short)\" y=\"\((Self.top - 14).short)\">\(label)</text>",
            ]
        }
    }

    private static func label(_ seconds: Double, _ step: Double) -> String {
        step < 1 ? "\((seconds * 10).rounded() / 10)s" : Duration.seconds(seconds).brief
    }

    private func drawn(_ lane: TimelineLane, _ y: Double) -> [String] {
        let name = lane.name.cut(to: Self.longestName)
        let middle = y + Self.rowHeight / 2 + 4
        var parts = [
            "<line class=\"edge\" x1=\"\(Self.margin.short)\" y1=\"\(y.short)\" "
                + "x2=\"\((Self.width - Self.margin).short)\" y2=\"\(y.short)\"/>",
            "<text class=\"lane\" x=\"\(Self.margin.short)\" y=\"\(middle.short)\">\(XML.escaped(name))</text>",
        ]
        for (position, placed) in lane.spans.enumerated() {
            let next = lane.spans[(position + 1)...].first { $0.row == placed.row }
            parts.append(bar(placed, y + Double(placed.row) * Self.rowHeight, until: next.map { x($0.span.start) }))
        }
        return parts
    }

    /// A bar, with its label in it or behind it, wherever there is room.
    private func bar(_ placed: TimelineLane.Placed, _ y: Double, until next: Double?) -> String {
        let span = placed.span
        let (left, right) = (x(span.start), max(x(span.end), x(span.start) + 2))
        let kind = span.failed ? "failed" : span.isLongest ? "longest" : "step"
        let took = Duration.seconds(span.end - span.start).brief
        let tip = "\(span.lane): \(span.title), \(took), from \(Duration.seconds(span.start).brief)"
        let top = y + (Self.rowHeight - Self.barHeight) / 2
        var drawn =
            "<g><title>\(XML.escaped(tip))</title><rect class=\"\(kind)\" x=\"\(left.short)\" y=\"\(top.short)\" "
            + "width=\"\((right - left).short)\" height=\"\(Self.barHeight.short)\" rx=\"3\"/>"
        let baseline = top + 13
        if Self.room(for: span.title) <= right - left {
            drawn += label("inside", left + 5, baseline, span.title)
        } else if Self.room(for: span.title) <= (next ?? Self.width) - right {
            drawn += label("beside", right + 5, baseline, span.title)
        } else if Self.room(for: "launch…") <= right - left {
            drawn += label("inside", left + 5, baseline, span.title.cut(to: Int((right - left - 10) / Self.letter)))
        }
        return drawn + "</g>"
    }

    private static func room(for label: String) -> Double { Double(label.count) * letter + 10 }

    private func label(_ kind: String, _ x: Double, _ y: Double, _ text: String) -> String {
        "<text class=\"\(kind)\" x=\"\(x.short)\" y=\"\(y.short)\">\(XML.escaped(text))</text>"
    }

    private func legend(_ y: Double) -> [String] {
        let kinds =
            [("longest", "the longest path"), ("step", "other steps")]
            + (timeline.hasFailure ? [("failed", "failed")] : [])
        return kinds.enumerated().flatMap { position, kind in
            let x = gutter + Double(position) * 150
            return [
                "<rect class=\"\(kind.0)\" x=\"\(x.short)\" y=\"\((y - 10).short)\" width=\"14\" height=\"12\" rx=\"3\"/>",
                label("beside", x + 20, y, kind.1),
            ]
        }
    }

    private static let style = """
        <style>
        text { font: 12px system-ui, sans-serif; fill: #333; }
        .headline { font-size: 16px; font-weight: 600; }
        .subtitle { fill: #777; }
        .time { text-anchor: middle; fill: #777; font-size: 11px; }
        .lane { font-weight: 600; }
        .paper { fill: #fff; }
        .tick { stroke: #e6e6e6; }
        .edge { stroke: #ccc; }
        .step { fill: #c3d5ea; }
        .longest { fill: #f2a65a; }
        .failed { fill: #d9534f; }
        .inside { fill: #222; font-size: 11px; }
        .beside { font-size: 11px; }
        @media (prefers-color-scheme: dark) {
          text { fill: #ddd; } .time, .subtitle { fill: #999; } .paper { fill: #1b1d21; }
          .tick { stroke: #303339; } .edge { stroke: #44484f; } .step { fill: #4a6686; } .longest { fill: #c9782c; }
          .inside { fill: #fff; }
        }
        </style>
        """
}

extension Double {
    /// A number for a place in a picture: at most one digit after the point.
    fileprivate var short: String {
        let tenths = Int((self * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
