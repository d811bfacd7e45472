extension PlanContext: StepContext {
    /// What has to do with the setup of a machine takes as long as that.
    package func expectedDuration(of step: any Step<PlanContext>) -> Duration {
        step.expectedDuration ?? (step.log == .machine ? provider.traits.expectedSetupDuration : .seconds(30))
    }

    package func memberNames() async -> [String] { await store.state.members.map(\.name.text) }
    package var providerName: String? { provider.traits.name.rawValue }

    package func logHint(for step: any Step<PlanContext>) -> String? {
        guard let member = step.member, let topic = step.log else { return nil }
        return provider.logHint(member, about: topic)
    }

    /// How long any one command of the reading may take: a failure must not become worse by its explanation.
    private static var timeout: Duration { .seconds(2) }
    /// How many lines of a log are worth showing.
    private static var mostLines: Int { 5 }
    /// How much of one line is.
    private static var longestLine: Int { 400 }

    /// The failure with the last lines of the log that says why; as it is where no log does, or none can be read.
    package func explained(_ failure: Failure, of step: any Step<PlanContext>) async -> Failure {
        guard let topic = step.log, let member = step.member, failure.isExplainedByLogs else { return failure }
        // What a log might tell must be known before it is read.
        guard (try? ClusterSecrets(folder, files).conceal(in: redactor)) != nil else { return failure }
        var explained = failure
        if let logging = provider.logging { explained.log = await end(of: logging, about: topic, member) }
        return explained
    }

    /// The end of the first of those logs that says anything; one that takes too long stands for all.
    private func end(
        of logging: any MachineLogging, about topic: MachineLog.Topic, _ member: MemberName
    ) async -> LogEnd? {
        let runner = LimitedRunner(logging.logRunner(for: member), most: Self.timeout)
        let logs = logging.logs(of: member)
        for log in logs.filter({ $0.topic == topic }) + logs.filter({ $0.topic != topic }) {
            do {
                let text = try await LogFile(runner, log.path).end(.lines(Self.mostLines)) ?? ""
                let lines = Self.lines(of: text)
                if lines.isEmpty { continue }
                return LogEnd(member: member.text, name: log.name, path: log.path, lines: lines)
            } catch {
                return nil
            }
        }
        return nil
    }

    /// Lines that can be shown: without tokens, without what moves a terminal's cursor, and none without end.
    private static func lines(of text: String) -> [String] {
        ClusterSecrets.withoutTokens(text).split { $0.isNewline }.suffix(mostLines).compactMap { line in
            let scalars = line.unicodeScalars.map { $0 == "\t" ? " " : $0 }.filter { !$0.isOrder }
            let shown = String(String.UnicodeScalarView(scalars))
            if shown.trimmed.isEmpty { return nil }
            return shown.count > longestLine ? shown.prefix(longestLine) + "…" : shown
        }
    }
}

extension Failure {
    /// Whether a log may say more: of what the user asked for, or somebody else has, none does.
    ///
    /// What contradicts the cluster is a refusal of ours, but where a program of the machine's has printed it.
    fileprivate var isExplainedByLogs: Bool {
        switch code {
        case .commandFailed, .timedOut: true
        case .conflict: output != nil
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// Whether a terminal takes it for an order.
    fileprivate var isOrder: Bool { properties.generalCategory == .control || properties.generalCategory == .format }
}
