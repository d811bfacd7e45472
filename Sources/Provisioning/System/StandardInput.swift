#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Our own standard input, as far as it is looked at before it is read.
package enum StandardInput {
    /// The bytes that are left in it; `nil` where it is no regular file, so that the size is unknown.
    package static var remaining: Int? {
        var status = stat()
        guard fstat(STDIN_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let position = lseek(STDIN_FILENO, 0, SEEK_CUR)
        return position < 0 ? nil : max(0, Int(status.st_size) - Int(position))
    }
}
