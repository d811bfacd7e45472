extension TOMLTable {
    /// The way to what stands under the key.
    package func path(of key: String) -> TOMLPath { .key(key, in: path) }

    /// Throws at the first key that is not among the known, with the one that may have been meant.
    package func allowOnly(_ known: Set<String>) throws(TOMLError) {
        guard let entry = entries.first(where: { !known.contains($0.key.text) }) else { return }
        let near = Suggestion.nearest(to: entry.key.text, in: known).map { "did you mean \(TOMLPath.written($0))?" }
        let listed = known.sorted().map(TOMLPath.written).joined(separator: ", ")
        throw TOMLError(
            entry.key.position, "unknown \(entry.value.content.noun) \(path(of: entry.key.text))",
            hint: near ?? (known.isEmpty ? nil : "known keys: \(listed)"))
    }

    /// The error that a key is missing, at the table's place.
    package func missing(_ key: String) -> TOMLError { TOMLError(position, "\(path(of: key)) is missing") }

    /// The error that a key's value, though of the right type, is refused; `problem` continues behind the key's path.
    package func refusal(_ key: String, _ problem: String, hint: String? = nil) -> TOMLError {
        TOMLError(self[key]?.position ?? position, "\(path(of: key)) \(problem)", hint: hint)
    }
}

extension TOMLValue.Content {
    /// What a key with such a value is called.
    fileprivate var noun: String {
        if case .table = self { return "table" }
        if case .array(let items) = self, case .table? = items.first?.content { return "table" }
        return "key"
    }
}
