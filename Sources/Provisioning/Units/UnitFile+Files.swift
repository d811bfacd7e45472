/// What a unit's file says of other files.
extension UnitFile {
    /// The most bytes of a unit's file, and of its user-data (LXD takes what fits into its database).
    static let mostBytes = 1 << 20

    /// The folder of the file, from which the paths in it go.
    var folder: String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Where a path that stands in a file of that folder leads; no program takes it for an option.
    static func path(_ text: String, in folder: String) -> String {
        let text = plain(text)
        let isComplete = text.utf8.first == UInt8(ascii: "/") || folder == "."
        let path = isComplete ? text : folder == "/" ? "/\(text)" : "\(folder)/\(text)"
        return path.utf8.first == UInt8(ascii: "-") ? "./\(path)" : path
    }

    /// The path without a `./` that it begins with.
    private static func plain(_ path: String) -> String {
        let rest = path.utf8.dropFirst(2)
        let isPlain = !path.utf8.starts(with: "./".utf8) || rest.isEmpty || rest.first == UInt8(ascii: "/")
        return isPlain ? path : String(Substring(rest))
    }

    func bytes(_ path: String) throws -> [UInt8] {
        try check(isFile: path)
        guard let bytes = try files.readBytes(path) else {
            throw Failure(.badInput, "\(Self.shown(path)) is a broken link")
        }
        guard bytes.count <= Self.mostBytes else {
            throw Failure(.badInput, "\(Self.shown(path)) has more than \(ByteSize.brief(Self.mostBytes))")
        }
        return bytes
    }

    private func check(isFile path: String) throws {
        switch try files.kind(of: path) {
        case nil: throw Failure(.badInput, "file \(Self.shown(path)) not found")
        case .folder: throw Failure(.badInput, "\(Self.shown(path)) is a folder")
        case .other: throw Failure(.badInput, "\(Self.shown(path)) is not a file")
        case .file, .link: break
        }
    }

    /// A path for a message; its end says most.
    static func shown(_ path: String) -> String {
        Shell.quoted(path.count > 120 ? "…" + path.suffix(119) : path)
    }

    /// What another file gives; what is wrong with it gets the place of the key that names it.
    private func reading<Value>(_ table: TOMLTable, _ key: String, _ read: () throws -> Value) throws -> Value {
        do {
            return try read()
        } catch let failure as Failure {
            throw table.refusal(key, "cannot be read: \(failure.message)", hint: failure.hint)
        }
    }

    /// The path of another file under that key.
    private func otherFile(_ table: TOMLTable, _ key: String) throws -> String? {
        guard let text = try table.string(key) else { return nil }
        guard !text.isEmpty, !text.hasControls else { throw table.refusal(key, "is not a valid file path") }
        return Self.path(text, in: folder)
    }

    /// The image: `ref`, or `drive`.
    ///
    /// Hypercore's own example names both, of which one is for its containers, and the other
    /// goes with a kernel for its VMs.
    func image(_ hardware: Hardware, _ remarks: inout [String]) throws -> ImageReference {
        let (ref, drive) = (try hardware.place(of: "ref"), try hardware.place(of: "drive"))
        if let ref, let text = try ref.table.string(ref.key) {
            if let drive, try otherFile(drive.table, drive.key) != nil {
                guard hardware.kernelRefusal != nil else {
                    throw drive.table.refusal(
                        drive.key, "and \(ref.key) both set the root file system", hint: "leave one out")
                }
                remarks.append("\(drive.key) is ignored: \(ref.key) is the image of the root file system")
            }
            return try reference(ref.table, ref.key, text)
        }
        guard let drive, let path = try otherFile(drive.table, drive.key) else {
            throw hardware.main.missing("ref", "ref = \"ubuntu:24.04\"")
        }
        try reading(drive.table, drive.key) { try check(isFile: path) }
        return .drive(path)
    }

    private func reference(_ table: TOMLTable, _ key: String, _ text: String) throws -> ImageReference {
        let image = try reading(table, key) {
            let image = try ImageReference.reading(text, in: folder, files)
            if case .file(let path) = image { try check(isFile: path) }
            return image
        }
        guard let image else {
            throw table.refusal(
                key, "is not an image",
                hint: "write REMOTE:ALIAS such as \"ubuntu:24.04\", an alias, a fingerprint, the path of a file, "
                    + "or an image of a registry such as \"docker.io/library/nginx\"")
        }
        return image
    }

    /// The path of another file, which stands there.
    func otherFile(_ place: PlacedText, hint: String? = nil) throws -> String {
        guard !place.text.isEmpty, !place.text.hasControls else {
            throw place.refusal("is not a valid file path", hint: hint)
        }
        return Self.path(place.text, in: folder)
    }

    /// What stands in another file.
    func text(of path: String) throws -> String {
        guard let text = String(validating: try bytes(path), as: UTF8.self), !text.utf8.contains(0) else {
            throw Failure(.badInput, "\(Self.shown(path)) is not text in UTF-8")
        }
        return text
    }

    func userData(_ table: TOMLTable) throws -> String? { try cloudInitFile(table, "user-data") }

    /// The text of a file for cloud-init.
    func cloudInitFile(_ table: TOMLTable, _ key: String) throws -> String? {
        guard let path = try otherFile(table, key) else { return nil }
        return try reading(table, key) {
            let text = try text(of: path)
            // LXD keeps no empty one, so that it would be new at each run.
            if text.isEmpty { return nil }
            try CloudInit.check(userData: text, from: Self.shown(path))
            return text
        }
    }
}
