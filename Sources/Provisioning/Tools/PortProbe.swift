/// Knocks at a TCP port from wherever the runner is, by bash, which has a way of its own to do so.
struct PortProbe: Sendable {
    /// What comes back.
    enum Answer: Sendable, Equatable {
        /// Somebody listens there.
        case open
        /// The packets come and go, and nobody listens.
        case refused
        /// Nothing, and why.
        case silent(String)
    }

    let runner: any CommandRunner
    /// How long an answer may take.
    let limit: Duration
    /// What is behind the port.
    var about: Set<Subject> = []
    /// What the question is to a dry run.
    var effect: Command.Effect = .reads

    /// What comes back from that port.
    func knock(_ address: String, _ port: Int) async throws -> Answer {
        let words = ["-c", "exec 3<>\"/dev/tcp/$0/$1\"", address, "\(port)"]
        do {
            let result = try await runner.run(Command("bash", words, limit: limit, effect: effect, about: about))
            if result.succeeded { return .open }
            if result.reports(SystemError.connectionRefused) { return .refused }
            let line = result.errors.split(separator: "\n").first ?? "no answer"
            return .silent(line.split(separator: ":").last?.trimmed ?? "no answer")
        } catch let failure as Failure where failure.code == .timedOut {
            return .silent("no answer within \(limit.brief)")
        }
    }
}
