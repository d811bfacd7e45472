import Provisioning

/// Asking all hosts the same.
extension World {
    /// How long all of them together may take.
    private static let limit: Duration = .seconds(5)

    /// This machine and those that the user has added.
    func allHosts() throws -> [Host] { [try .local] + (try hosts.all()) }

    /// The host of that name, which may be this machine.
    func host(_ name: HostName) throws -> Host { name.isLocal ? try .local : try hosts.host(name) }

    /// Asks them all at once, under one limit for all; the answers come in the order of the hosts' names.
    func asking<Answer: Sendable>(
        _ hosts: [Host],
        _ question: @escaping @Sendable (Host, any CommandRunner, _ limit: Duration) async throws -> Answer
    ) async throws -> [(host: Host, answer: Result<Answer, Failure>)] {
        let answers = try await untilSignal {
            let answers = await withTaskGroup(of: (host: Host, answer: Result<Answer, Failure>).self) { group in
                for host in hosts { group.addTask { (host, await answer(of: host, question)) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            try Task.checkCancellation()
            return answers
        }
        return answers.sorted { $0.host.name < $1.host.name }
    }

    private func answer<Answer: Sendable>(
        of host: Host, _ question: @escaping @Sendable (Host, any CommandRunner, Duration) async throws -> Answer
    ) async -> Result<Answer, Failure> {
        do {
            let runner = LimitedRunner(runner(on: host), most: Self.limit)
            return .success(try await time.within(Self.limit) { try await question(host, runner, Self.limit) })
        } catch {
            let failure = Failure(error)
            let late = Failure(.unreachable, "no answer within \(Self.limit.brief)")
            return .failure(failure.code == .timedOut ? late : failure)
        }
    }
}
