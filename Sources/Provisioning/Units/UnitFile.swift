/// A unit's file: TOML in Hypercore's form (`[spacecore]`, `[hardware]`, or `[resources]` and `version`) and ours
/// (`[instance]`, `[[volume]]`, `[[network]]`, `[[port]]`).
///
/// An error has the file's path, line and column, and a file is read whole or not at all.
package struct UnitFile: Sendable {
    /// The most instances of a unit.
    static let mostInstances = 1000

    let files: any Files
    let path: String

    /// Reads the unit; throws `Failure.badInput` with line and column.
    package static func read(_ path: String, _ files: any Files) throws -> Unit {
        let file = UnitFile(files: files, path: path)
        do {
            let bytes = try file.bytes(path)
            return try file.unit(TOMLDocument(bytes: bytes).root)
        } catch let error as TOMLError { throw error.failure(in: path) }
    }

    private func unit(_ root: TOMLTable) throws -> Unit {
        try Section.checkKeys(of: root)
        guard let about = try Section.spacecore.table(of: root) else {
            throw Section.spacecore.missing(root, "name = \"web\"")
        }
        let hardware = try Hardware(root)
        let instance = try Section.instance.table(of: root)
        var remarks: [String] = []
        let (name, description) = try name(about, &remarks)
        let cores = try hardware.read("cores") { try $0.number($1, in: 1...1024) } ?? 1
        let memory = try hardware.read("memory", memory) ?? 512 << 20
        let (image, interface) = (
            try image(hardware, &remarks), try hardware.read("interface") { try $0.networkName($1) }
        )
        let disk = try instance?.size("disk") ?? hardware.read("disk") { try $0.size($1) }
        let kind: Unit.Kind? = try instance?.choice("type")
        let kernel = hardware.kernelRefusal.map { $0.failure(in: path) }
        if kind == .vm, let kernel { throw kernel }
        let count =
            try instance?.number("count", in: 1...Self.mostInstances, none: "delete the whole unit with bcmcluster rm")
            ?? 1
        let spread: Unit.Spread? = try instance?.choice("spread")
        let volumes = try volumes(root, sharers: spread == nil || spread == Unit.Spread.none ? 1 : count)
        let networks = try networks(root)
        let (userData, vendorData) = (try instance.flatMap(userData), try instance.flatMap(vendorData))
        let unit = Unit(
            name: name, description: description, cores: cores, memory: memory, image: image, interface: interface,
            kind: kind, count: count, spread: spread ?? .host,
            disk: disk, userData: userData,
            environment: try instance.map(environment) ?? [:], volumes: volumes, networks: networks,
            address: try instance.flatMap {
                try address($0, of: count, on: networks.first { $0.name == interface } ?? networks.first)
            },
            ports: try ports(root),
            needs: try instance.map { try needs($0, of: name) } ?? [], mounts: try mounts(root, besides: volumes),
            devices: try devices(root),
            restart: try instance?.choice("restart"), vendorData: vendorData,
            sshKeys: try instance.map { try sshKeys($0, beside: userData, vendorData) } ?? [],
            profiles: try instance?.names("profile", "profile") ?? [],
            group: try instance?.names("group", "cluster group", most: 1).first,
            health: try health(root), kernel: kernel, remarks: remarks)
        if kind == .vm { try instance?.refusing("type") { try unit.checkForVMs() } }
        return unit
    }

    /// The name and the description; a title with blanks, as Hypercore has it, becomes a label.
    private func name(_ table: TOMLTable, _ remarks: inout [String]) throws -> (UnitName, String?) {
        guard let text = try table.string("name") else { throw table.missing("name", "name = \"web\"") }
        let description = try table.line("description")
        if text.contains(" "), !text.hasControls, let name = UnitName(fromTitle: text) {
            remarks.append("\(Shell.quoted(text)) becomes the unit \(name): \(UnitName.titleRule)")
            return (name, description ?? text)
        }
        guard UnitName.isGood(text) else {
            throw table.refusal("name", "is not a valid name for a unit", hint: "choose one \(UnitName.rule)")
        }
        return (try UnitName(text), description)
    }

    private func memory(_ table: TOMLTable, _ key: String) throws -> Int? {
        let hint = "write MiB as a number, such as 512, or \"2GiB\""
        let bytes: Int?
        switch try table.advised(hint, { try table.stringOrInteger(key) }) {
        case nil: return nil
        case .integer(let mebibytes): bytes = 0...1 << 30 ~= mebibytes ? mebibytes << 20 : nil
        case .string(let text): bytes = ByteSize(text)?.bytes
        }
        guard let bytes, 1 << 20...1 << 50 ~= bytes else {
            throw table.refusal(key, "is not an amount of memory from 1MiB to 1024TiB", hint: hint)
        }
        return bytes
    }

    func ownEnvironment(_ instance: TOMLTable) throws -> [String: String] {
        let table = try instance.advised("write [instance.env]") { try instance.table("env") }
        guard let table else { return [:] }
        let values = try instance.advised("a value needs quotation marks") { try instance.stringTable("env") ?? [:] }
        for entry in table.entries {
            let key = entry.key.text
            guard key.isVariable else {
                throw TOMLError(
                    entry.key.position, "\(table.path(of: key)) is not the name of a variable",
                    hint: "choose one of letters, digits and _, no digit first")
            }
            let value = values[key]?.unicodeScalars ?? "".unicodeScalars
            // A variable that is empty would be new at each run.
            if value.isEmpty {
                throw table.refusal(
                    key, "is empty, and \(Engine.current.title) keeps no variable that is", hint: "leave it out")
            }
            if value.contains("\n") {
                throw table.refusal(key, "has a line break, which \(Engine.current.title) takes in no variable")
            }
            if value.contains("\0") { throw table.refusal(key, "has a NUL in it, which no variable can have") }
        }
        return values
    }
}
