#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A lock that the system drops when its process ends, however it ends.
package final class FileLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// A program that is being started at this moment has the descriptor too, until it runs: closing ours is not enough.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Takes the lock at the path, or returns `nil` where another process has it.
    ///
    /// The file may be removed by who holds it: a lock on a file that is no longer at its path does not count.
    /// Where the file is missing and there is no room for it, the folder is locked instead, if that is allowed; who has the
    /// file looks at the lock of the folder, and the other way round, so that only one of them has the lock.
    package static func take(
        _ file: String, mode: UInt32, in folder: String? = nil, locksFolder: Bool = false
    ) throws -> FileLock? {
        while true {
            var path = file
            var descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode)
            if descriptor < 0, locksFolder, let folder, [ENOSPC, EDQUOT, EROFS].contains(errno) {
                path = folder
                descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            }
            guard descriptor >= 0 else {
                throw Failure(could: "open the lock", path)
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                // `isHeld` has a shared lock, for a moment only.
                let isInspected = flock(descriptor, LOCK_SH | LOCK_NB) == 0
                close(descriptor)
                if isInspected { continue }
                return nil
            }
            var held = stat()
            var present = stat()
            guard fstat(descriptor, &held) == 0, stat(path, &present) == 0, held.st_ino == present.st_ino else {
                close(descriptor)
                continue
            }
            let lock = FileLock(descriptor)
            if path == file { return isLocked(folder) ? nil : lock }
            // Room may have come meanwhile, and another run with it.
            if !isLocked(file) { return lock }
            return nil
        }
    }

    /// Whether another process holds the lock at the path, or that of the folder in its place; creates no file, and does not
    /// keep others from the lock.
    package static func isHeld(_ path: String, in folder: String? = nil) -> Bool {
        isLocked(path) || isLocked(folder)
    }

    private static func isLocked(_ path: String?) -> Bool {
        guard let path else { return false }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) != 0 { return true }
        flock(descriptor, LOCK_UN)
        return false
    }

    /// Writes who holds the lock, for others to read.
    package func note(_ text: String) {
        ftruncate(descriptor, 0)
        lseek(descriptor, 0, SEEK_SET)
        _ = writeAll(Array(text.utf8), to: descriptor)
    }
}
