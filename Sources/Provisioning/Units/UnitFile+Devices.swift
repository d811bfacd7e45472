/// What instances get of their member: folders and devices.
extension UnitFile {
    /// The folders, whose places are not those of volumes.
    func mounts(_ root: TOMLTable, besides volumes: [Unit.Volume]) throws -> [Unit.Mount] {
        var mounts: [Unit.Mount] = []
        var taken = Taken()
        for table in try Section.mount.tables(of: root) {
            guard let source = try source(table) else { throw table.missing("source", "source = \"/srv/www\"") }
            guard let path = try table.place("path") else { throw table.missing("path", "path = \"/srv/www\"") }
            if let volume = volumes.first(where: { $0.path == path }) {
                throw table.refusal("path", "is where the volume \(volume.name) is")
            }
            try taken.take(path, table, "path", "mount")
            mounts.append(
                Unit.Mount(
                    source: source, path: path, isReadOnly: try table.boolean("read-only") ?? true,
                    isShifted: try table.boolean("shift")))
        }
        return mounts
    }

    private func source(_ table: TOMLTable) throws -> String? {
        guard let text = try table.string("source") else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        let isPlain = !parts.contains(".") && !parts.contains("..") && !text.hasControls
        guard text.utf8.first == UInt8(ascii: "/"), isPlain else {
            throw table.refusal(
                "source", "is not the full path of a folder on the members", hint: "write one such as \"/srv/www\"")
        }
        let path = parts.isEmpty ? "/" : parts.map { "/\($0)" }.joined()
        if let reason = ProtectedFolders.reason(path) {
            throw table.refusal(
                "source", "is not given to instances: \(path) \(reason)", hint: "name a folder of your own")
        }
        return path
    }

    /// The devices, each with the keys that its type has.
    func devices(_ root: TOMLTable) throws -> [Unit.Device] {
        var devices: [Unit.Device] = []
        var taken = Taken()
        for table in try Section.device.tables(of: root) {
            guard let kind: Unit.Device.Kind = try table.choice("type") else {
                throw table.missing("type", "type = \"unix-char\"")
            }
            let name = try table.label("name") ?? kind.rawValue
            try taken.take(name, table, table["name"] == nil ? "type" : "name", "device")
            var keys: [String: String] = [:]
            for entry in table.entries where !["type", "name"].contains(entry.key.text) {
                let key = entry.key.text
                guard let form = DeviceKey.all[kind]?[key] else {
                    let known = (DeviceKey.all[kind] ?? [:]).keys.sorted().joined(separator: ", ")
                    throw TOMLError(
                        entry.key.position, "\(table.path(of: key)) is not a key of \(kind.rawValue)",
                        hint: "it has \(known)")
                }
                keys[key] = try form.value(key, table)
            }
            if kind.isFile, keys["source"] == nil, keys["path"] == nil {
                throw table.missing("source", "source = \"/dev/fuse\"")
            }
            devices.append(Unit.Device(name: name, kind: kind, keys: keys))
        }
        return devices
    }
}

/// What a key of a device takes, in the engine's words (the reference of devices of each engine).
enum DeviceKey {
    case text, path, number, switched
    /// Four hexadecimal digits, such as `10de`.
    case identifier
    /// Such as `0660`.
    case mode
    /// Such as `0000:01:00.0`.
    case pciAddress
    case oneOf([String])

    private static let owner: [String: DeviceKey] = ["uid": .number, "gid": .number, "mode": .mode]
    private static let file: [String: DeviceKey] = owner.merging([
        "source": .path, "path": .path, "major": .number, "minor": .number, "required": .switched,
    ]) { $1 }

    static let all: [Unit.Device.Kind: [String: DeviceKey]] = [
        .gpu: owner.merging([
            "gputype": .oneOf(["physical", "mdev", "mig", "sriov"]), "id": .text, "pci": .pciAddress,
            "vendorid": .identifier, "productid": .identifier, "mdev": .text, "mig.ci": .number, "mig.gi": .number,
            "mig.uuid": .text,
        ]) { $1 },
        .usb: owner.merging(["vendorid": .identifier, "productid": .identifier, "required": .switched]) { $1 },
        .unixCharacter: file, .unixBlock: file,
    ]

    /// All keys of all types.
    static let names = Set(all.values.flatMap(\.keys))

    /// The value as the engine takes it.
    func value(_ key: String, _ table: TOMLTable) throws -> String {
        if case .switched = self { return "\(try table.boolean(key) ?? true)" }
        let text =
            switch try table.stringOrInteger(key) {
            case .integer(let number): "\(number)"
            case .string(let text): text
            case nil: ""
            }
        let (isGood, example) =
            switch self {
            case .text: (!text.isEmpty && !text.hasControls, "\"0\"")
            case .path: (Self.isPath(text), "\"/dev/fuse\"")
            case .number: (Int(text).map { 0...Int(Int32.max) ~= $0 && "\($0)" == text } ?? false, "0")
            case .identifier: (text.utf8.count == 4 && Self.isHexadecimal(text), "\"10de\"")
            case .mode: (3...4 ~= text.utf8.count && text.utf8.allSatisfy { 48...55 ~= $0 }, "\"0660\"")
            case .pciAddress:
                (
                    text.wholeMatch(of: /([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]/) != nil,
                    "\"0000:01:00.0\""
                )
            case .oneOf(let words): (words.contains(text), words.map { "\"\($0)\"" }.joined(separator: ", "))
            case .switched: (true, "")
            }
        guard isGood else { throw table.refusal(key, "is not a value of it", hint: "write one such as \(example)") }
        return text
    }

    private static func isPath(_ text: String) -> Bool {
        text.hasPrefix("/") && text.utf8.count > 1 && !text.hasControls && !text.split(separator: "/").contains("..")
    }

    private static func isHexadecimal(_ text: String) -> Bool {
        text.utf8.allSatisfy { 48...57 ~= $0 || 97...102 ~= $0 || 65...70 ~= $0 }
    }
}

extension UnitFile.Section {
    /// The keys of `[[device]]`, of whatever type.
    static let keysOfDevices = DeviceKey.names.union(["name", "type"])
}
