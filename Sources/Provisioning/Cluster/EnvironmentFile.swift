/// A `.env` file: `NAME=value` lines, read and never run.
package struct EnvironmentFile: Sendable, Equatable {
    /// The names of all variables that a `.env` can have.
    package static let names: Set<String> = Set(Setting.allCases.map(\.variable))
        .union(["BCM_CLUSTER_ENDPOINT_NAME", "BCM_LXD_SECRET", "BCM_LXD_CLUSTER_MASTER"])

    package let values: [String: String]
    private let path: String
    /// The line of each value, from 1 on.
    private let lines: [String: Int]

    /// A file with those values.
    package init(values: [String: String] = [:]) {
        self.values = values
        path = ".env"
        lines = [:]
    }

    /// Reads the member's file; one that is not there has no values.
    ///
    /// Throws `Failure.badInput`, with file and line, for a malformed line, and for a variable that is neither known nor
    /// one of the user's own template.
    package init(
        of member: MemberName, in folder: ClusterFolder, _ files: any Files, own: Set<String> = []
    ) throws {
        let path = folder.environment(member)
        try self.init(try files.read(path) ?? "", path: path)
        for (name, line) in lines.sorted(by: { $0.value < $1.value }) where !Self.names.union(own).contains(name) {
            let nearest = Suggestion.nearest(to: name, in: Self.names)
            throw Failure(
                .badInput, "\(path), line \(line): unknown variable \(name.clipped)",
                hint: nearest.map { "did you mean \($0)?" }
                    ?? "known variables: \(Self.names.sorted().joined(separator: ", "))"
            )
        }
        let first = MemberName(folder.cluster, 0)
        for setting in Setting.allCases where setting.isClusterWide && setting != .provider && member != first {
            guard let line = lines[setting.variable] else { continue }
            throw Failure(
                .badInput, "\(path), line \(line): \(setting.variable) holds for the whole cluster",
                hint: "remove the line; \(setting.variable) is read from the .env of \(first)")
        }
    }

    /// Where a value stands, for messages.
    func place(of variable: String) -> String {
        "\(variable) in \(path)" + (lines[variable].map { ", line \($0)" } ?? "")
    }

    /// Reads the text; a malformed line is a `Failure.badInput` that names the file and the line.
    ///
    /// Blank lines and `#` comments are passed over, `export` before a name is allowed, and a value may stand in single
    /// or double quotes. Nothing is expanded.
    package init(_ text: String, path: String) throws {
        var values: [String: String] = [:]
        var places: [String: Int] = [:]
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (number, line) in zip(1..., lines) {
            let line = line.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            let entry = line.hasPrefix("export ") ? line.dropFirst(7).trimmed : line
            guard let equals = entry.firstIndex(of: "="), let name = Self.name(entry[..<equals]),
                let value = Self.value(entry[entry.index(after: equals)...].trimmed)
            else {
                throw Failure(
                    .badInput, "\(path), line \(number), is not NAME=value", hint: "fix that line, or remove it")
            }
            values[name] = value
            places[name] = number
        }
        self.values = values
        self.path = path
        self.lines = places
    }

    private static func name(_ text: Substring) -> String? {
        guard let first = text.utf8.first, !(48...57 ~= first),
            text.utf8.allSatisfy({ $0 == 95 || 48...57 ~= $0 || 65...90 ~= $0 || 97...122 ~= $0 })
        else { return nil }
        return String(text)
    }

    private static func value(_ text: String) -> String? {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            return text.contains { "\"'`$\\ \t".contains($0) } ? nil : text
        }
        guard text.count >= 2, text.last == quote else { return nil }
        let inner = text.dropFirst().dropLast()
        return inner.contains(quote) ? nil : String(inner)
    }
}
