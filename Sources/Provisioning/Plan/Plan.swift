/// The steps, and which waits for which: a plan is data.
public struct Plan: Sendable {
    /// One step in its place.
    public struct Entry: Sendable {
        /// The step.
        public let step: any Step
        /// The places of those that must have ended well before it begins.
        public let after: Set<Int>
        /// The places of those that must have ended before it begins, well or not.
        public let regardless: Set<Int>
        /// Whether it runs after a cancellation too.
        public let evenIfCancelled: Bool
    }

    /// All steps, each after those that it waits for.
    public private(set) var entries: [Entry] = []

    /// An empty plan.
    public init() {}

    /// Adds a step that waits for others, and returns its place.
    ///
    /// What puts back what others have removed waits for their end `regardless` of how it is, and with
    /// `evenIfCancelled` runs last in a run that was cancelled.
    @discardableResult
    public mutating func add(
        _ step: any Step, after: [Int] = [], regardless: [Int] = [], evenIfCancelled: Bool = false
    ) -> Int {
        entries.append(
            Entry(
                step: step, after: Set(after), regardless: Set(regardless), evenIfCancelled: evenIfCancelled))
        return entries.count - 1
    }

    /// Whether the one step waits for the other, directly or through others.
    public func waits(_ later: Int, for earlier: Int) -> Bool {
        var open = Array(entries[later].after.union(entries[later].regardless))
        while let next = open.popLast() {
            if next == earlier { return true }
            if next > earlier { open += entries[next].after.union(entries[next].regardless) }
        }
        return false
    }
}
