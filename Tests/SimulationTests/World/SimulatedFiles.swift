import Provisioning

/// The disk of the simulated machine: it outlives every process.
final class SimulatedDisk: @unchecked Sendable {
    fileprivate(set) var files: [String: String] = [:]
    fileprivate(set) var folders: Set<String> = []

    /// Every path at or below that one.
    func paths(below path: String) -> [String] {
        (Array(files.keys) + folders).filter { $0 == path || $0.hasPrefix("\(path)/") }.sorted()
    }

    subscript(path: String) -> String? {
        get { files[path] }
        set { files[path] = newValue }
    }
}

/// The disk as one process sees it, with what goes wrong in that process.
struct SimulatedFiles: Files {
    let disk: SimulatedDisk
    let process: SimulatedProcess

    func read(_ path: String) throws -> String? {
        try checkLife()
        return disk.files[path]
    }

    func write(_ text: String, to path: String, mode: UInt32) throws {
        try change(path) {
            disk.files["\(path).1.new"] = text
        } whole: {
            disk.files[path] = text
        }
    }

    func makeFolder(_ path: String, mode: UInt32) throws {
        if disk.folders.contains(path) { return try checkLife() }
        try change(path) {
        } whole: {
            var prefix = ""
            for part in path.split(separator: "/") {
                prefix += "/\(part)"
                disk.folders.insert(prefix)
            }
        }
    }

    func kind(of path: String) throws -> FileKind? {
        try checkLife()
        if disk.files[path] != nil { return .file }
        return disk.folders.contains(path) ? .folder : nil
    }

    func names(in folder: String) throws -> [String] {
        try checkLife()
        let below = disk.paths(below: folder).filter { $0 != folder }.map { $0.dropFirst(folder.count + 1) }
        return Set(below.compactMap { $0.split(separator: "/").first.map(String.init) }).sorted()
    }

    /// Removes one after the other, in the order in which the real one does.
    func remove(_ path: String) throws {
        let all = disk.paths(below: path)
        guard !all.isEmpty else { return try checkLife() }
        try change(path) {
            for path in all.prefix(all.count / 2) where path != all[0] { take(path) }
        } whole: {
            for path in all { take(path) }
        }
    }

    func move(_ path: String, to other: String) throws {
        try change(path) {
        } whole: {
            disk.files[other] = disk.files.removeValue(forKey: path)
        }
    }

    func removeEmptyFolder(_ path: String) throws {
        guard disk.paths(below: path) == [path] else { return try checkLife() }
        try change(path) {
        } whole: {
            take(path)
        }
    }

    private func take(_ path: String) {
        disk.files[path] = nil
        disk.folders.remove(path)
    }

    /// A killed process can do nothing; a cancelled one still can.
    private func checkLife() throws {
        if process.isDead { throw ProcessGone() }
    }

    private func change(_ path: String, half: () -> Void, whole: () -> Void) throws {
        try checkLife()
        switch process.fault(forWrite: ()) {
        case nil, .slow, .interrupt: whole()
        case .killBefore: throw process.die()
        case .killDuring:
            half()
            throw process.die()
        case .killAfter:
            whole()
            throw process.die()
        default: throw Failure(.files, "could not write \(path): No space left on device")
        }
    }
}
