/// The steps, and which waits for which: a plan is data.
package struct Plan<Context: StepContext>: Sendable {
    /// One step in its place.
    package struct Entry: Sendable {
        package let step: any Step<Context>
        /// The places of those that must have ended well before it begins.
        package let after: Set<Int>
        /// The places of those that must have ended before it begins, well or not.
        package let regardless: Set<Int>
        /// Whether it runs after a cancellation too.
        package let evenIfCancelled: Bool
    }

    /// All steps, each after those that it waits for.
    package private(set) var entries: [Entry] = []

    package init() {}

    /// Adds a step that waits for others, and returns its place.
    ///
    /// What puts back what others have removed waits for their end `regardless` of how it is, and with
    /// `evenIfCancelled` runs last in a run that was cancelled.
    @discardableResult
    package mutating func add(
        _ step: any Step<Context>, after: [Int] = [], regardless: [Int] = [], evenIfCancelled: Bool = false
    ) -> Int {
        entries.append(
            Entry(
                step: step, after: Set(after), regardless: Set(regardless), evenIfCancelled: evenIfCancelled))
        return entries.count - 1
    }

    /// Adds the steps of another plan, which wait for each other as they did there, and all of them for these.
    package mutating func add(_ other: Plan, after: [Int] = []) {
        let offset = entries.count
        for entry in other.entries {
            add(
                entry.step, after: after + entry.after.map { $0 + offset },
                regardless: entry.regardless.map { $0 + offset },
                evenIfCancelled: entry.evenIfCancelled)
        }
    }

    /// Whether the one step waits for the other, directly or through others.
    package func waits(_ later: Int, for earlier: Int) -> Bool {
        var open = Array(entries[later].after.union(entries[later].regardless))
        while let next = open.popLast() {
            if next == earlier { return true }
            if next > earlier { open += entries[next].after.union(entries[next].regardless) }
        }
        return false
    }
}

/// A plan that changes a cluster.
package typealias ClusterPlan = Plan<PlanContext>

/// What is shown of a plan: its steps' words and order, without the steps.
package struct PlanOutline: Sendable {
    package struct Entry: Sendable {
        /// Which kind of step it is.
        package let code: String
        package let title: String
        /// The member that it is about; `nil` where it is about the whole.
        package let member: MemberName?
        package let lane: Lane?
        /// How long it takes as a rule.
        package let expectedDuration: Duration
        /// How to read the log that tells of it; `nil` where only the run's own log does.
        package let logHint: String?
        /// The places of the steps that it waits for, directly or through others.
        package let waitsFor: Set<Int>

        /// `DEV-01 join the cluster`.
        package var identifier: String { member.map { "\($0) \(title)" } ?? title }
        /// `DEV-01: join the cluster`.
        package var titleForUsers: String { member.map { "\($0): \(title)" } ?? title }
    }

    package let entries: [Entry]

    /// This outline with another behind it, whose steps wait for all of this.
    package func appending(_ other: PlanOutline) -> PlanOutline {
        let all = Set(entries.indices)
        return PlanOutline(
            entries: entries
                + other.entries.map { entry in
                    Entry(
                        code: entry.code, title: entry.title, member: entry.member, lane: entry.lane,
                        expectedDuration: entry.expectedDuration, logHint: entry.logHint,
                        waitsFor: all.union(entry.waitsFor.map { $0 + entries.count }))
                })
    }

    private init(entries: [Entry]) { self.entries = entries }

    /// The outline of a plan that runs in that context; without one it says nothing of logs.
    package init<Context>(_ plan: Plan<Context>, _ context: Context? = nil) {
        var waitsFor: [Set<Int>] = []
        for entry in plan.entries {
            let direct = entry.after.union(entry.regardless)
            waitsFor.append(direct.reduce(direct) { $0.union(waitsFor[$1]) })
        }
        entries = zip(plan.entries, waitsFor).map { entry, waitsFor in
            Entry(
                code: entry.step.code, title: entry.step.title, member: entry.step.member, lane: entry.step.lane,
                expectedDuration: context?.expectedDuration(of: entry.step) ?? .seconds(30),
                logHint: context?.logHint(for: entry.step) ?? nil,
                waitsFor: waitsFor)
        }
    }
}
