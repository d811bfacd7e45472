#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file that a program fills: written beside its place, and put there only when the program has ended well.
struct OutputFile {
    /// What the program writes to.
    let descriptor: Int32
    private let path: String
    /// Where it is written; `nil` for a link, a pipe or a device, which is written to directly.
    private let temporary: String?

    /// Opens the file, to write to the end of one that is there where it is `appending`; throws where it cannot be written.
    init(_ path: String, appending: Bool = false) throws {
        self.path = path
        if appending {
            temporary = nil
            descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { throw Failure(could: "write", path) }
            return
        }
        let kind = try LocalFiles().kind(of: path)
        if kind == nil || kind == .file {
            (temporary, descriptor) = try TemporaryFile.create(for: path, mode: SystemCalls.modeOfUsersFiles)
            return
        }
        temporary = nil
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, SystemCalls.modeOfUsersFiles)
        guard descriptor >= 0 else { throw Failure(could: "write", path) }
    }

    /// Puts it in its place, or removes it; throws where the disk has no room for more, and so may have had none.
    ///
    /// Who has written it may be a program elsewhere, of which it is unknown whether it could write all.
    func settle(isComplete: Bool) throws {
        guard let temporary else { return }
        do {
            try checkRoom(temporary)
            guard isComplete else {
                unlink(temporary)
                return
            }
            guard rename(temporary, path) == 0 else { throw Failure(could: "write", path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Writes two blocks more, and takes them back.
    private func checkRoom(_ temporary: String) throws {
        let descriptor = open(temporary, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw Failure(could: "write", path) }
        defer { close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        guard writeAll([UInt8](repeating: 0, count: 8192), to: descriptor), ftruncate(descriptor, end) == 0 else {
            throw Failure(could: "write", path)
        }
    }
}
