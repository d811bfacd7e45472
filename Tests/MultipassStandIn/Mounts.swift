import FoundationEssentials
import Glibc
import Provisioning

/// Folders of the host's in machines.
///
/// The machines share the host's file system: nothing is mounted, and what `exec` maps into a mount happens in its source.
extension StandIn {
    /// `mount SOURCE NAME[:TARGET]...`.
    func mount(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(
            arguments,
            taking: [
                "-g": "gid", "--gid-map": "gid", "-u": "uid", "--uid-map": "uid", "-t": "type", "--type": "type",
            ])
        guard options.positional.count >= 2 else { throw Refusal(code: 1, message: "Not enough arguments given") }
        let source = try Self.source(options.positional[0], "Source")
        try await contact("mount")
        var errors: [String] = []
        for argument in options.positional.dropFirst() {
            let parts = argument.split(separator: ":", maxSplits: 1).map(String.init)
            let (name, target) = (parts[0], Self.target(parts.count == 2 ? parts[1] : nil, source))
            let error = try await store.change { state -> String? in
                guard let instance = state.instances[name], ![.preparing, .deleted].contains(instance.phase) else {
                    return "instance '\(name)' does not exist"
                }
                if instance.mounts[target] != nil { return "\"\(target)\" is already mounted in '\(name)'" }
                state.instances[name]?.mounts[target] = State.Mount(
                    source: source, userMaps: options.all["uid"] ?? ["\(getuid()):default"],
                    groupMaps: options.all["gid"] ?? ["\(getgid()):default"])
                return nil
            }
            if let error { errors.append(error) }
        }
        return try Self.refused("mount", errors)
    }

    /// `umount NAME[:TARGET]...`: one mount, or all of them.
    func unmount(_ arguments: [String]) async throws -> Int32 {
        let words = try Options(arguments).positional
        guard !words.isEmpty else { throw Refusal(code: 1, message: "Not enough arguments given") }
        try await contact("umount")
        var errors: [String] = []
        for word in words {
            let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
            let name = parts[0]
            let error = try await store.change { state -> String? in
                guard let instance = state.instances[name], ![.preparing, .deleted].contains(instance.phase) else {
                    return "instance '\(name)' does not exist"
                }
                guard parts.count == 2 else {
                    state.instances[name]?.mounts = [:]
                    return nil
                }
                let target = Self.normalized(parts[1])
                if instance.mounts[target] == nil { return "path \"\(target)\" is not mounted in '\(name)'" }
                state.instances[name]?.mounts[target] = nil
                return nil
            }
            if let error { errors.append(error) }
        }
        return try Self.refused("umount", errors)
    }

    /// The folder that is to be mounted, which the client checks.
    static func source(_ path: String, _ subject: String) throws -> String {
        let place = normalized(path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)")
        var isFolder = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
            throw Refusal(code: 1, message: "\(subject) path \"\(path)\" does not exist")
        }
        guard isFolder else { throw Refusal(code: 1, message: "\(subject) path \"\(path)\" is not a directory") }
        return place
    }

    private static func target(_ path: String?, _ source: String) -> String {
        guard let path else { return "/home/ubuntu/\(source.split(separator: "/").last ?? "")" }
        return normalized(path.hasPrefix("/") ? path : "/home/ubuntu/\(path)")
    }

    private static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    private static func refused(_ verb: String, _ errors: [String]) throws -> Int32 {
        if errors.isEmpty { return 0 }
        throw Refusal.failed(verb, "The following errors occurred:\n\(errors.joined(separator: "\n"))")
    }

    /// Where the caller's folder lies in the machine; `nil` where it is not mounted there.
    func mapped(_ instance: State.Instance) -> String? {
        let here = FileManager.default.currentDirectoryPath.split(separator: "/")
        let sources = instance.mounts.values.map(\.source)
        return sources.contains { here.starts(with: $0.split(separator: "/")) }
            ? "/" + here.joined(separator: "/") : nil
    }

    /// As `info` puts it.
    static func shown(_ mounts: [String: State.Mount]) -> JSONText {
        .object(
            mounts.mapValues { mount in
                .object([
                    "gid_mappings": .list(mount.groupMaps.map { .text($0) }), "source_path": .text(mount.source),
                    "uid_mappings": .list(mount.userMaps.map { .text($0) }),
                ])
            })
    }
}
