/// What an instance has answered.
package enum HealthAnswer: Sendable, Equatable {
    case healthy
    /// It is not, and what its last answer was.
    case unhealthy(String)
    /// There was no time for an answer, or its member could not be asked.
    case unknown
}

/// Asks an instance whether it is healthy: from its member, without anything that listens for it.
package struct HealthProbe: Sendable {
    /// The client in the member.
    let client: LXC
    /// What runs commands in the member.
    let runner: any CommandRunner
    /// What the questions are to a dry run: as a change each is shown, and never asked.
    var effect: Command.Effect = .reads

    /// Sends one request and prints the first line of the answer.
    ///
    /// `bash` reaches a port by itself, so that a member needs no program for it.
    private static let request = """
        exec 3<>"/dev/tcp/$0/$1" &&
        printf 'GET %s HTTP/1.0\\r\\nHost: %s:%s\\r\\nConnection: close\\r\\n\\r\\n' "$2" "$0" "$1" >&3 &&
        IFS= read -r line <&3 && printf '%s\\n' "$line"
        """

    package init(client: LXC, runner: any CommandRunner, effect: Command.Effect = .reads) {
        self.client = client
        self.runner = runner
        self.effect = effect
    }

    /// What the instance answers; the address is looked up only where it is needed.
    ///
    /// Throws where its member cannot be asked.
    package func ask(
        _ instance: String, _ check: HealthCheck, at address: () async throws -> String?, limit: Duration
    ) async throws -> HealthAnswer {
        do {
            switch check.question {
            case .exec(let words): return try await exec(words, in: instance, check, limit)
            case .tcp(let port):
                guard let address = try await address() else { return .unhealthy("\(check.text): no address yet") }
                let answer = try await PortProbe(runner: runner, limit: limit, effect: effect).knock(address, port)
                switch answer {
                case .open: return .healthy
                case .refused: return .unhealthy("\(check.text): connection refused")
                case .silent(let why): return .unhealthy("\(check.text): \(why)")
                }
            case .http(let port, let path):
                guard let address = try await address() else { return .unhealthy("\(check.text): no address yet") }
                return try await get(path, address, port, check, limit)
            }
        } catch let failure as Failure where failure.code == .timedOut {
            return .unhealthy("\(check.text): no answer within \(limit.brief)")
        }
    }

    private func exec(
        _ words: [String], in instance: String, _ check: HealthCheck, _ limit: Duration
    ) async throws -> HealthAnswer {
        let result = try await runner.run(client.asking(instance, words, limit: limit, effect: effect))
        if result.succeeded { return .healthy }
        let how =
            switch result.ending {
            case .exited(let status): "exit status \(status)"
            case .signalled(let signal): "signal \(signal)"
            }
        let last = result.tail.split(separator: "\n").last.map { ", \(String($0).clipped)" } ?? ""
        return .unhealthy("\(check.text): \(how)\(last)")
    }

    private func get(
        _ path: String, _ address: String, _ port: Int, _ check: HealthCheck, _ limit: Duration
    ) async throws -> HealthAnswer {
        let words = ["-c", Self.request, address, "\(port)", path]
        let result = try await runner.run(Command("bash", words, limit: limit, effect: effect))
        if result.reports(SystemError.connectionRefused) { return .unhealthy("\(check.text): connection refused") }
        let line = PlainText.of(result.output).trimmed
        guard result.succeeded, line.hasPrefix("HTTP/") else {
            let last = result.errors.split(separator: "\n").first?.split(separator: ":").last.map { $0.trimmed }
            return .unhealthy("\(check.text): \(last.flatMap { $0.isEmpty ? nil : $0 } ?? "no answer of HTTP")")
        }
        guard let status = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) }), 200...399 ~= status else {
            return .unhealthy("\(check.text): \(line.clipped)")
        }
        return .healthy
    }
}

extension LXC {
    /// A command in an instance that answers a question: without a terminal and without input.
    fileprivate func asking(_ instance: String, _ words: [String], limit: Duration, effect: Command.Effect) -> Command {
        command(["exec", instance, "-T", "--"] + words, limit: limit, effect: effect)
    }
}
