/// Values as a unit's file has them.
extension TOMLTable {
    /// A size of a disk, such as `10GiB`, in bytes.
    func size(_ key: String) throws -> Int? {
        let hint = "write one such as \"10GiB\", at least 1MiB"
        guard let text = try advised(hint, { try string(key) }) else { return nil }
        guard let size = ByteSize(text), size.bytes >= 1 << 20 else {
            throw refusal(key, "is not a disk size", hint: hint)
        }
        return size.bytes
    }

    /// Text without line breaks; none where it is empty, as LXD keeps no empty text.
    func line(_ key: String) throws -> String? {
        guard let text = try string(key) else { return nil }
        guard !text.hasControls else {
            throw refusal(key, "has a line break or another control character", hint: "write it on one line")
        }
        return text.isEmpty ? nil : text
    }

    /// The name of a network that there is, or of a NIC.
    func networkName(_ key: String) throws -> String? {
        guard let text = try string(key) else { return nil }
        guard text.isName(in: 1...63, besides: "._-"), !"._-".utf8.contains(text.utf8.first ?? 0) else {
            throw refusal(
                key, "is not a name of a NIC or network", hint: "write one such as eth0 or \(Engine.current.bridge)")
        }
        return text
    }

    /// The name of a network that LXD makes a bridge for.
    func bridgeName(_ key: String) throws -> String? {
        guard let text = try string(key) else { return nil }
        guard text.isName(in: 2...15, besides: "._-"), text.utf8.first?.isLetter ?? false else {
            throw refusal(
                key, "is not a valid name for a network",
                hint: "choose one like backend: letters, digits, ., _ and -, a letter first, 2 to 15 characters")
        }
        return text
    }

    /// A name of letters, digits and hyphens.
    func label(_ key: String) throws -> String? {
        guard let text = try string(key) else { return nil }
        guard text.isLabel, text.utf8.count <= 40 else {
            throw refusal(
                key, "is not a name",
                hint: "choose one like data: letters, digits and -, no - first or last, at most 40 characters")
        }
        return text
    }

    /// Where something is in an instance: a path from its root, each part once and plain.
    func place(_ key: String) throws -> String? {
        guard let text = try string(key) else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        let isPlain = !parts.contains(".") && !parts.contains("..") && !text.hasControls && !text.utf8.contains(0x2C)
        guard text.utf8.first == UInt8(ascii: "/"), !parts.isEmpty, isPlain else {
            throw refusal(key, "is not a valid path in an instance", hint: "write one such as \"/srv/data\"")
        }
        return parts.map { "/\($0)" }.joined()
    }
}
