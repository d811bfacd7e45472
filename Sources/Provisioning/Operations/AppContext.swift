/// The outside of the process, wired together: what operations are made from.
public struct AppContext: Sendable {
    let environment: @Sendable (String) -> String?
    let files: any Files
    let runner: any CommandRunner
    let time: any TimeSource
    let random: any RandomSource
    package let redactor: Redactor
    /// The runtime directory, an absolute path.
    package let runtime: String
    /// What tells this machine from others: its machine ID, or its name.
    let machine: String
    /// Set in a dry run.
    let recorder: Recorder?
    /// The connections to other machines, which end with `close`.
    let connections: HostConnections
    /// Whether ssh and sudo may ask at the terminal.
    let canAsk: Bool
    /// Asks the user; false leaves everything as it is.
    let confirm: @Sendable (Confirmation) async throws -> Bool
    let observer: any OperationObserver
    /// Makes a runner of this context, such as one that logs, out of one that only runs.
    private let wrap: @Sendable (any CommandRunner) -> any CommandRunner

    /// This machine, with what is kept in the runtime directory; `nil` takes `BCM_RUNTIME_DIR`, or else `~/.bcm`.
    ///
    /// Nothing is deleted that the caller has not confirmed: without a `confirm` only what scripts may do unasked. `show` is
    /// told each command that is run, without secrets.
    /// Throws `Failure.damaged` where others could write to the runtime directory.
    package init(
        runtime: String? = nil, isDryRun: Bool = false, canAsk: Bool = false, longest: Duration = Limits().machine,
        observer: (any OperationObserver)?, showing show: (@Sendable (String) -> Void)? = nil,
        time: any TimeSource = SystemTime(),
        confirm: @escaping @Sendable (Confirmation) async throws -> Bool = { try Self.confirmUnasked($0) }
    ) throws {
        environment = SystemCalls.environment
        redactor = Redactor()
        self.canAsk = canAsk
        self.confirm = confirm
        self.observer = observer ?? SilentObserver()
        self.time = time
        self.runtime = try Self.runtime(runtime, environment)
        let identifier = try? LocalFiles().read("/etc/machine-id")?.trimmed
        machine = identifier.flatMap { $0.isEmpty || $0.contains(":") ? nil : $0 } ?? SystemCalls.hostName
        try RuntimeFolder(self.runtime, LocalFiles()).checkIsFolder()
        try RuntimeFolder(self.runtime, LocalFiles()).check()
        let redactor = redactor
        let shown: @Sendable (any CommandRunner) -> any CommandRunner = { base in
            show.map { ShowingRunner(base, redactor, show: $0) } ?? base
        }
        let limited = LimitedRunner(LocalRunner(), most: longest)
        if isDryRun {
            let recorder = Recorder()
            self.recorder = recorder
            files = RecordingFiles(LocalFiles(), recorder)
            wrap = { RecordingRunner(shown($0), recorder) }
            random = PlaceholderRandom()
        } else {
            recorder = nil
            files = LocalFiles()
            wrap = shown
            random = SystemRandom()
        }
        runner = wrap(limited)
        connections = HostConnections(
            by: limited, files: LocalFiles(), random: SystemRandom(), time: time, canAsk: canAsk)
    }

    private init(_ app: AppContext, wrapped: @escaping @Sendable (any CommandRunner) -> any CommandRunner) {
        environment = app.environment
        files = app.files
        runner = wrapped(app.runner)
        let wrap = app.wrap
        self.wrap = { wrapped(wrap($0)) }
        connections = app.connections
        time = app.time
        random = app.random
        redactor = app.redactor
        canAsk = app.canAsk
        confirm = app.confirm
        observer = app.observer
        runtime = app.runtime
        machine = app.machine
        recorder = app.recorder
    }

    /// This machine, with what is kept in the runtime directory; `nil` takes `BCM_RUNTIME_DIR`, or else `~/.bcm`.
    ///
    /// Nothing is shown and nobody is asked: what would delete data that the operation is not about is refused. Throws
    /// `Failure` where others could write to the runtime directory.
    public init(runtime: String? = nil) throws { try self.init(runtime: runtime, observer: nil) }

    /// Does an operation, and returns its report.
    public func run<Report>(_ operation: some Operation<Report>) async throws -> Report {
        try await operation.run(in: self)
    }

    /// Does an operation that changes something, and throws the first failure of its steps.
    @discardableResult
    public func perform(_ operation: some Operation<ChangeReport>) async throws -> ChangeReport {
        let report = try await operation.run(in: self)
        try report.check()
        return report
    }

    /// Ends the connections to other machines.
    public func close() async { await connections.close() }

    /// Allows what loses nothing, and what scripts may do unasked.
    @Sendable package static func confirmUnasked(_ confirmation: Confirmation) throws -> Bool {
        guard confirmation.losses.isEmpty || confirmation.isAllowedUnasked else {
            throw Failure(
                .badInput, "\(confirmation.command) deletes data: not a terminal",
                output: confirmation.losses.joined(separator: "\n"), hint: "pass --yes")
        }
        return true
    }

    /// The same context, in which every command is logged.
    func logging(to log: RunLog) -> AppContext {
        let time = time
        return AppContext(self) { LoggingRunner($0, log, time) }
    }

    /// The same context, in which no command takes longer than that.
    func limited(to most: Duration) -> AppContext { AppContext(self) { LimitedRunner($0, most: most) } }

    /// What runs commands on that host, in the way of this context.
    func runner(on host: Host) -> any CommandRunner {
        if host.name.isLocal { return runner }
        return RunnerOnHost(host, wrap(ConnectingRunner(host, connections)))
    }

    /// Takes a sentence for the user.
    func say(_ message: String) { observer.say(message) }

    private static func runtime(_ given: String?, _ environment: (String) -> String?) throws -> String {
        if let named = given ?? environment("BCM_RUNTIME_DIR") {
            guard named.hasPrefix("/") else {
                throw Failure(.badInput, "BCM_RUNTIME_DIR is not an absolute path: \(Shell.quoted(named))")
            }
            return named.count > 1 && named.hasSuffix("/") ? String(named.dropLast()) : named
        }
        guard let home = environment("HOME"), home.hasPrefix("/") else {
            throw Failure(.missing, "HOME is not set", hint: "set it, or set BCM_RUNTIME_DIR")
        }
        return home == "/" ? "/.bcm" : "\(home)/.bcm"
    }
}
