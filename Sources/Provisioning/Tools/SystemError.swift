/// What coreutils, findutils, iproute2, util-linux, procps, zfsutils and bash report: the C library's words for errors of
/// the system, and few of their own.
enum SystemError: ToolError {
    /// `nsenter` found no process of that number.
    case processGone
    case noSuchFile
    case fileExists
    case noSuchProcess
    /// There is no such network interface.
    case noSuchDevice
    /// The kernel makes no network interfaces of that kind.
    case unknownDeviceType
    /// In use for now.
    case busy
    /// The disk is full, or the user's share of it.
    case noSpace
    /// `tar` has packed a file that was being written, as logs are.
    case fileChanged
    /// A shell has not found the program.
    case programMissing
    case connectionRefused
    /// Root lacks a privilege.
    case notPermitted

    static let signs: [(sign: String, error: SystemError)] = [
        ("cannot open /proc/", .processGone), ("No such file or directory", .noSuchFile),
        ("File exists", .fileExists), ("No such process", .noSuchProcess), ("Cannot find device", .noSuchDevice),
        ("Unknown device type", .unknownDeviceType),
        ("file changed as we read it", .fileChanged), ("File removed before we read it", .fileChanged),
        ("No space left on device", .noSpace), ("Disk quota exceeded", .noSpace),
        ("busy", .busy), ("Connection refused", .connectionRefused),
        ("ermission denied", .notPermitted), ("not permitted", .notPermitted), ("must be superuser", .notPermitted),
        (": not found", .programMissing), ("ommand not found", .programMissing),
    ]
}

extension CommandResult {
    /// Whether the program succeeded, or each of its complaints, a line each, is one of these errors.
    func succeeded(but expected: SystemError...) -> Bool {
        // iproute2 ends each complaint by a line that says in which command it was.
        let complaints = errors.split(separator: "\n").filter { !$0.hasPrefix("Command failed") }
        return succeeded
            || !complaints.isEmpty
                && complaints.allSatisfy { SystemError(String($0)).map(expected.contains) ?? false }
    }
}
