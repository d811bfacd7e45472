import Provisioning
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Who did what when in one run, and the longest path: the steps without which it would have been over sooner.
struct Timeline: Sendable, Equatable, Encodable {
    /// One step that worked, or failed.
    struct Span: Sendable, Equatable, Encodable {
        var title: String
        /// The member, or the cluster.
        var lane: String
        /// Seconds since the run began.
        var start: Double
        /// Seconds since the run began.
        var end: Double
        var failed: Bool
        /// Whether the step is on the longest path.
        var isLongest = false
    }

    var schemaVersion = JSONForm.version
    /// What was typed, without its options.
    var command: String
    var cluster: String
    /// The provider of the machines.
    var provider: String?
    /// When the run began, by RFC 3339.
    var started: String
    /// Seconds from the run's beginning to its end.
    var seconds: Double
    var spans: [Span]

    /// The rows of the picture: the cluster itself, then its members in their order.
    var lanes: [String] {
        let members = spans.map(\.lane).filter { $0 != cluster }
        var seen: Set<String> = []
        return [cluster] + members.sorted { ($0.count, $0) < ($1.count, $1) }.filter { seen.insert($0).inserted }
    }

    /// Whether some step failed.
    var hasFailure: Bool { spans.contains(where: \.failed) }
}

/// Notes when each step of a run begins and ends.
final class TimelineRecorder: PlanObserver {
    private struct Times {
        var began: [Int: Duration] = [:]
        var ended: [Int: (at: Duration, failed: Bool)] = [:]
        /// The place of the present plan's first step, behind those of plans before it.
        var first = 0
        /// How many steps the present plan has.
        var count = 0
    }

    private let times = Mutex(Times())

    /// Notes that another plan begins, behind those before it.
    func begin(_ plan: PlanOutline) {
        times.withLock { times in
            times.first += times.count
            times.count = plan.entries.count
        }
    }

    func observe(_ event: PlanEvent, in plan: PlanOutline) {
        times.withLock { times in
            switch event {
            case .started(let index, let time): times.began[times.first + index] = time
            case .finished(let index, let time): times.ended[times.first + index] = (time, false)
            case .failed(let index, let time, _): times.ended[times.first + index] = (time, true)
            case .waiting, .skipped, .blocked: break
            }
        }
    }

    /// What was noted, for a run that began at that date, has just ended and took that long.
    func timeline(
        of plan: PlanOutline, command: String, cluster: String, provider: String?, date: Int, endedAt end: Duration,
        took: Duration
    ) -> Timeline {
        // A plan that came before the outline's is not part of it.
        let times = times.withLock { times in
            let offset = max(0, times.first + times.count - plan.entries.count)
            var own = Times()
            own.began = Dictionary(
                uniqueKeysWithValues: times.began.map { ($0.key - offset, $0.value) }.filter { $0.0 >= 0 })
            own.ended = Dictionary(
                uniqueKeysWithValues: times.ended.map { ($0.key - offset, $0.value) }.filter { $0.0 >= 0 })
            return own
        }
        // Between two plans there is time that neither took.
        let start = min(end - took, times.began.values.min() ?? end)
        let ran = times.ended.keys.filter { times.began[$0] != nil }.sorted()
        let longest = CriticalPath(plan, ended: times.ended.mapValues(\.at), began: times.began).steps
        let spans = ran.compactMap { index -> Timeline.Span? in
            guard let began = times.began[index], let ended = times.ended[index] else { return nil }
            let step = plan.entries[index]
            return Timeline.Span(
                title: step.title, lane: step.member?.text ?? cluster, start: (began - start).thousandths,
                end: (ended.at - start).thousandths, failed: ended.failed, isLongest: longest.contains(index))
        }
        return Timeline(
            command: command, cluster: cluster, provider: provider,
            started: RFC3339.text(date),
            seconds: spans.map(\.end).max() ?? 0,
            spans: spans.sorted { ($0.start, $0.end) < ($1.start, $1.end) })
    }
}

/// Goes back from the step that ended last, each time to the one that was waited for.
struct CriticalPath {
    private(set) var steps: Set<Int> = []

    /// Times by the steps' places in the plan; steps that were done already have none.
    init(_ plan: PlanOutline, ended: [Int: Duration], began: [Int: Duration]) {
        var present = ended.keys.filter { began[$0] != nil }.max { (ended[$0] ?? .zero) < (ended[$1] ?? .zero) }
        while let index = present, let start = began[index] {
            steps.insert(index)
            let lane = plan.entries[index].lane
            // It waited for a step of the plan's, or for room in its lane.
            let before = ended.keys.filter { other in
                guard !steps.contains(other), let end = ended[other], began[other] != nil, end <= start else {
                    return false
                }
                return plan.entries[index].waitsFor.contains(other)
                    || (lane != nil && plan.entries[other].lane == lane)
            }
            present = before.max { (ended[$0] ?? .zero, $0) < (ended[$1] ?? .zero, $1) }
        }
    }
}

extension Duration {
    /// Seconds, to the millisecond.
    fileprivate var thousandths: Double { (seconds * 1000).rounded() / 1000 }
}
