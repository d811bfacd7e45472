/// A wait that is under way: what a person is told while it lasts.
public struct Wait: Sendable, Equatable {
    /// What is waited for.
    public var what: String
    /// When it began, by the clock of the run.
    public var since: Duration
    /// How long it lasts at the most.
    public var limit: Duration
    /// What a person can do when it takes long, for instance the log to read.
    public var remedy: String?

    /// Makes a wait.
    public init(what: String, since: Duration, limit: Duration, remedy: String? = nil) {
        self.what = what
        self.since = since
        self.limit = limit
        self.remedy = remedy
    }

    /// Told of each wait of the present task when it begins, and of `nil` when it is over; must return at once.
    @TaskLocal public static var report: (@Sendable (Wait?) -> Void)?
}
