extension UnitFile {
    /// The tables of a unit's file, and the keys that each may have.
    enum Section: String, CaseIterable {
        case spacecore, hardware, instance, volume, network, port

        private var keys: Set<String> {
            switch self {
            case .spacecore: ["name", "description"]
            case .hardware: ["cores", "memory", "kernel", "drive", "ref", "interface"]
            case .instance: ["type", "count", "spread", "disk", "user-data", "env"]
            case .volume: ["name", "size", "path", "per-instance"]
            case .network: ["name", "address"]
            case .port: ["listen", "target", "protocol"]
            }
        }

        private var header: String {
            switch self {
            case .spacecore, .hardware, .instance: "[\(self)]"
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

        private static let names = Set(allCases.map(\.rawValue))
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
