#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

import Synchronization

/// A child with pipes to its three standard descriptors, in a process group of its own.
///
/// Not Foundation's `Process`: that leaks descriptors between parallel spawns and hands ignored signals down.
struct ChildProcess {
    let number: pid_t
    /// Our ends; -1 where there is no pipe.
    var input: Int32 = -1
    var output: Int32 = -1
    var errors: Int32 = -1
    /// Whether the child leads a process group of its own.
    let leadsGroup: Bool
    /// What is read and passed on to its input; -1 where nothing is.
    var source: Int32 = -1
    /// Whether that is closed once it has ended.
    private(set) var ownsSource = false
    /// Where what comes from its outputs is written; -1 where it is kept.
    private(set) var sinks: (output: Int32, errors: Int32) = (-1, -1)
    /// The file that takes its standard output.
    private(set) var file: OutputFile?

    /// Pipes are made and inherited under one lock, so that no other child gets a copy where CLOEXEC comes late.
    private static let spawning = Mutex(())

    /// Starts the command; throws `Failure.missing` where there is no such program.
    init(_ command: Command.ProgramInvocation) throws {
        // What it writes to our own outputs comes after what we have written.
        if command.isForUserTerminal { WriteQueue.flush() }
        self = try Self.spawning.withLock { _ in try Self.spawn(command) }
    }

    private init(number: pid_t, leadsGroup: Bool) {
        self.number = number
        self.leadsGroup = leadsGroup
    }

    private static func spawn(_ command: Command.ProgramInvocation) throws -> ChildProcess {
        let plumbing = try ChildDescriptors(command)
        defer { plumbing.closeChildEnds() }
        var actions = SpawnActions()
        defer { actions.destroy() }
        plumbing.connect(&actions)
        // In a group of its own it could not read from our terminal.
        let leadsGroup = !command.isForUserTerminal || command.isPiped
        var attributes = SpawnAttributes(leadsGroup: leadsGroup)
        defer { attributes.destroy() }

        let argv = ([command.program] + command.arguments).map { strdup($0) } + [nil]
        let environment = entries(of: ChildEnvironment.variables(of: command, SystemCalls.environment))
        defer { (argv + environment).forEach { free($0) } }
        var number: pid_t = 0
        let status = posix_spawnp(
            &number, command.program, &actions.value, &attributes.value, argv, environment)
        guard status == 0 else {
            plumbing.closeParentEnds()
            if status == ENOENT || status == EACCES {
                throw Failure(.missing, "\(command.program): command not found", command: command.pasteable)
            }
            throw Failure(
                .commandFailed, "\(command.program) could not be started: \(SystemCalls.message(of: status))",
                command: command.pasteable)
        }
        var child = ChildProcess(number: number, leadsGroup: leadsGroup)
        (child.input, child.output, child.errors) = plumbing.ours
        child.file = plumbing.file
        (child.source, child.ownsSource, child.sinks) = (plumbing.source, plumbing.ownsSource, plumbing.sinks)
        return child
    }

    private static func entries(of variables: [String: String]) -> [UnsafeMutablePointer<CChar>?] {
        variables.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    }

    /// Runs a command to its end, or to its limit: a `sudo` that hangs must not hold up the run.
    static func runHelper(_ command: Command) {
        guard let helper = try? ChildProcess(command.invocation) else { return }
        let end = ContinuousClock.now + command.limit
        while helper.reap() == nil {
            if ContinuousClock.now > end {
                // Whether it ends or not: root's is not ours to kill.
                _ = helper.send(SIGKILL)
                return Thread.detach { for _ in 0..<1000 where helper.reap() == nil { usleep(1000) } }
            }
            usleep(1000)
        }
    }

    /// How the child ended, if it has.
    func reap() -> CommandResult.Ending? {
        var status: Int32 = 0
        while true {
            let answer = waitpid(number, &status, WNOHANG)
            if answer == 0 { return nil }
            if answer < 0 && errno == EINTR { continue }
            guard answer == number else { return .exited(255) }
            let signal = status & 0x7f
            return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
        }
    }

    /// Whether anybody of the child's group is left; always false where it leads none.
    ///
    /// On Linux those count as gone that have ended, and that a slow init has not seen to yet.
    var groupLives: Bool {
        guard leadsGroup, kill(-number, 0) == 0 || errno == EPERM else { return false }
        #if os(Linux)
            return ProcessTable.hasRunningProcess(inGroup: number)
        #else
            return true
        #endif
    }

    /// Sends a signal to the child's whole group; false where we may not.
    func send(_ signal: Int32) -> Bool {
        kill(leadsGroup ? -number : number, signal) == 0 || errno != EPERM
    }
}

/// What becomes of a child's descriptors when it is started.
struct SpawnActions {
    #if canImport(Darwin)
        var value: posix_spawn_file_actions_t?
    #else
        var value = posix_spawn_file_actions_t()
    #endif

    init() { posix_spawn_file_actions_init(&value) }

    mutating func give(_ descriptor: Int32, as target: Int32) {
        posix_spawn_file_actions_adddup2(&value, descriptor, target)
    }

    mutating func open(_ path: String, as target: Int32, mode: Int32) {
        posix_spawn_file_actions_addopen(&value, target, path, mode, 0)
    }

    mutating func destroy() { posix_spawn_file_actions_destroy(&value) }
}

private struct SpawnAttributes {
    #if canImport(Darwin)
        var value: posix_spawnattr_t?
    #else
        var value = posix_spawnattr_t()
    #endif

    /// Every signal at its default and none blocked, whatever this process ignores.
    init(leadsGroup: Bool) {
        posix_spawnattr_init(&value)
        var all = sigset_t()
        sigfillset(&all)
        sigdelset(&all, SIGKILL)
        sigdelset(&all, SIGSTOP)
        posix_spawnattr_setsigdefault(&value, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&value, &none)
        var flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        if leadsGroup {
            flags |= Int32(POSIX_SPAWN_SETPGROUP)
            posix_spawnattr_setpgroup(&value, 0)
        }
        #if canImport(Darwin)
            if leadsGroup { flags |= Int32(POSIX_SPAWN_CLOEXEC_DEFAULT) }
        #endif
        posix_spawnattr_setflags(&value, Int16(flags))
    }

    mutating func destroy() { posix_spawnattr_destroy(&value) }
}
