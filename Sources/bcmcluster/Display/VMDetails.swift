import Provisioning

/// What is known about one VM, as lines and as data.
struct VMDetails: Encodable {
    /// An amount in bytes.
    struct Room: Encodable {
        var used: Int
        var total: Int

        init(_ use: StorageUse) { (used, total) = (use.used, use.total) }
        var text: String { "\(ByteSize.brief(used)) of \(ByteSize.brief(total)) used" }
    }

    var schemaVersion = JSONForm.version
    var host: String
    var name: String
    var state: String
    /// The same in multipass's word.
    private let label: String
    var ipv4: [String]
    var image: String?
    var release: String?
    var cpus: Int?
    var memory: Room?
    var disk: Room?
    var snapshots: Int?
    /// Folders of the host by where they are in the VM.
    var mounts: [String: String]
    var cluster: String?

    private enum CodingKeys: CodingKey {
        case schemaVersion, host, name, state, ipv4, image, release, cpus, memory, disk, snapshots, mounts, cluster
    }

    init(_ vm: VM, _ info: Multipass.Info) {
        host = vm.host.name.text
        name = vm.instance.name
        state = StateWord.machine(info.state)
        label = info.state
        ipv4 = info.ipv4
        image = vm.instance.image
        release = info.release
        cpus = info.processors
        memory = info.memory.map(Room.init)
        disk = info.disk.map(Room.init)
        snapshots = info.snapshots
        mounts = info.mounts
        cluster = vm.cluster?.text
    }

    /// A line for each thing that is known.
    func text(width: Int) -> String {
        let folders = mounts.sorted { $0.key < $1.key }.map { "\($1) at \($0)" }
        let rows: [(String, String?)] = [
            ("HOST", host), ("NAME", name), ("STATE", label), ("IPV4", Self.text(ipv4)),
            ("IMAGE", image), ("RELEASE", release), ("CPUS", cpus.map { "\($0)" }), ("MEMORY", memory?.text),
            ("DISK", disk?.text), ("SNAPSHOTS", snapshots.map { "\($0)" }),
            ("MOUNTS", Self.text(folders)), ("CLUSTER", cluster),
        ]
        return TextTable.lines(rows.map { [$0, $1 ?? "-"] }, width: .max).flatMap { $0.filled(to: width) }.map {
            $0 + "\n"
        }.joined()
    }

    private static func text(_ words: [String]) -> String? { words.isEmpty ? nil : words.joined(separator: ", ") }
}
