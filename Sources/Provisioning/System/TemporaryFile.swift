#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file that is written beside its final place and renamed to it, under a name that nobody can guess.
enum TemporaryFile {
    private static let suffix = ".new"
    private static let digits = 16
    private static let attempts = 100

    /// Creates a file for what will replace the one at `path`; nothing that exists is opened, followed or removed.
    static func create(
        for path: String, mode: UInt32, random: any RandomSource = SystemRandom()
    ) throws -> (path: String, descriptor: Int32) {
        for _ in 0..<attempts {
            let temporary = "\(path).\(random.identifier(length: digits))\(suffix)"
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
            if descriptor >= 0 { return (temporary, descriptor) }
            if errno != EEXIST { break }
        }
        throw Failure(could: "write", path)
    }

    /// Whether a run that was killed may have left a file of that name; version 0.1 put its process number there.
    static func isLeftover(_ name: String) -> Bool {
        name.wholeMatch(of: /.+\.([0-9a-f]{16}|[0-9]{1,10})\.new/) != nil
    }
}

extension Files {
    /// Removes the temporary files that runs which were killed have left in the folder.
    ///
    /// Only for a folder of our own, by the run that holds the lock of what is in it: nobody else writes there then.
    func removeTemporaryFiles(in folder: String, for path: String? = nil) throws {
        for name in try names(in: folder) where TemporaryFile.isLeftover(name) {
            let file = "\(folder)/\(name)"
            let isOfPath = path.map { file.hasPrefix("\($0).") } ?? true
            if isOfPath, try kind(of: file) == .file { try remove(file) }
        }
    }
}
