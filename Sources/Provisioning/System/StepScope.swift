/// Which step's work a command belongs to: known to the log and to the dry run without being passed along by hand.
package struct StepScope: Sendable, Equatable {
    /// What the step is doing.
    package enum Phase: String, Sendable, Codable {
        /// Finding out whether its work is done already.
        case asking
        /// Doing its work.
        case running
    }

    /// The step's identifier.
    package var step: String
    package var phase: Phase

    /// Whether this is a dry run, in which nothing that was recorded has happened.
    package var isReview = false

    /// Names a step and what it is doing.
    package init(step: String, phase: Phase, isReview: Bool = false) {
        self.step = step
        self.phase = phase
        self.isReview = isReview
    }

    /// Whether the present task belongs to a dry run.
    package static var isReview: Bool { current?.isReview ?? false }

    /// What the world says after changes were made; in a dry run, which makes none, that is assumed.
    static func outcome<Answer>(
        assuming assumed: Answer, _ ask: () async throws -> Answer
    ) async rethrows -> Answer { isReview ? assumed : try await ask() }

    /// Does the work for each element at the same time; in a dry run, which shows it, in their order.
    static func forEach<Element: Sendable>(
        _ elements: [Element], _ work: @escaping @Sendable (Element) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for element in elements {
                if isReview { try await group.waitForAll() }
                group.addTask { try await work(element) }
            }
            try await group.waitForAll()
        }
    }

    /// What the work makes of each element, in their order, all at the same time; in a dry run one after the other.
    static func map<Element: Sendable, Answer: Sendable>(
        _ elements: [Element], _ work: @escaping @Sendable (Element) async throws -> Answer
    ) async throws -> [Answer] {
        try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
            var answers: [Int: Answer] = [:]
            for (index, element) in elements.enumerated() {
                if isReview { while let (index, answer) = try await group.next() { answers[index] = answer } }
                group.addTask { (index, try await work(element)) }
            }
            while let (index, answer) = try await group.next() { answers[index] = answer }
            return answers.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// The scope of the present task; `nil` outside of any step.
    @TaskLocal package static var current: StepScope?
}
