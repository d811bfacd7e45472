/// What went wrong, said to the user: a code to match on, one sentence, and the way out.
public struct Failure: Error, Sendable, Equatable {
    /// The kind of a failure; decides the exit status and is what code matches on.
    package enum Code: String, Sendable, CaseIterable {
        /// The command line, a name, a setting or a file that the user wrote makes no sense.
        case badInput
        /// The tool, the right or the platform that is needed is not there.
        case missing
        /// No cluster of that name is known here.
        case unknownCluster
        /// No member, unit, snapshot, host or VM has that name.
        case notFound
        /// A file or folder of ours cannot be read as what it should be.
        case damaged
        /// The state of a cluster cannot be read as one.
        case damagedState
        /// Another run holds the cluster.
        case locked
        /// Another run is changing the cluster that is asked about.
        case changing
        /// A command exited with a status other than 0.
        case commandFailed
        /// A command or a wait took longer than its limit.
        case timedOut
        /// Reading or writing a file failed.
        case files
        /// What the world answers contradicts what the cluster needs.
        case conflict
        /// Somebody else has just taken what was chosen; another choice may do.
        case taken
        /// Some hosts or members were unreachable.
        case partial
        case unreachable
        /// A user or the system asked the run to end.
        case interrupted
    }

    package var code: Code
    /// One sentence for the user, without a full stop.
    public var message: String
    /// The command that failed, as it could be pasted, secrets left out.
    package var command: String?
    /// The end of what that command printed, secrets left out.
    package var output: String?
    /// What to do next, without a full stop.
    public var hint: String?
    /// The end of the log that says why, where there is one, secrets left out.
    package var log: LogEnd?

    /// Makes a failure; `message` and `hint` are sentences without a full stop.
    package init(
        _ code: Code, _ message: String, command: String? = nil, output: String? = nil, hint: String? = nil
    ) {
        self.code = code
        self.message = message
        self.command = command
        self.output = output
        self.hint = hint
    }

    /// The status with which the process ends: the contract of docs/reference/command-line.md.
    package var exitStatus: Int32 {
        switch code {
        case .badInput: 2
        case .missing: 3
        case .partial, .unreachable: 4
        case .unknownCluster, .notFound: 5
        case .changing: 6
        case .interrupted: 130
        case .damaged, .damagedState, .locked, .commandFailed, .timedOut, .files, .conflict, .taken: 1
        }
    }
}

extension Failure {
    /// The failure that an arbitrary error amounts to; only cancellation is known by another name here.
    package init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case is CancellationError: self = Failure(.interrupted, "interrupted")
        default: self = Failure(.conflict, "internal error (please report): \(error)")
        }
    }
}
