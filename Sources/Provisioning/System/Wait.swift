/// A wait that is under way: what the user is told while it lasts.
package struct Wait: Sendable, Equatable {
    package var what: String
    /// What that is doing at present, where it is known: `installing packages`.
    package var detail: String?
    /// When it began, by the clock of the run.
    package var since: Duration
    /// How long it lasts at most.
    package var limit: Duration

    package init(what: String, detail: String? = nil, since: Duration, limit: Duration) {
        self.what = what
        self.detail = detail
        self.since = since
        self.limit = limit
    }

    /// Who is told of the present task's waits.
    ///
    /// A type of its own: a task-local value that is a bare closure crashes optimised code (Swift 6.3).
    package struct Listener: Sendable {
        private let body: @Sendable (Wait?) -> Void

        /// A listener that is told of a wait when it begins or gets another detail, and of `nil` when it is over; must
        /// return at once.
        package init(_ body: @escaping @Sendable (Wait?) -> Void) { self.body = body }

        func tell(_ wait: Wait?) { body(wait) }
    }

    /// The listener of the present task; `nil` where nobody looks on.
    @TaskLocal package static var listener: Listener?
}
