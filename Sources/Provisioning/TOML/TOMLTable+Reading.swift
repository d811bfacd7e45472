/// A value that may be written as text or as a whole number.
package enum TOMLStringOrInteger: Sendable, Hashable {
    case string(String)
    /// A whole number.
    case integer(Int)
}

/// Values by key and type; a key that is not there has none, and another type is an error.
extension TOMLTable {
    /// The text under the key.
    package func string(_ key: String) throws(TOMLError) -> String? {
        try read(key, "a string") { if case .string(let text) = $0 { text } else { nil } }
    }

    /// The whole number under the key.
    package func integer(_ key: String) throws(TOMLError) -> Int? {
        try read(key, "an integer") { if case .integer(let number) = $0 { Int(clamping: number) } else { nil } }
    }

    /// The text or the whole number under the key.
    package func stringOrInteger(_ key: String) throws(TOMLError) -> TOMLStringOrInteger? {
        try read(key, "a string or an integer") { content in
            switch content {
            case .string(let text): .string(text)
            case .integer(let number): .integer(Int(clamping: number))
            default: nil
            }
        }
    }

    /// The `true` or `false` under the key.
    package func boolean(_ key: String) throws(TOMLError) -> Bool? {
        try read(key, "a boolean") { if case .boolean(let flag) = $0 { flag } else { nil } }
    }

    /// The table under the key, inline or not.
    package func table(_ key: String) throws(TOMLError) -> TOMLTable? {
        try read(key, "a table") { if case .table(let table) = $0 { table } else { nil } }
    }

    /// The tables of the array under the key, with headers or inline; none where the key is not there.
    package func arrayOfTables(_ key: String) throws(TOMLError) -> [TOMLTable] {
        let items = try read(key, "an array of tables") { if case .array(let items) = $0 { items } else { nil } }
        var tables: [TOMLTable] = []
        for (place, item) in (items ?? []).enumerated() {
            guard case .table(let table) = item.content else {
                throw Self.wrong(.item(place, in: path(of: key)), item, "a table")
            }
            tables.append(table)
        }
        return tables
    }

    /// The table under the key, in which every value is text.
    package func stringTable(_ key: String) throws(TOMLError) -> [String: String]? {
        guard let table = try table(key) else { return nil }
        var texts: [String: String] = [:]
        for entry in table.entries {
            guard case .string(let text) = entry.value.content else {
                throw Self.wrong(table.path(of: entry.key.text), entry.value, "a string")
            }
            guard texts.updateValue(text, forKey: entry.key.text) == nil else {
                throw TOMLError(entry.key.position, "\(table.path(of: entry.key.text)) is ambiguous")
            }
        }
        return texts
    }

    private func read<Value>(
        _ key: String, _ wanted: String, _ convert: (TOMLValue.Content) -> Value?
    ) throws(TOMLError) -> Value? {
        guard let value = self[key] else { return nil }
        guard let converted = convert(value.content) else { throw Self.wrong(path(of: key), value, wanted) }
        return converted
    }

    private static func wrong(_ path: TOMLPath, _ value: TOMLValue, _ wanted: String) -> TOMLError {
        TOMLError(value.position, "\(path) is \(value.content.title), but must be \(wanted)")
    }
}
