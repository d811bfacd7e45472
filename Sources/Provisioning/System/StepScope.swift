/// Which step's work a command belongs to: known to the log and to the dry run without being passed along by hand.
public struct StepScope: Sendable, Equatable {
    /// What the step is doing.
    public enum Phase: String, Sendable, Codable {
        /// Finding out whether its work is done already.
        case asking
        /// Doing its work.
        case running
    }

    /// The step's identifier.
    public var step: String
    /// What it is doing.
    public var phase: Phase

    /// Whether this is a dry run, in which nothing that was recorded has happened.
    public var isReview = false

    /// Names a step and what it is doing.
    public init(step: String, phase: Phase, isReview: Bool = false) {
        self.step = step
        self.phase = phase
        self.isReview = isReview
    }

    /// Whether the present task belongs to a dry run.
    public static var isReview: Bool { current?.isReview ?? false }

    /// The scope of the present task; `nil` outside of any step.
    @TaskLocal public static var current: StepScope?
}
