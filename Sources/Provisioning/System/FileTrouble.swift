#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Failure {
    /// What a call on a file that has just failed means, by the last error number; `verb` completes "could not …".
    ///
    /// Room, rights and what stands in the way are the user's to change: those are `missing`, the rest is `files`.
    init(could verb: String, _ path: String) {
        let number = errno
        let message = "could not \(verb) \(path): \(SystemCalls.message(of: number))"
        switch number {
        case EACCES, EPERM, EROFS:
            self.init(
                .missing, message, hint: "check who owns it, or set BCM_RUNTIME_DIR to a folder that you may write")
        case ENOSPC, EDQUOT:
            self.init(.missing, message, hint: "free space on that disk, then run the same command again")
        case EISDIR, ENOTDIR, ENOENT, ELOOP, ENAMETOOLONG:
            self.init(.missing, message, hint: "check what is there, or set BCM_RUNTIME_DIR to another folder")
        default: self.init(.files, message)
        }
    }
}
