/// Folders of a member that no instance is given: whoever has them has the member.
enum ProtectedFolders {
    /// Why that folder is refused, to complete "the folder …"; `nil` where it is not.
    static func reason(_ path: String) -> String? {
        if path == "/" { return "is the member's whole file system" }
        if let kernel = ["/proc", "/sys", "/dev"].first(where: { isSame(path, orBelow: $0) }) {
            return "is the kernel's, as all of \(kernel)"
        }
        if path == "/run" || path == "/var/run" { return "holds the sockets of the member's services" }
        for folder in owned {
            if isSame(path, orBelow: folder) { return "is part of \(folder), which holds instances and their keys" }
            if isSame(folder, orBelow: path) { return "has \(folder) in it, which holds instances and their keys" }
        }
        return nil
    }

    /// The folders of the engines' data, and of this program's machines.
    private static var owned: [String] {
        Engine.all.flatMap { engine in engine.packages.flatMap { [$0.folder, $0.runtime].compactMap(\.self) } }
            + [StateCopy.hostFolder]
    }

    private static func isSame(_ path: String, orBelow folder: String) -> Bool {
        path == folder || path.hasPrefix(folder + "/")
    }
}
