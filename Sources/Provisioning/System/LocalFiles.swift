#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The real file system.
package struct LocalFiles: Files {
    /// Nothing to set up.
    package init() {}

    /// The file's text; `nil` where there is no file.
    package func read(_ path: String) throws -> String? {
        try readBytes(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The file's bytes, whole.
    package func readBytes(_ path: String) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw trouble("read", path)
        }
        defer { close(descriptor) }
        // A pipe would be waited for without end.
        var status = stat()
        guard fstat(descriptor, &status) == 0, [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else {
            throw Failure(.missing, "could not read \(path): it is not a file", hint: "check what is there")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Self.read(descriptor, &buffer)
            if count < 0 { throw trouble("read", path) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Writes beside the target, syncs, and renames.
    package func write(_ text: String, to path: String, mode: UInt32) throws {
        let (temporary, descriptor) = try TemporaryFile.create(for: path, mode: mode)
        do {
            defer { close(descriptor) }
            guard fchmod(descriptor, mode) == 0, writeAll(Array(text.utf8), to: descriptor), fsync(descriptor) == 0
            else { throw trouble("write", path) }
            guard rename(temporary, path) == 0 else { throw trouble("write", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        syncFolder(of: path)
    }

    /// Makes the folder and those above it, again from the top where another run has just removed an empty one of them.
    package func makeFolder(_ path: String, mode: UInt32) throws {
        for _ in 0..<Self.attempts where try makeFolders(to: path, mode: mode) { return }
        errno = ENOENT
        throw trouble("make", path)
    }

    private static let attempts = 100

    /// Whether all of them are there; false where one was removed before the next was made in it.
    private func makeFolders(to path: String, mode: UInt32) throws -> Bool {
        var prefix = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            prefix += prefix.isEmpty || prefix.hasSuffix("/") ? part : "/\(part)"
            var status = stat()
            if stat(prefix, &status) == 0 {
                guard status.st_mode & S_IFMT == S_IFDIR else {
                    throw Failure(
                        .missing, "\(prefix) is not a folder",
                        hint: "move it away, or set BCM_RUNTIME_DIR to another folder")
                }
            } else if mkdir(prefix, mode) == 0 {
                guard chmod(prefix, mode) == 0 || errno == ENOENT else { throw trouble("make", prefix) }
            } else if errno == ENOENT {
                return false
            } else if errno != EEXIST {
                throw trouble("make", prefix)
            }
        }
        return true
    }

    /// Takes a lock that the system drops when this process ends, however it ends.
    package func lock(_ path: String, mode: UInt32, folderMode: UInt32?) throws -> (any Sendable)? {
        if let folderMode, let end = path.lastIndex(of: "/") { try makeFolder(String(path[..<end]), mode: folderMode) }
        return try FileLock.take(path, mode: mode)
    }

    /// What stands at the path, links not followed.
    package func kind(of path: String) throws -> FileKind? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw trouble("inspect", path)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        case S_IFLNK: return .link
        default: return .other
        }
    }

    /// The number of the user whose it is, links not followed.
    package func owner(of path: String) -> UInt32? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_uid : nil
    }

    /// Whose it is and who may change it, links followed.
    package func access(to path: String) throws -> FileAccess? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw trouble("inspect", path)
        }
        return FileAccess(owner: status.st_uid, mode: UInt32(status.st_mode & 0o7777))
    }

    /// The names in the folder, sorted.
    package func names(in folder: String) throws -> [String] {
        guard let directory = opendir(folder) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw trouble("list", folder)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes the file, the link, or the folder with all that is in it.
    package func remove(_ path: String) throws {
        guard let kind = try kind(of: path) else { return }
        guard kind == .folder else {
            guard unlink(path) == 0 || errno == ENOENT else { throw trouble("remove", path) }
            return
        }
        for name in try names(in: path) { try remove("\(path)/\(name)") }
        guard rmdir(path) == 0 || errno == ENOENT else { throw trouble("remove", path) }
        syncFolder(of: path)
    }

    /// Moves the file, which takes no room.
    package func move(_ path: String, to other: String) throws {
        guard rename(path, other) == 0 else { throw trouble("move", path) }
        syncFolder(of: path)
    }

    /// Removes the folder if it is empty.
    package func removeEmptyFolder(_ path: String) throws {
        if rmdir(path) == 0 { return syncFolder(of: path) }
        guard [ENOTEMPTY, EEXIST, ENOENT, EBUSY].contains(errno) else { throw trouble("remove", path) }
    }

    private func trouble(_ verb: String, _ path: String) -> Failure { Failure(could: verb, path) }

    /// The new name itself has to be on the disk; a file system that cannot sync folders keeps what it can.
    private func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func read(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
        buffer.withUnsafeMutableBytes { bytes in
            var count: Int
            repeat { count = unistdRead(descriptor, bytes.baseAddress, bytes.count) } while count < 0 && errno == EINTR
            return count
        }
    }
}
