extension UnitFile {
    /// The tables of a unit's file, and the keys that each may have.
    enum Section: String, TOMLSection {
        case spacecore, hardware, resources, instance, volume, network, port, mount, device, health

        var keys: Set<String> {
            switch self {
            case .spacecore: ["name", "description", "version"]
            case .hardware: ["cores", "memory", "kernel", "drive", "ref", "interface"]
            case .resources: Section.hardware.keys.union(Hardware.synonyms.values.joined()).union(["disk"])
            case .instance:
                [
                    "type", "count", "spread", "disk", "user-data", "vendor-data", "ssh-keys", "env", "env-file",
                    "address", "needs", "restart", "profile", "group",
                ]
            case .volume: ["name", "size", "path", "per-instance"]
            case .network: ["name", "address", "encrypt"]
            case .port: ["listen", "target", "protocol"]
            case .mount: ["source", "path", "read-only", "shift"]
            case .device: Self.keysOfDevices
            case .health: ["exec", "tcp", "http", "interval", "retries", "timeout"]
            }
        }

        var isRepeatable: Bool {
            switch self {
            case .spacecore, .hardware, .resources, .instance, .health: false
            case .volume, .network, .port, .mount, .device: true
            }
        }

        /// Hypercore's newer form has a version, which says nothing of the unit.
        static let rootKeys: Set = ["version"]
    }
}

extension UnitFile {
    /// What an instance is made of: `[hardware]`, or `[resources]` of Hypercore's newer form, or each in part.
    struct Hardware {
        /// Other words for keys in `[resources]`.
        static let synonyms = ["cores": ["cpu", "cpus", "vcpu", "vcpus"], "ref": ["image"]]

        private let hardware, resources: TOMLTable?
        /// The table in which what is missing could stand.
        let main: TOMLTable

        /// The tables; throws where neither is there.
        init(_ root: TOMLTable) throws {
            hardware = try Section.hardware.table(of: root)
            resources = try Section.resources.table(of: root)
            guard let main = hardware ?? resources else {
                throw Section.hardware.missing(root, "ref = \"ubuntu:24.04\"")
            }
            self.main = main
        }

        /// The table with the key, and the word for it there; throws where two places say it.
        func place(of key: String) throws -> (table: TOMLTable, key: String)? {
            let words = [key] + (Self.synonyms[key] ?? [])
            let places = [
                hardware.map { [($0, key)] } ?? [], resources.map { table in words.map { (table, $0) } } ?? [],
            ]
            .joined().filter { $0.0[$0.1] != nil }
            if let second = places.dropFirst().first {
                throw second.0.refusal(second.1, "is given twice", hint: "leave one out")
            }
            return places.first
        }

        /// What the key gives, in whichever table it stands.
        func read<Value>(_ key: String, _ read: (TOMLTable, String) throws -> Value?) throws -> Value? {
            try place(of: key).flatMap { try read($0.table, $0.key) }
        }

        /// Why no VM gets the kernel of the file, where it names one.
        var kernelRefusal: TOMLError? {
            [hardware, resources].compactMap { $0 }.first { $0["kernel"] != nil }?.refusal(
                "kernel", "is not supported for VMs: \(Engine.current.title) boots the kernel that is in a VM's image",
                hint: "leave it out; use an image with that kernel as ref or drive")
        }
    }
}
