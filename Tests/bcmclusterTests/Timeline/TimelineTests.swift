import Provisioning
import Testing

@testable import bcmcluster

@Suite struct TimelineTests {
    private struct Work: Step {
        var title: String
        var member: MemberName?
        var lane: Lane?
        func isDone(_ context: PlanContext) async throws -> Bool { false }
        func run(_ context: PlanContext) async throws {}
    }

    /// A state; two machines after it; the second joins, then the third; a bridge in the end.
    private func plan() throws -> ClusterPlan {
        let cluster = try ClusterName("DEV")
        func work(_ title: String, _ member: Int? = nil, _ lane: Lane? = nil) -> Work {
            Work(title: title, member: member.map { MemberName(cluster, $0) }, lane: lane)
        }
        var plan = ClusterPlan()
        let state = plan.add(work("state"))
        let quick = plan.add(work("launch", 1, .machines), after: [state])
        let slow = plan.add(work("launch", 2, .machines), after: [state])
        let first = plan.add(work("join", 1, .joins), after: [quick])
        let second = plan.add(work("join", 2, .joins), after: [slow])
        plan.add(work("bridge"), after: [first, second])
        return plan
    }

    private func notes(_ cluster: ClusterPlan, _ times: [(Int, Int, Int)], failed: Int? = nil) -> Timeline {
        let plan = PlanOutline(cluster)
        let notes = TimelineRecorder()
        for (index, start, end) in times {
            notes.observe(.started(index: index, at: .seconds(100 + start)), in: plan)
            let time = Duration.seconds(100 + end)
            notes.observe(
                index == failed
                    ? .failed(index: index, at: time, Failure(.conflict, "no")) : .finished(index: index, at: time),
                in: plan)
        }
        return notes.timeline(
            of: plan, command: "up", cluster: "DEV", provider: "namespace", date: 1_795_885_500,
            endedAt: .seconds(130), took: .seconds(30))
    }

    /// The first join held the second up, which was ready long before: it is on the path, and not the second's launch.
    @Test func theLongestPathGoesThroughWhatWasWaitedFor() throws {
        let timeline = notes(
            try plan(), [(0, 0, 1), (1, 1, 8), (2, 1, 3), (3, 8, 15), (4, 15, 20), (5, 20, 29)])
        #expect(
            timeline.spans.filter(\.isLongest).map { "\($0.lane) \($0.title)" } == [
                "DEV state", "DEV-01 launch", "DEV-01 join", "DEV-02 join", "DEV bridge",
            ])
        #expect(timeline.seconds == 29 && !timeline.hasFailure)
        #expect(timeline.lanes == ["DEV", "DEV-01", "DEV-02"])
    }

    @Test func whatWasDoneAlreadyHasNoSpan() throws {
        let plan = PlanOutline(try plan())
        let notes = TimelineRecorder()
        notes.observe(.skipped(index: 0, at: .seconds(1)), in: plan)
        notes.observe(.blocked(index: 5), in: plan)
        let timeline = notes.timeline(
            of: plan, command: "up", cluster: "DEV", provider: nil, date: 0, endedAt: .seconds(2), took: .seconds(2))
        #expect(timeline.spans.isEmpty && timeline.seconds == 0)
        #expect(TimelinePicture(timeline).svg.contains("</svg>"), "a picture of nothing is a picture all the same")
    }

    @Test func spansThatOverlapStandBelowEachOther() {
        func span(_ start: Double, _ end: Double) -> Timeline.Span {
            Timeline.Span(title: "x", lane: "DEV", start: start, end: end, failed: false)
        }
        let lane = TimelineLane("DEV", [span(0, 3), span(1, 2), span(2, 4), span(3, 5)])
        #expect(lane.spans.map(\.row) == [0, 1, 1, 0] && lane.rows == 2)
        #expect(TimelineLane("DEV", []).rows == 1)
    }

    @Test func thePictureShowsEveryStepOnceAndTheFailure() throws {
        let timeline = notes(try plan(), [(0, 0, 1), (1, 1, 8), (2, 1, 3)], failed: 2)
        let svg = TimelinePicture(timeline).svg
        #expect(svg.components(of: "<g><title>") == 3)
        #expect(svg.components(of: "<rect class=\"failed\"") == 2, "the bar and the legend")
        #expect(svg.contains("bcmcluster up -c DEV failed after 8s"))
        #expect(svg.contains(">2026-11-28 17:05:00 UTC, namespace provider<") && svg.contains("width=\"100%\""))
        #expect(svg.components(of: "<text") == svg.components(of: "</text>"))
        #expect(XML.escaped("a<b & \"c\">") == "a&lt;b &amp; &quot;c&quot;&gt;")
    }

    @Test(arguments: [("a/b.svg", TimelineFile.Form.svg), ("up.html", .html), ("/x/y.z.json", .json)])
    func theEndingSaysTheForm(_ path: String, _ form: TimelineFile.Form) throws {
        #expect(try TimelineFile(path).form == form)
    }

    @Test(arguments: ["up.png", "svg", ".svg", "", "up.svg/"])
    func anotherEndingIsBadInput(_ path: String) throws {
        let failure = try #require(throws: Failure.self) { try TimelineFile(path) }
        #expect(failure.code == .badInput && failure.hint?.contains(".svg, .html or .json") == true)
    }

    @Test func theDataNamesItsForm() throws {
        let text = try TimelineFile("up.json").text(notes(try plan(), [(0, 0, 1)]))
        for part in [
            #""schemaVersion" : 2"#, #""command" : "up""#, #""cluster" : "DEV""#,
            #""started" : "2026-11-28T17:05:00Z""#, #""provider" : "namespace""#, #""lane" : "DEV""#,
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(try TimelineFile("up.html").text(notes(try plan(), [(0, 0, 1)])).hasPrefix("<!DOCTYPE html>"))
    }
}

extension String {
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
