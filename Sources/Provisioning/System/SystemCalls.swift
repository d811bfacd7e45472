#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

import Synchronization

/// The user's umask, until `SystemCalls.takeUmask` has replaced it.
private let usersMask = Atomic<UInt32>(0)

/// The few calls of the C library that more than one file needs, under one roof for Linux and macOS.
package enum SystemCalls {
    package static var secondsSince1970: Int { Int(time(nil)) }

    /// That moment by the clock on the user's wall, such as `2026-11-28 17:05:00`.
    package static func localTime(_ secondsSince1970: Int) -> String {
        var moment = time_t(secondsSince1970)
        var parts = tm()
        guard localtime_r(&moment, &parts) != nil else { return "" }
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The effective user's number.
    package static var effectiveUser: UInt32 { geteuid() }

    package static var processNumber: Int32 { getpid() }

    /// The bytes of standard input until its end, at most so many; what comes late is waited for, and can be cancelled.
    package static func standardInput(most: Int, time: any TimeSource) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < most {
            while !hasInput(0, milliseconds: 0) { try await time.sleep(.milliseconds(50)) }
            let count = read(0, &buffer, buffer.count)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw Failure(.commandFailed, "standard input cannot be read: \(lastError)")
            }
            bytes += buffer.prefix(count)
        }
        return bytes
    }

    /// The folder in which the process works, an absolute path; `.` where it is not there any more.
    package static var workingFolder: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    /// The path from the root, where it goes from the working folder.
    package static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(workingFolder)/\(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)"
    }

    /// This machine's name, without a domain; empty where it has none.
    package static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 && $0 != 46 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The number of processors that are online, at least 1.
    package static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Whether the descriptor is a terminal.
    package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// What the last failed call's error number means.
    package static var lastError: String { message(of: errno) }

    /// What an error number means.
    package static func message(of number: Int32) -> String { String(cString: strerror(number)) }

    /// Broken pipes become errors of the call instead of the end of the process.
    package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// What this process inherited beyond the three standard descriptors is not for daemons that outlive it: a parent
    /// that waits for the end of such a pipe would wait for them.
    package static func setCloseOnExec() {
        // Whatever is opened next would take the number of a standard stream that is closed, and be read or written as it.
        // What is written to a standard output that is closed has to fail still: hence for reading alone.
        for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0 {
            _ = open("/dev/null", number == STDERR_FILENO ? O_WRONLY : O_RDONLY)
        }
        for number in openDescriptors where number > STDERR_FILENO {
            let flags = fcntl(number, F_GETFD)
            if flags >= 0 { _ = fcntl(number, F_SETFD, flags | FD_CLOEXEC) }
        }
    }

    /// The numbers of the open descriptors; all that there could be where the system does not list them.
    private static var openDescriptors: [Int32] {
        let names = (try? LocalFiles().names(in: "/dev/fd")) ?? []
        return names.isEmpty ? Array(0..<Int32(clamping: sysconf(Int32(_SC_OPEN_MAX)))) : names.compactMap { Int32($0) }
    }

    static var environment: [String: String] {
        var variables: [String: String] = [:]
        #if canImport(Darwin)
            var cursor = _NSGetEnviron().pointee
        #else
            var cursor = environ
        #endif
        while let entry = cursor.pointee {
            let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            cursor += 1
        }
        return variables
    }

    /// The value of an environment variable; an empty one counts as none.
    package static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// What the user's umask leaves of a new file's mode; the process's own is 022 from `takeUmask` on.
    package static var modeOfUsersFiles: UInt32 { 0o666 & ~usersMask.load(ordering: .acquiring) }

    /// The same of a new folder's mode.
    package static var modeOfUsersFolders: UInt32 { 0o777 & ~usersMask.load(ordering: .acquiring) }

    /// Gives this process, and what it starts, the umask 022: what the tool makes for others to read must be readable,
    /// and nobody else may write it, whatever the user's umask is.
    package static func takeUmask() { usersMask.store(UInt32(umask(0o022)), ordering: .releasing) }

    /// Where programs are, also where PATH, as that of cron, names only some of these.
    private static let usualFolders = [
        "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/snap/bin",
    ]

    /// The folders of PATH, and those that it leaves out; a PATH without a system folder is taken as it is.
    static var foldersOfPrograms: [String] {
        guard let text = environment("PATH") else { return usualFolders }
        let path = text.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
        guard path.contains(where: ["/usr/bin", "/bin"].contains) else { return path }
        return path + usualFolders.filter { !path.contains($0) }
    }

    /// Completes what cron, systemd and `su` leave out of the variables of this process and of all that it starts: the
    /// usual folders of programs, and the user's home where HOME is not set or is the root folder.
    package static func completeEnvironment() {
        setenv("PATH", foldersOfPrograms.joined(separator: ":"), 1)
        guard ["/", nil].contains(environment("HOME")), let home = homeOfUser(effectiveUser) else { return }
        setenv("HOME", home, 1)
    }

    private static func homeOfUser(_ number: UInt32) -> String? { getpwuid(number).flatMap(home) }

    /// The home of the user of that name, by the system's list of users.
    package static func homeOfUser(_ name: String) -> String? { getpwnam(name).flatMap(home) }

    private static func home(_ user: UnsafeMutablePointer<passwd>) -> String? {
        user.pointee.pw_dir.map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }

    /// Where the program would be found in PATH; `nil` where it would not.
    package static func pathOfProgram(_ name: String) -> String? {
        if name.contains("/") { return access(name, X_OK) == 0 ? name : nil }
        return foldersOfPrograms.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Whether something can be read from the descriptor, or its end, within that time; false where a signal came.
    package static func hasInput(_ descriptor: Int32, milliseconds: Int32) -> Bool {
        var slot = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&slot, 1, milliseconds) > 0
    }

    /// Writes all the bytes to a descriptor; a reader that is gone is not an error.
    ///
    /// Our own outputs, which a person's terminal may hold up, are not waited for; they get all in its order.
    package static func write(_ text: String, to descriptor: Int32) {
        if descriptor <= STDERR_FILENO { return WriteQueue.add(text, to: descriptor) }
        _ = writeAll(Array(text.utf8), to: descriptor)
    }

    /// Why results could not be written, once all of them are; a closed pipe is no failure.
    package static func resultFailure() -> Failure? {
        WriteQueue.flush()
        guard let number = WriteQueue.resultError, number != EPIPE else { return nil }
        return Failure(
            .files, "could not write the result to standard output: \(message(of: number))",
            hint: "check where standard output leads; what the command has changed stays changed")
    }

    /// Whether results cannot be written any more.
    package static var isResultLost: Bool { WriteQueue.resultError != nil }

    /// The width of the terminal behind the descriptor; `nil` where there is none.
    package static func terminalWidth(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// The height of the terminal behind the descriptor; `nil` where there is none.
    package static func terminalHeight(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return nil }
        return Int(size.ws_row)
    }
}
