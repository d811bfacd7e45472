#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

import Synchronization

/// Runs commands on this machine as the present user.
package struct LocalRunner: CommandRunner {
    /// How long a process group has between TERM and KILL.
    package static let grace: Duration = .seconds(2)

    /// How many bytes of each of a program's outputs are kept; what comes after is dropped.
    package static let mostKept = 8 << 20

    /// Nothing to set up.
    package init() {}

    /// Runs the command; each has a thread of its own, so the cooperative pool never waits for a child.
    package func run(_ command: Command) async throws -> CommandResult {
        if !command.outlivesCancellation { try Task.checkCancellation() }
        let flag = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detach {
                    continuation.resume(
                        with: Result {
                            var supervision = try Supervision(command.invocation, flag)
                            return try supervision.untilTheEnd()
                        })
                }
            }
        } onCancel: {
            if !command.outlivesCancellation { flag.raise() }
        }
    }
}

/// Set by the task's cancellation, read by the thread that watches the child.
private final class CancellationFlag: Sendable {
    private let raised = Atomic(false)
    var isRaised: Bool { raised.load(ordering: .acquiring) }
    func raise() { raised.store(true, ordering: .releasing) }
}

/// Watches one child: feeds it, drains it, and ends its group when the limit or the task is over.
private struct Supervision {
    private let command: Command.ProgramInvocation
    private let flag: CancellationFlag
    private var child: ChildProcess
    private let start = ContinuousClock.now
    private var pendingInput: ArraySlice<UInt8>
    private var output = CappedBytes()
    private var errors = CappedBytes()
    private var outputGate: MarkedOutput
    private var errorsGate: MarkedOutput
    private var earlyFailure: (any Error)?
    private var killDeadline: ContinuousClock.Instant?
    /// How many bytes of our own input have been passed on.
    private var passed = 0

    init(_ command: Command.ProgramInvocation, _ flag: CancellationFlag) throws {
        self.command = command
        self.flag = flag
        child = try ChildProcess(command)
        outputGate = MarkedOutput(after: command.outputMark)
        errorsGate = MarkedOutput(after: command.keepsErrors ? command.outputMark : nil)
        pendingInput = Array((command.input ?? "").utf8)[...]
    }

    /// How often a child that has closed its outputs is looked at closely.
    private static let fastPollCount = 40

    mutating func untilTheEnd() throws -> CommandResult {
        defer { closeAll() }
        var idle: Int32 = 1
        var looks = 0
        while true {
            judge()
            if child.output < 0 && child.errors < 0 && looks < Self.fastPollCount {
                // It has closed its outputs: as a rule it ends within microseconds.
                usleep(50)
                looks += 1
            } else {
                idle = pump(for: idle) ? 1 : min(idle * 2, 20)
            }
            guard let ending = child.reap() else { continue }
            if earlyFailure != nil { killRemainingProcesses() }
            drainOutputs()
            if let earlyFailure {
                try? child.file?.settle(isComplete: false)
                throw earlyFailure
            }
            try child.file?.settle(isComplete: ending == .exited(0))
            if let lines = command.lines { output.deliver(to: lines, untilTheEnd: true) }
            return CommandResult(ending, output: output.text, errors: errors.text)
        }
    }

    /// Decides whether the child has to go, and makes it go: TERM, then KILL after the grace.
    private mutating func judge() {
        let now = ContinuousClock.now
        if earlyFailure == nil {
            if flag.isRaised {
                earlyFailure = CancellationError()
            } else if now - start > command.limit {
                earlyFailure = Failure(
                    .timedOut, "\(command.program) took longer than its limit of \(command.limit.brief)",
                    command: command.pasteable,
                    output: CommandResult(output: output.text, errors: errors.text).tail(of: command))
            } else {
                return
            }
            signalGroup(SIGTERM)
            killDeadline = now + LocalRunner.grace
        } else if let deadline = killDeadline, now > deadline {
            signalGroup(SIGKILL)
            killDeadline = now + LocalRunner.grace
        }
    }

    /// The child may end at TERM while others of its group do not: they get what is left of the grace, then KILL.
    private mutating func killRemainingProcesses() {
        while child.groupLives, let deadline = killDeadline {
            if ContinuousClock.now > deadline { return signalGroup(SIGKILL) }
            _ = pump(for: 20)
        }
    }

    /// A group that runs as root under sudo takes signals from root alone.
    private func signalGroup(_ signal: Int32) {
        if child.send(signal) { return }
        ChildProcess.runHelper(
            Command(
                "sudo", ["-n", "kill", "-\(signal)", "--", "-\(child.number)"], limit: .seconds(5), output: .discarded))
    }

    /// Moves bytes for at most that many milliseconds; true if any moved.
    private mutating func pump(for milliseconds: Int32) -> Bool {
        // What is to be passed on is read only when all that was read before is.
        let wantsMore = child.source >= 0 && pendingInput.isEmpty
        var slots = [
            pollfd(fd: child.output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child.errors, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wantsMore ? -1 : child.input, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: wantsMore ? child.source : -1, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&slots, nfds_t(slots.count), milliseconds) > 0 else { return false }
        let (outputSink, errorsSink) = child.sinks
        var isWritten = true
        if slots[0].revents != 0 {
            isWritten = Self.drain(&child.output, through: &outputGate, into: &output, or: outputSink)
            if let lines = command.lines { output.deliver(to: lines) }
        }
        if slots[1].revents != 0 {
            isWritten = Self.drain(&child.errors, through: &errorsGate, into: &errors, or: errorsSink) && isWritten
        }
        if !isWritten, errno == EPIPE, command.output == .passed {
            // The reader of our output has closed it: the child gets EPIPE as if it wrote there itself.
            Self.shut(&child.output)
        } else if !isWritten {
            fail(Failure(could: "write", command.outputFile ?? "our output"))
        }
        if slots[2].revents != 0 { feed() }
        if slots[3].revents != 0 { fetch() }
        return true
    }

    /// A grandchild that outlives the child may hold the pipes open: read what is there, then stop.
    private mutating func drainOutputs() {
        Self.shut(&child.input)
        endSource()
        let end = ContinuousClock.now + .milliseconds(200)
        // Once in any case: on a busy machine this thread may have to wait for longer than that before its first look.
        repeat {
            if child.output < 0 && child.errors < 0 || !pump(for: 5) { break }
        } while ContinuousClock.now < end
    }

    private mutating func feed() {
        let written = pendingInput.withUnsafeBytes { write(child.input, $0.baseAddress, $0.count) }
        if written >= 0 {
            pendingInput = pendingInput.dropFirst(written)
        } else if errno == EAGAIN || errno == EINTR {
            return
        }
        if written < 0 { endSource() }
        if written < 0 || pendingInput.isEmpty && child.source < 0 { Self.shut(&child.input) }
    }

    /// Reads what is to be passed on; more than its bound ends the child.
    private mutating func fetch() {
        let most = min(65_536, (command.inputRange?.count ?? .max) - passed)
        var bytes = [UInt8](repeating: 0, count: most)
        let count = unistdRead(child.source, &bytes, bytes.count)
        if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
        guard count > 0 else {
            endSource()
            return Self.shut(&child.input)
        }
        passed += count
        if let bound = command.inputBound, passed > bound.bytes {
            endSource()
            return fail(bound.failure)
        }
        pendingInput = bytes.prefix(count)
    }

    private mutating func endSource() {
        if child.ownsSource { Self.shut(&child.source) }
        child.source = -1
    }

    /// Ends the child, with that as what is told.
    private mutating func fail(_ failure: Failure) {
        guard earlyFailure == nil else { return }
        earlyFailure = failure
        signalGroup(SIGTERM)
        killDeadline = ContinuousClock.now + LocalRunner.grace
    }

    /// Takes what the child has printed, and writes it on where it is not kept; false where that fails.
    private static func drain(
        _ descriptor: inout Int32, through gate: inout MarkedOutput, into bytes: inout CappedBytes, or sink: Int32
    ) -> Bool {
        func pass(_ more: [UInt8]) -> Bool {
            if sink >= 0 { return writeAll(more, to: sink) }
            more.withUnsafeBytes { bytes.append($0) }
            return true
        }
        return withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
            let count = unistdRead(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 {
                let read = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                if gate.isOpen, sink < 0 { bytes.append(read) } else { return pass(gate.opened(by: read)) }
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                shut(&descriptor)
                return pass(gate.end())
            }
            return true
        }
    }

    private static func shut(_ descriptor: inout Int32) {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private mutating func closeAll() {
        Self.shut(&child.input)
        Self.shut(&child.output)
        Self.shut(&child.errors)
        endSource()
        if let file = child.file, child.sinks.output == file.descriptor { close(file.descriptor) }
    }
}

/// Drops what stands before a line that is expected, and that line; where it does not come, nothing.
struct MarkedOutput {
    /// How much is held back until the line comes.
    private static let most = 1 << 20

    private let mark: [UInt8]
    private var held: [UInt8] = []
    /// Whether everything is passed on from now on.
    private(set) var isOpen: Bool

    init(after mark: String?) {
        self.mark = Array((mark ?? "").utf8) + [10]
        isOpen = mark == nil
    }

    /// What is passed on of what was held back and those bytes.
    mutating func opened(by bytes: UnsafeRawBufferPointer) -> [UInt8] {
        if isOpen { return Array(bytes) }
        let seen = max(0, held.count - mark.count)
        held += bytes
        if let place = held[seen...].firstRange(of: mark) {
            held.removeSubrange(..<place.upperBound)
        } else if held.count < Self.most {
            return []
        }
        return end()
    }

    /// What is held back, which is passed on after all.
    mutating func end() -> [UInt8] {
        isOpen = true
        defer { held = [] }
        return held
    }
}

/// Bytes up to a cap; what comes after is dropped, so that a program gone wild does not fill our memory.
private struct CappedBytes {
    private var bytes: [UInt8] = []

    mutating func append(_ more: UnsafeRawBufferPointer) { bytes += more.prefix(LocalRunner.mostKept - bytes.count) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Hands over the complete lines and keeps what may become one; at the end that too.
    mutating func deliver(to sink: LineSink, untilTheEnd isEnd: Bool = false) {
        // A line that is longer than what is kept is handed over in parts.
        let isAll = isEnd || bytes.count >= LocalRunner.mostKept
        guard let end = isAll ? bytes.endIndex : bytes.lastIndex(of: 10).map({ $0 + 1 }), end > 0 else { return }
        let complete = bytes[..<end].last == 10 ? bytes[..<(end - 1)] : bytes[..<end]
        for line in complete.split(separator: 10, omittingEmptySubsequences: false) {
            sink.take(String(decoding: line, as: UTF8.self))
        }
        bytes.removeSubrange(..<end)
    }
}
