extension UnitFile {
    /// The tables of a unit's file, and the keys that each may have.
    enum Section: String, CaseIterable {
        case spacecore, hardware, resources, instance, volume, network, port

        private var keys: Set<String> {
            switch self {
            case .spacecore: ["name", "description", "version"]
            case .hardware: ["cores", "memory", "kernel", "drive", "ref", "interface"]
            case .resources: Section.hardware.keys.union(Hardware.synonyms.values.joined()).union(["disk"])
            case .instance: ["type", "count", "spread", "disk", "user-data", "env"]
            case .volume: ["name", "size", "path", "per-instance"]
            case .network: ["name", "address"]
            case .port: ["listen", "target", "protocol"]
            }
        }

        private var header: String {
            switch self {
            case .spacecore, .hardware, .resources, .instance: "[\(self)]"
            case .volume, .network, .port: "[[\(self)]]"
            }
        }

        /// The one table of the kind, with keys that there are.
        func table(of root: TOMLTable) throws -> TOMLTable? {
            let table = try root.advised("write \(header)") { try root.table(rawValue) }
            try table.map { try Self.check($0, keys) }
            return table
        }

        /// The tables of the kind, with keys that there are.
        func tables(of root: TOMLTable) throws -> [TOMLTable] {
            let tables = try root.advised("write \(header)") { try root.arrayOfTables(rawValue) }
            for table in tables { try Self.check(table, keys) }
            return tables
        }

        /// The error that the table is missing; the line is one that it needs.
        func missing(_ root: TOMLTable, _ line: String) -> TOMLError {
            TOMLError(root.position, "the table \(header) is missing", hint: "write \(header), and \(line) below it")
        }

        /// Throws at the first table that there is not, or key outside tables.
        static func checkKeys(of root: TOMLTable) throws { try check(root, names) }

        /// Hypercore's newer form has a version, which says nothing of the unit.
        private static let names = Set(allCases.map(\.rawValue) + ["version"])
        private static let keysOfAll = Set(allCases.flatMap(\.keys))

        private static func check(_ table: TOMLTable, _ keys: Set<String>) throws {
            do { try table.allowOnly(keys) } catch {
                let unknown = table.entries.first { !keys.contains($0.key.text) }?.key.text ?? ""
                throw TOMLError(error.position, error.problem, hint: meant(by: unknown, among: keys) ?? error.hint)
            }
        }

        /// What may have been meant by a key: one of those here or, where it is a word of another table, of that.
        private static func meant(by unknown: String, among here: Set<String>) -> String? {
            let word = unknown.lowercased()
            if !here.contains(word), let section = Section(rawValue: word) {
                return "did you mean the table \(section.header)?"
            }
            let isKey = here.contains(word) || keysOfAll.contains(word)
            let near = isKey ? word : Suggestion.nearest(to: word, in: here)
            guard let near = near ?? Suggestion.nearest(to: word, in: keysOfAll) else { return nil }
            if here.contains(near) { return "did you mean \(near)?" }
            let headers = allCases.filter { $0.keys.contains(near) }.map(\.header)
            return "did you mean \(near) in \(headers.joined(separator: " or "))?"
        }
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
