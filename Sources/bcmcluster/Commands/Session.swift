import Provisioning

/// One run of the program: what was typed, what it is done with, and where it is shown.
struct Session: Sendable {
    let invocation: Invocation
    let app: AppContext
    let terminal: Terminal
    let interruption: Interruption
    let time: any TimeSource
    let environment: @Sendable (String) -> String?
    /// When each step of a plan began and ended.
    let timeline: TimelineRecorder

    init(_ invocation: Invocation, interruption: Interruption, time: any TimeSource) throws {
        let environment = SystemCalls.environment
        let terminal = Terminal(
            isJSON: invocation.isJSON, isQuiet: invocation.isQuiet, isVerbose: invocation.isVerbose,
            environment: environment)
        timeline = TimelineRecorder()
        let quote: @Sendable (String) -> Void = { terminal.quote($0) }
        app = try AppContext(
            isDryRun: invocation.isDryRun, canAsk: terminal.canAsk, longest: try invocation.limits().machine,
            observer: TerminalObserver(
                terminal: terminal, streams: invocation.streamsJSON, time: time, timeline: timeline,
                interruption: interruption),
            showing: invocation.isVerbose ? quote : nil, time: time
        ) { confirmation in
            try await TerminalConfirmation(isGiven: invocation.values[.yes] != nil, terminal: terminal, time: time)
                .allows(confirmation)
        }
        self.invocation = invocation
        self.terminal = terminal
        self.interruption = interruption
        self.time = time
        self.environment = environment
    }

    /// The cluster, by operand or flag, by `BCM_CLUSTER_NAME`, or the one that there is where the command only reads.
    var cluster: ClusterName {
        get throws { try invocation.cluster(environment, known: { CompletionWords(app).clusters }) }
    }

    /// How wide results may be.
    var width: Int { SystemCalls.terminalWidth(1) ?? .max }

    /// Shows a result, as data or as text.
    func show(_ data: some Encodable, _ text: @autoclosure () throws -> String) throws {
        terminal.result(invocation.isJSON ? try JSONText.text(data) : try text())
    }

    /// The exit status of what runs until the user ends it: 0 by Ctrl-C; any other error is thrown.
    func endedByUser(_ error: any Error) throws -> Int32 {
        guard let signal = interruption.signal else { throw error }
        return signal == 2 ? 0 : 128 + signal
    }
}
