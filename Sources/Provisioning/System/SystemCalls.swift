#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The few calls of the C library that more than one file needs, under one roof for Linux and macOS.
public enum SystemCalls {
    /// Seconds since 1970.
    public static var secondsSince1970: Int { Int(time(nil)) }

    /// The effective user's number.
    public static var effectiveUser: UInt32 { geteuid() }

    /// This process's number.
    public static var processNumber: Int32 { getpid() }

    /// The number of processors that are online, at least 1.
    public static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Whether the descriptor is a terminal.
    public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// What the last failed call's error number means.
    public static var lastError: String { message(of: errno) }

    /// What an error number means.
    public static func message(of number: Int32) -> String { String(cString: strerror(number)) }

    /// Broken pipes become errors of the call instead of the end of the process.
    public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// What this process inherited beyond the three standard descriptors is not for daemons that outlive it: a parent
    /// that waits for the end of such a pipe would wait for them.
    public static func keepDescriptorsToOurselves() {
        for number in 3..<256 {
            let flags = fcntl(Int32(number), F_GETFD)
            if flags >= 0 { _ = fcntl(Int32(number), F_SETFD, flags | FD_CLOEXEC) }
        }
    }

    /// The value of an environment variable; an empty one counts as none.
    public static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// Where the program would be found in PATH; `nil` where it would not.
    public static func pathOfProgram(_ name: String) -> String? {
        if name.contains("/") { return access(name, X_OK) == 0 ? name : nil }
        let path = environment("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Whether something can be read from the descriptor, or its end, within that time; false where a signal came.
    public static func hasInput(_ descriptor: Int32, milliseconds: Int32) -> Bool {
        var slot = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&slot, 1, milliseconds) > 0
    }

    /// Writes all the bytes to a descriptor; a reader that is gone is not an error.
    public static func write(_ text: String, to descriptor: Int32) {
        _ = writeAll(Array(text.utf8), to: descriptor)
    }

    /// The width of the terminal behind the descriptor; `nil` where there is none.
    public static func terminalWidth(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// The height of the terminal behind the descriptor; `nil` where there is none.
    public static func terminalHeight(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return nil }
        return Int(size.ws_row)
    }
}
