/// What stands at a path.
package enum FileKind: Sendable, Equatable {
    case file
    case folder
    /// A symbolic link, whatever it points to.
    case link
    /// A device, socket or pipe.
    case other
}

/// Whose a file is, and its permission bits.
package struct FileAccess: Sendable, Equatable {
    /// The number of the user.
    package var owner: UInt32
    /// The permission bits.
    package var mode: UInt32

    package init(owner: UInt32, mode: UInt32) {
        self.owner = owner
        self.mode = mode
    }
}

/// The file system of this machine, as far as this tool uses it.
package protocol Files: Sendable {
    /// The file's text; `nil` where there is no file.
    func read(_ path: String) throws -> String?
    /// The file's bytes; `nil` where there is no file.
    func readBytes(_ path: String) throws -> [UInt8]?
    /// Puts the text in place whole or not at all, fsynced, with that mode from the first moment.
    func write(_ text: String, to path: String, mode: UInt32) throws
    /// Makes the folder and those above it that are missing, each with that mode.
    func makeFolder(_ path: String, mode: UInt32) throws
    /// What stands at the path, links not followed; `nil` where nothing does.
    func kind(of path: String) throws -> FileKind?
    /// The number of the user whose it is; `nil` where nothing stands there, or files have no owners.
    func owner(of path: String) throws -> UInt32?
    /// Whose it is and who may change it, links followed; `nil` where nothing stands there, or files have no owners.
    func access(to path: String) throws -> FileAccess?
    /// The names in the folder, sorted; none where there is no folder.
    func names(in folder: String) throws -> [String]
    /// Removes the file or the folder with all that is in it; links are removed, not followed.
    func remove(_ path: String) throws
    /// Gives the file another name in the same folder.
    func move(_ path: String, to other: String) throws
    /// Removes the folder if it is empty; one that is not, or that does not exist, is left alone.
    func removeEmptyFolder(_ path: String) throws
    /// Takes a lock that holds as long as the answer lives; `nil` where another process has it.
    ///
    /// With a mode for it the folder is made where there is none.
    func lock(_ path: String, mode: UInt32, folderMode: UInt32?) throws -> (any Sendable)?
}

extension Files {
    /// Where nobody else can be, such as in a dry run, everybody has every lock.
    package func lock(_ path: String, mode: UInt32, folderMode: UInt32?) throws -> (any Sendable)? { path }
    /// A lock in a folder that exists.
    package func lock(_ path: String, mode: UInt32) throws -> (any Sendable)? {
        try lock(path, mode: mode, folderMode: nil)
    }
}

extension Files {
    /// Files that are text.
    package func readBytes(_ path: String) throws -> [UInt8]? { try read(path).map { Array($0.utf8) } }
}

extension Files {
    /// Files without owners.
    package func owner(of path: String) throws -> UInt32? { nil }
    /// Files without owners.
    package func access(to path: String) throws -> FileAccess? { nil }
}
