/// Tells each command before it runs, as it could be pasted, secrets left out.
struct ShowingRunner: CommandRunner {
    private let base: any CommandRunner
    private let redactor: Redactor
    private let show: @Sendable (String) -> Void

    init(_ base: any CommandRunner, _ redactor: Redactor, show: @escaping @Sendable (String) -> Void) {
        self.base = base
        self.redactor = redactor
        self.show = show
    }

    func run(_ command: Command) async throws -> CommandResult {
        show(redactor.redact("+ \(command.pasteable)"))
        return try await base.run(command)
    }
}
