/// The file that describes a cluster that is there.
package struct ClusterDescription: Sendable {
    /// What is on the cluster, as it says itself.
    package struct Contents: Sendable, Equatable {
        package struct Pool: Sendable, Equatable {
            package var name: String
            package var driver: String
            /// The size of its loop file; `nil` where it has none, or members differ.
            package var size: String?

            package init(name: String, driver: String, size: String?) {
                self.name = name
                self.driver = driver
                self.size = size
            }
        }

        package var pools: [Pool]
        /// The fingerprints of images, by alias.
        package var aliases: [String: String]
        /// The names of units.
        package var units: Set<String>

        package init(pools: [Pool], aliases: [String: String], units: Set<String>) {
            self.pools = pools
            self.aliases = aliases
            self.units = units
        }
    }

    private let state: ClusterState
    private let live: Contents?
    /// The file that was last applied.
    private let former: ClusterFile?
    /// The sizes that machines have here.
    private let sizes: [Setting]

    package init(state: ClusterState, live: Contents?, former: ClusterFile?, sizes: [Setting]) {
        self.state = state
        self.live = live
        self.former = former
        self.sizes = sizes
    }

    package var text: String {
        let parts = [cluster, machine] + members + pools + images + [units]
        return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    private var cluster: [String] {
        var lines = [
            "[cluster]", "name = \(Self.quoted(state.name.text))", "engine = \(Self.quoted(state.engine.name))",
            "provider = \(Self.quoted(state.settings.provider.rawValue))", "members = \(state.members.count)",
        ]
        if state.spread != nil {
            lines.append("hosts = [\(state.hosts.map { Self.quoted($0.text) }.joined(separator: ", "))]")
        }
        for setting in [Setting.storage, .image, .channel, .network] {
            if let value = state.settings.value(of: setting) {
                lines.append("\(setting.rawValue) = \(Self.quoted(value))")
            }
        }
        return lines
    }

    // MARK: Machines

    private func value(_ setting: Setting, _ member: ClusterState.Member) -> String? { member.sizes?[setting]?.value }

    /// The value that most members have.
    private func common(_ setting: Setting) -> String? {
        let values = state.members.compactMap { value(setting, $0) }
        guard values.count == state.members.count else { return nil }
        let counts = Dictionary(grouping: values) { $0 }.mapValues(\.count)
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.first?.key
    }

    private func line(_ setting: Setting, _ value: String) -> String {
        "\(setting.rawValue) = \(setting == .cpus ? value : Self.quoted(value))"
    }

    private var machine: [String] {
        let lines = sizes.compactMap { size in common(size).map { line(size, $0) } }
        return lines.isEmpty ? [] : ["[machine]"] + lines
    }

    private var members: [[String]] {
        state.members.sorted { $0.name < $1.name }.compactMap { member in
            let lines = sizes.compactMap { size -> String? in
                guard let value = value(size, member) else { return nil }
                if let common = common(size), size.isSame(value, common) { return nil }
                return line(size, value)
            }
            return lines.isEmpty ? nil : ["[[member]]", "index = \(member.name.index)"] + lines
        }
    }

    // MARK: What is on it

    private var pools: [[String]] {
        let found =
            live?.pools
            ?? (former?.pools ?? []).map {
                Contents.Pool(name: $0.name, driver: $0.driver.rawValue, size: $0.size?.text)
            }
        return found.filter { $0.name != "default" }.sorted { $0.name < $1.name }.map { pool in
            guard let driver = StorageDriver(rawValue: pool.driver) else {
                return ["# The pool \(pool.name) has the driver \(pool.driver), which a cluster file does not have."]
            }
            let size = driver.hasLoopFile ? pool.size.map { ["size = \(Self.quoted($0))"] } ?? [] : []
            return ["[[pool]]", "name = \(Self.quoted(pool.name))", "driver = \(Self.quoted(driver.rawValue))"] + size
        }
    }

    private var images: [[String]] {
        let known = former?.images ?? []
        let there = known.filter { live?.aliases.keys.contains($0.alias) ?? true }
        let others = (live?.aliases ?? [:]).filter { alias, _ in !known.contains { $0.alias == alias } }
        return there.map { image in
            let from =
                switch image.source {
                case .file(let path): path.hasPrefix("/") || path.hasPrefix("./") ? path : "./\(path)"
                case .remote(let name): name
                }
            return ["[[image]]", "from = \(Self.quoted(from))", "alias = \(Self.quoted(image.alias))"]
        }
            + others.sorted { $0.key < $1.key }.map {
                ["# The image \($0.key) (\($0.value.prefix(12))) was not brought by a cluster file."]
            }
    }

    private var units: [String] {
        let files = state.file?.unitFiles ?? []
        let unknown = (live?.units ?? []).subtracting(state.file?.units.keys.map { $0 } ?? []).sorted()
        let notes = unknown.map { "# The unit \($0) was created by bcmcluster run; add its file to have it here." }
        if files.isEmpty { return notes }
        return ["[units]", "files = [\(files.map(Self.quoted).joined(separator: ", "))]"] + notes
    }
}
