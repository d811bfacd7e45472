import FoundationEssentials
import Provisioning

/// The daemon: one main thread, on which all calls begin, and as many worker threads as the host has processors.
extension StandIn {
    /// Waits until the daemon's main thread is free, and throws what the client says where it does not get through to it.
    func contact(_ verb: String) async throws {
        if faults.daemonDown == true { throw Refusal.failed(verb, "cannot connect to the multipass socket") }
        if faults.notAuthenticated == true {
            throw Refusal.failed(
                verb,
                """
                The client is not authenticated with the Multipass service.
                Please use 'multipass authenticate' before proceeding.
                """)
        }
        try await waitForMainThread()
    }

    /// Waits while something holds the daemon's main thread; short work holds it for no time.
    func waitForMainThread() async throws { try await store.holding(Self.mainThread) {} }

    /// The lock that stands for the daemon's main thread.
    static let mainThread = "daemon"

    /// What the daemon does for a client, and continues with when the client is gone.
    enum Work: String {
        /// Asks running machines for what only they know.
        case ask
        case start, restart, stop
        /// Stops without the guest's help.
        case force
        case delete
        /// Deletes permanently.
        case purge
    }

    /// Has the daemon do the work, and waits for what comes of it: no longer than the limit, after which the client says
    /// that and gives up.
    func delegate(
        _ work: Work, _ names: [String], limit: (seconds: Double, message: String)? = nil
    ) async throws {
        if names.isEmpty { return }
        let mark = SystemRandom().identifier(length: 16)
        try await detach(["--perform", mark, work.rawValue] + names)
        let end = limit.map { Self.now + $0.seconds }
        while true {
            if let outcome = try store.read().outcomes[mark] {
                guard let message = outcome.message else { return }
                throw Refusal(code: outcome.code, message: message)
            }
            if let end, Self.now >= end { throw Refusal(code: 5, message: limit?.message ?? "") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Starts this program once more, in a process that nobody who ends the client reaches.
    func detach(_ arguments: [String]) async throws {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        try await LocalRunner().output(
            of: Command("setsid", ["--fork", program] + arguments, effect: .changes, output: .discarded))
    }

    /// The daemon's part of a call.
    func perform(_ words: [String]) async -> Int32 {
        guard words.count > 2, let work = Work(rawValue: words[1]) else { return 70 }
        var outcome = State.Outcome(code: 0)
        do {
            try await carryOut(work, Array(words[2...]))
        } catch let refusal as Refusal {
            outcome = .init(code: refusal.code, message: refusal.message)
        } catch {
            let failure = Failure(error)
            outcome = .init(code: 2, message: "the stand-in failed: \(failure.message)\n\(failure.output ?? "")")
        }
        let result = outcome
        try? await store.change { $0.outcomes[words[0]] = result }
        return 0
    }

    private func carryOut(_ work: Work, _ names: [String]) async throws {
        switch work {
        case .ask: try await onMainThread(work) { try await waitWhileHung(names) }
        case .start:
            try await onWorker { for name in names { try await powerOn(name) } }
        case .restart:
            if try names.contains(where: isHung) { try await onMainThread(work) { try await waitWhileHung(names) } }
            try await onWorker { for name in names { try await reboot(name) } }
        case .stop: for name in names { try await shutDown(name) }
        case .force: for name in names { try await powerOff(name) }
        case .delete:
            for name in names {
                try await shutDown(name)
                try await store.change { $0.instances[name]?.phase = .deleted }
            }
        case .purge:
            for name in names {
                try await shutDown(name, isKilled: true)
                try await remove(name)
            }
        }
    }

    /// Holds the main thread during the work, for which all other calls wait.
    private func onMainThread(_ work: Work, _ body: () async throws -> Void) async throws {
        try await store.holding(Self.mainThread) {
            try await store.change { $0.mainThread = work.rawValue }
            do { try await body() } catch {
                try await store.change { $0.mainThread = nil }
                throw error
            }
            try await store.change { $0.mainThread = nil }
        }
    }

    /// Occupies a worker thread during the work; waits for a free one first.
    func onWorker(_ work: () async throws -> Void) async throws {
        guard let processors = faults.processors else { return try await work() }
        try await store.holding(anyOf: (0..<max(1, processors)).map { "worker-\($0)" }, work)
    }

    /// Whether the machine runs, and does nothing; read again, so that a test can end it.
    func isHung(_ name: String) throws -> Bool {
        guard try Faults.read(store.folder).of(name, \.hung) == true else { return false }
        return try store.read().instances[name].map(isUp) ?? false
    }

    /// Waits as long as one of the machines is hung.
    func waitWhileHung(_ names: [String]) async throws {
        while try names.contains(where: isHung) { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// Switches the machine off by way of its own shutdown; one that boots, or is hung, holds the daemon meanwhile.
    ///
    /// A machine that is killed instead needs not answer for it, but is waited for while it boots (record: "The daemon's
    /// main thread").
    private func shutDown(_ name: String, isKilled: Bool = false) async throws {
        func holds() throws -> Bool {
            guard let instance = try store.read().instances[name] else { return false }
            return isBooting(instance) ? true : try !isKilled && isHung(name)
        }
        guard try holds() else { return try await powerOff(name) }
        try await onMainThread(isKilled ? .purge : .stop) {
            let end = Self.now + Self.shutdownLimit
            while try Self.now < end && holds() { try await Task.sleep(for: .milliseconds(20)) }
            try await powerOff(name)
        }
    }

    /// How long the daemon waits for a machine to shut down.
    private static let shutdownLimit: Double = 300

    private func isBooting(_ instance: State.Instance) -> Bool {
        instance.phase == .starting || instance.phase == .running && !isUp(instance)
    }

    /// Waits until so many seconds have passed since then; how many is read again, so that a test can end it.
    func pause(since begin: Double, _ seconds: (Faults) -> Double) async throws {
        while try Self.now < begin + seconds(Faults.read(store.folder)) { try await Task.sleep(for: .milliseconds(20)) }
    }
}
