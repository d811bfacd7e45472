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

    /// Opens the file; throws where it cannot be written.
    init(_ path: String) throws {
        self.path = path
        let kind = try LocalFiles().kind(of: path)
        let isPlain = kind == nil || kind == .file
        temporary = isPlain ? "\(path).\(getpid()).new" : nil
        descriptor = open(temporary ?? path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Failure(could: "write", path) }
    }

    /// Puts it in its place, or takes it away.
    func settle(isWhole: Bool) throws {
        guard let temporary else { return }
        guard isWhole else {
            unlink(temporary)
            return
        }
        guard rename(temporary, path) == 0 else { throw Failure(could: "write", path) }
    }
}
