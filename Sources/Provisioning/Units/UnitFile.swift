/// A unit's file: TOML in Hypercore's form (`[spacecore]`, `[hardware]`) and ours (`[instance]`, `[[volume]]`,
/// `[[network]]`, `[[port]]`).
///
/// An error has the file's path, line and column, and a file is read whole or not at all.
public struct UnitFile: Sendable {
    /// The most instances of a unit.
    static let mostInstances = 1000
    /// The most bytes of a unit's file, and of its user-data (LXD takes what fits into its database).
    static let mostBytes = 1 << 20

    let files: any Files
    let path: String
    /// The folder of the file, from which the paths in it go.
    var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Reads the unit; throws `Failure.badInput` with line and column.
    public static func read(_ path: String, _ files: any Files) throws -> Unit {
        let file = UnitFile(files: files, path: path)
        do {
            let bytes = try file.bytes(path)
            return try file.unit(TOMLDocument(bytes: bytes).root)
        } catch let error as TOMLError { throw error.failure(in: path) }
    }

    /// Where a path that stands in the file leads.
    static func path(_ text: String, in folder: String) -> String {
        text.hasPrefix("/") || folder == "." ? text : folder == "/" ? "/\(text)" : "\(folder)/\(text)"
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        switch try files.kind(of: path) {
        case nil: throw Failure(.badInput, "there is no file \(Shell.quoted(path.clipped))")
        case .folder, .other: throw Failure(.badInput, "\(Shell.quoted(path.clipped)) is not a file")
        case .file, .link: break
        }
        guard let bytes = try files.readBytes(path) else {
            throw Failure(.badInput, "\(Shell.quoted(path.clipped)) leads nowhere")
        }
        guard bytes.count <= Self.mostBytes else {
            throw Failure(
                .badInput, "\(Shell.quoted(path.clipped)) has more than \(ByteSize.brief(Self.mostBytes))")
        }
        return bytes
    }

    private func unit(_ root: TOMLTable) throws -> Unit {
        try root.allowOnly(["spacecore", "hardware", "instance", "volume", "network", "port"])
        guard let about = try root.table("spacecore") else { throw root.missing("spacecore") }
        guard let hardware = try root.table("hardware") else { throw root.missing("hardware") }
        let instance = try root.table("instance")
        try about.allowOnly(["name", "description"])
        try hardware.allowOnly(["cores", "memory", "kernel", "drive", "ref", "interface"])
        try instance?.allowOnly(["type", "count", "spread", "disk", "user-data", "env"])
        let count = try instance?.number("count", in: 1...Self.mostInstances, none: "rm takes the whole unit away") ?? 1
        let volumes = try self.volumes(root, count: count, spread: instance)
        return Unit(
            name: try name(about), description: try about.line("description"),
            cores: try hardware.number("cores", in: 1...1024) ?? 1, memory: try memory(hardware),
            image: try image(hardware), interface: try hardware.interfaceName("interface"),
            kind: try instance?.choice("type"), count: count, spread: try instance?.choice("spread") ?? .host,
            disk: try instance?.size("disk"), userData: try instance.flatMap(userData),
            environment: try instance.map(environment) ?? [:], volumes: volumes, networks: try networks(root),
            ports: try ports(root))
    }

    private func name(_ table: TOMLTable) throws -> UnitName {
        guard let text = try table.string("name") else { throw table.missing("name") }
        guard UnitName.isGood(text) else {
            throw table.refusal("name", "is not a DNS label", remedy: "choose one \(UnitName.rule)")
        }
        return try UnitName(text)
    }

    private func memory(_ table: TOMLTable) throws -> Int {
        let bytes: Int?
        switch try table.stringOrInteger("memory") {
        case nil: return 512 << 20
        case .integer(let mebibytes): bytes = mebibytes > 0 && mebibytes <= 1 << 30 ? mebibytes << 20 : nil
        case .string(let text): bytes = ByteSize(text)?.bytes
        }
        guard let bytes, bytes >= 1 << 20 else {
            throw table.refusal(
                "memory", "is no amount of memory", remedy: "write MiB as a number, such as 512, or \"2GiB\"")
        }
        return bytes
    }

    private func image(_ table: TOMLTable) throws -> ImageReference {
        if table["kernel"] != nil {
            throw table.refusal(
                "kernel", "has no counterpart: LXD boots the kernel that is in a VM's image",
                remedy: "leave it out; an image with that kernel goes to ref, or to drive")
        }
        switch (try table.string("ref"), try table.string("drive")) {
        case (nil, nil): throw table.missing("ref")
        case (.some, .some):
            throw table.refusal("drive", "and ref both say what the root file system is", remedy: "leave one out")
        case (nil, let drive?):
            let path = Self.path(drive, in: folder)
            guard [.file, .link].contains(try files.kind(of: path)) else {
                throw table.refusal("drive", "is \(Shell.quoted(drive.clipped)), and there is no such file")
            }
            return .drive(path)
        case (let ref?, nil):
            guard let image = try ImageReference.reading(ref, in: folder, files) else {
                throw table.refusal(
                    "ref", "is not an image",
                    remedy: "write REMOTE:ALIAS such as \"ubuntu:24.04\", an alias, a fingerprint, or a file's path")
            }
            if case .file(let path) = image, ![.file, .link].contains(try files.kind(of: path)) {
                throw table.refusal("ref", "is \(Shell.quoted(ref.clipped)), and there is no such file")
            }
            return image
        }
    }

    private func userData(_ table: TOMLTable) throws -> String? {
        guard let name = try table.string("user-data") else { return nil }
        do {
            let bytes = try bytes(Self.path(name, in: folder))
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw table.refusal("user-data", "is a file that is not UTF-8")
            }
            return text
        } catch let failure as Failure {
            throw table.refusal("user-data", "cannot be read: \(failure.message)")
        }
    }

    private func environment(_ table: TOMLTable) throws -> [String: String] {
        let values = try table.stringTable("env") ?? [:]
        guard let inner = try table.table("env") else { return values }
        for entry in inner.entries {
            let key = entry.key.text
            guard key.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
                throw TOMLError(entry.key.position, "\(inner.path(of: key)) is not the name of a variable")
            }
            guard let value = values[key], !value.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\0" }) else {
                throw inner.refusal(key, "has a line break, which LXD takes in no variable")
            }
        }
        return values
    }
}
