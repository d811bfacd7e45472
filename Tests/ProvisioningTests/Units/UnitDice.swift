@testable import Provisioning

/// Units, and the trees of files that say them.
extension TOMLDice {
    mutating func unit() throws -> Unit {
        let count = chance(50) ? 1 : pick([2, 3, 50, UnitFile.mostInstances])
        let spread = pick(Unit.Spread.allCases)
        return Unit(
            name: try UnitName(pick(["web", "w", "Web-2", "a-b-c"])),
            description: pick([nil, nil, nil, "front end", "é \"'\\", "#"]), cores: pick([1, 1, 2, 1024]),
            memory: pick([512 << 20, 1 << 20, 2 << 30, 3 << 29, 1 << 40]), image: pick(Self.images.map(\.image)),
            interface: pick([nil, nil, "eth0", "lxdbr0"]), kind: pick([nil, nil, .vm, .container]), count: count,
            spread: spread,
            disk: pick([nil, nil, 10 << 30, 1 << 20]), userData: pick([nil, nil, "#cloud-config\n"]),
            environment: pick([[:], [:], [:], ["A": "1"], ["_b2": "two\twords", "PATH": "/bin:\u{301}"]]),
            volumes: (0..<pick([0, 0, 0, 1, 2])).map { volume($0, isPerInstance: count > 1 && spread != .none) },
            networks: (0..<pick([0, 0, 0, 1, 2])).map { Unit.Network(name: "net\($0)", address: "10.\($0).0.1/24") },
            ports: (0..<pick([0, 0, 0, 1, 2])).map { port(8080 + 10 * $0) },
            mounts: (0..<pick([0, 0, 0, 1, 2])).map { mount($0) },
            devices: (0..<pick([0, 0, 0, 1, 2])).map { device($0) },
            restart: pick([nil, nil] + Unit.Restart.allCases), vendorData: pick([nil, nil, "#cloud-config\n"]),
            profiles: pick([[], [], ["gpu"], ["b", "default"]]), group: pick([nil, nil, "ssd"]))
    }

    private mutating func mount(_ number: Int) -> Unit.Mount {
        Unit.Mount(
            source: pick(["/srv", "/data/é"]), path: "/mnt/\(number)", isReadOnly: chance(70),
            isShifted: pick([nil, nil, true, false]))
    }

    /// Of a kind that virtual machines have, too.
    private mutating func device(_ number: Int) -> Unit.Device {
        pick([
            Unit.Device(name: "d\(number)", kind: .gpu, keys: ["id": "0", "gputype": "physical"]),
            Unit.Device(name: "d\(number)", kind: .usb, keys: ["vendorid": "10de", "required": "false"]),
            Unit.Device(name: "d\(number)", kind: .gpu),
        ])
    }

    private mutating func volume(_ number: Int, isPerInstance: Bool) -> Unit.Volume {
        Unit.Volume(
            name: "v\(number)", size: pick([nil, 5 << 30, 1_048_577]), path: "/srv/\(number)",
            isPerInstance: isPerInstance || chance(50))
    }

    private mutating func port(_ listen: Int) -> Unit.Port {
        let count = pick([1, 1, 1, 2, 10])
        return Unit.Port(
            listen: listen, target: pick([listen, 80, 65_536 - count]), transport: pick([.tcp, .udp]), count: count,
            address: pick([nil, nil, "127.0.0.1"]))
    }

    /// What is written in files, and what it means there.
    private static let images: [(key: String, text: String, image: ImageReference)] = [
        ("ref", "ubuntu:24.04", .remote("ubuntu:24.04")), ("ref", "busybox", .known("busybox")),
        ("ref", "./image.tar.gz", .file("web/image.tar.gz")), ("ref", "image.tar.gz", .file("web/image.tar.gz")),
        ("ref", "docker.io/library/nginx", .registry("docker.io/library/nginx")),
        ("drive", "root.img", .drive("web/root.img")), ("drive", "/srv/root.img", .drive("/srv/root.img")),
    ]

    /// One of the files that say the unit: what goes without saying may be left out, and nothing has an order.
    mutating func tree(_ unit: Unit) -> [(key: String, tree: TOMLTree)] {
        let image = pick(Self.images.filter { $0.image == unit.image })
        let (cores, spread) = (chance(50) ? nil : unit.cores, unit.spread == .host && chance(50) ? nil : unit.spread)
        let instance: [(key: String, tree: TOMLTree)] = Self.present([
            ("type", unit.kind.map { .string($0.rawValue) }),
            ("count", unit.count == 1 && chance(50) ? nil : .integer(Int64(unit.count))),
            ("spread", spread.map { .string($0.rawValue) }), ("disk", unit.disk.map { size($0) }),
            ("user-data", unit.userData.map { _ in .string("cloud-init.yml") }),
            ("vendor-data", unit.vendorData.map { _ in .string("cloud-init.yml") }),
            ("restart", unit.restart.map { .string($0.rawValue) }), ("group", unit.group.map { .string($0) }),
            ("profile", names(unit.profiles)),
            ("env", unit.environment.isEmpty ? nil : .table(Self.texts(unit.environment))),
        ])
        let entries: [(key: String, tree: TOMLTree)] = Self.present([
            (
                "spacecore",
                .table(
                    Self.present([
                        ("name", .string(unit.name.text)), ("description", unit.description.map { .string($0) }),
                    ]).shuffled(using: &self))
            ),
            (
                "hardware",
                .table(
                    Self.present([
                        ("cores", unit.cores == 1 ? cores.map { .integer(Int64($0)) } : .integer(Int64(unit.cores))),
                        ("memory", unit.memory == 512 << 20 && chance(50) ? nil : memory(unit.memory)),
                        (image.key, .string(image.text)), ("interface", unit.interface.map { .string($0) }),
                    ]).shuffled(using: &self))
            ),
            ("instance", instance.isEmpty && chance(80) ? nil : .table(instance.shuffled(using: &self))),
            ("volume", parts(unit.volumes) { $0.entries($1) }), ("network", parts(unit.networks) { $0.entries($1) }),
            ("port", parts(unit.ports) { $0.entries($1) }), ("mount", parts(unit.mounts) { $0.entries($1) }),
            ("device", parts(unit.devices) { $0.entries($1) }),
        ])
        return entries.shuffled(using: &self)
    }

    private static func present(_ entries: [(String, TOMLTree?)]) -> [(key: String, tree: TOMLTree)] {
        entries.compactMap { key, tree in tree.map { (key, $0) } }
    }

    private static func texts(_ texts: [String: String]) -> [(key: String, tree: TOMLTree)] {
        texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }
    }

    private mutating func parts<Part>(
        _ parts: [Part], _ entries: (inout TOMLDice, Part) -> [(key: String, tree: TOMLTree)]
    ) -> TOMLTree? {
        parts.isEmpty && chance(80) ? nil : .array(parts.map { .table(entries(&self, $0).shuffled(using: &self)) })
    }

    private mutating func entries(_ volume: Unit.Volume) -> [(key: String, tree: TOMLTree)] {
        let isPerInstance: TOMLTree? = volume.isPerInstance || chance(30) ? .boolean(volume.isPerInstance) : nil
        return Self.present([
            ("name", .string(volume.name)), ("size", volume.size.map { size($0) }),
            ("path", .string(chance(80) ? volume.path : "/\(volume.path)/")), ("per-instance", isPerInstance),
        ])
    }

    private mutating func entries(_ network: Unit.Network) -> [(key: String, tree: TOMLTree)] {
        Self.present([("name", .string(network.name)), ("address", network.address.map(TOMLTree.string))])
    }

    private mutating func names(_ names: [String]) -> TOMLTree? {
        if names.count == 1, chance(50) { return .string(names[0]) }
        return names.isEmpty && chance(80) ? nil : .array(names.map { .string($0) })
    }

    private mutating func entries(_ mount: Unit.Mount) -> [(key: String, tree: TOMLTree)] {
        Self.present([
            ("source", .string(chance(80) ? mount.source : "/\(mount.source)/")), ("path", .string(mount.path)),
            ("read-only", mount.isReadOnly && chance(50) ? nil : .boolean(mount.isReadOnly)),
            ("shift", mount.isShifted.map { .boolean($0) }),
        ])
    }

    private func entries(_ device: Unit.Device) -> [(key: String, tree: TOMLTree)] {
        let keys = device.keys.sorted { $0.key < $1.key }.map { key, value -> (String, TOMLTree?) in
            (key, key == "required" ? .boolean(value == "true") : .string(value))
        }
        return Self.present([("name", .string(device.name)), ("type", .string(device.kind.rawValue))] + keys)
    }

    private mutating func entries(_ port: Unit.Port) -> [(key: String, tree: TOMLTree)] {
        let isPlain = port.count == 1 && port.address == nil
        let host = port.address.map { "\($0):" } ?? pick(["", "0.0.0.0:"])
        let ends =
            port.count == 1 ? ["", ""] : ["-\(port.listen + port.count - 1)", "-\(port.target + port.count - 1)"]
        let target: TOMLTree =
            port.count == 1 && chance(50) ? .integer(Int64(port.target)) : .string("\(port.target)\(ends[1])")
        return Self.present([
            (
                "listen",
                isPlain && chance(50) ? .integer(Int64(port.listen)) : .string("\(host)\(port.listen)\(ends[0])")
            ),
            ("target", port.target == port.listen && chance(50) ? nil : target),
            ("protocol", port.transport == .tcp && chance(50) ? nil : .string(port.transport.rawValue)),
        ])
    }

    private mutating func memory(_ bytes: Int) -> TOMLTree { chance(50) ? .integer(Int64(bytes >> 20)) : size(bytes) }

    private mutating func size(_ bytes: Int) -> TOMLTree {
        for (step, units) in [(30, ["GiB", "G", "gib"]), (20, ["MiB", "M"])] where bytes % (1 << step) == 0 {
            if chance(80) { return .string("\(bytes >> step)\(pick(units))") }
        }
        return .string("\(bytes)")
    }
}
