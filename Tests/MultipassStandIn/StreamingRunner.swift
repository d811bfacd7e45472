import Glibc
import Provisioning

/// Runs commands whose output is the terminal's as `multipass exec` runs them; the others as the local runner does.
///
/// Such a command writes where the stand-in writes, reads what the stand-in reads, up to a limit, and is in a process
/// group of its own: it continues when the stand-in is killed, as a remote command continues without its client.
struct StreamingRunner: CommandRunner {
    /// After how many bytes of standard input the command finds its end.
    var mostInput = Int.max

    func run(_ command: Command) async throws -> CommandResult {
        guard command.output == .terminal else { return try await LocalRunner().run(command) }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure(.files, "no pipe could be made") }
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        let child = try spawn(command, input: ends[0])
        close(ends[0])
        return CommandResult(feed(child, ends[1]))
    }

    private func spawn(_ command: Command, input: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_addclose(&actions, input)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETPGROUP))
        let argv = ([command.program] + command.arguments).map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var child: pid_t = 0
        guard posix_spawnp(&child, command.program, &actions, &attributes, argv, environ) == 0 else {
            throw Failure(.missing, "\(command.program): command not found")
        }
        return child
    }

    /// Passes standard input on until the child ends.
    private func feed(_ child: pid_t, _ pipe: Int32) -> CommandResult.Ending {
        var room = mostInput
        var isOpen = true
        var isReading = true
        var pause: Int32 = 1
        while true {
            if let ending = Self.reap(child, waits: !isReading) {
                if isOpen { close(pipe) }
                return ending
            }
            var slot = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
            guard poll(&slot, 1, pause) > 0 else {
                pause = min(pause * 2, 10)
                continue
            }
            pause = 1
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = read(0, &bytes, bytes.count)
            isReading = count > 0
            if isOpen {
                let passed = bytes.prefix(max(0, min(count, room)))
                room -= passed.count
                if !Self.writeAll(passed, to: pipe) || count <= 0 || room == 0 {
                    close(pipe)
                    isOpen = false
                }
            }
        }
    }

    private static func writeAll(_ bytes: ArraySlice<UInt8>, to pipe: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(pipe, $0.baseAddress, $0.count) }
            if written <= 0 { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    private static func reap(_ child: pid_t, waits: Bool) -> CommandResult.Ending? {
        var status: Int32 = 0
        guard waitpid(child, &status, waits ? 0 : WNOHANG) == child else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }
}
