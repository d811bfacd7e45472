/// The tables and keys of a cluster file: parser, `config init` and the key reference in the guide read them.
package struct ClusterFileKey: Sendable {
    package let section: ClusterFile.Section
    package let name: String
    /// A value as it could stand in a file, in TOML.
    package let example: String
    /// What it says, in Markdown.
    package let summary: String
    /// What counts where the key is left out, in Markdown.
    package let fallback: String

    /// All keys, in the order in which they are written.
    package static let all: [ClusterFileKey] = [
        ClusterFileKey(
            .cluster, "name", #""DEV""#, "the cluster: letters, digits and -, a letter first, at most 40 characters",
            "required; `up -f FILE -c NAME` takes another"),
        ClusterFileKey(
            .cluster, "engine", "\"\(Engine.standard.name)\"",
            Engine.all.map { "`\"\($0.name)\"`" }.joined(separator: " or "),
            "`BCM_ENGINE`, else the one that is installed, `\"\(Engine.standard.name)\"` first"),
        ClusterFileKey(
            .cluster, "provider", "\"\(ProviderName.allCases.map(\.rawValue).max() ?? "")\"",
            ProviderName.allCases.map { "`\"\($0.rawValue)\"`" }.joined(separator: ", "),
            "`BCM_PROVIDER_NAME`, else as `up` chooses"),
        ClusterFileKey(
            .cluster, "members", "3",
            "how many members there are in all, 1 to 1000; with fewer than there are, those with the highest numbers are removed",
            "the current number, else 1, or one for each host where members are hosts"),
        ClusterFileKey(
            .cluster, "hosts", #"["rack1", "rack2"]"#,
            "the hosts over which members are spread, as `host add` names them; `\"local\"` is this machine",
            "this machine"),
        ClusterFileKey(
            .cluster, "storage", #""dir""#,
            "the driver of the pool `default`: \(drivers)", "`\"zfs\"` in a VM, `\"dir\"` elsewhere"),
        ClusterFileKey(
            .cluster, "image", #""24.04""#, "the image of the VMs; with other providers ignored with a note", "24.04"),
        ClusterFileKey(
            .cluster, "channel", #""5.21/stable""#,
            "the snap channel of \(Engine.standard.title) in VMs and on hosts; where there is no snap, ignored with a note",
            "5.21/stable"),
        ClusterFileKey(
            .cluster, "network", #""10.77.0.0/22""#,
            "what `up --network` takes: the subnet of the members, or a network of the VMs", "chosen by the provider"),
        ClusterFileKey(
            .machine, "cpus", "2", "processors of every member's machine", "4 for the first member, 2 for others"),
        ClusterFileKey(.machine, "memory", #""4GiB""#, "memory of every member's machine", "4G"),
        ClusterFileKey(
            .machine, "disk", #""30GiB""#,
            "disk of every member's machine; where machines have no disk of their own, ignored with a note", "30G"),
        ClusterFileKey(
            .member, "index", "0", "the member with that number, such as 0 for `DEV-00`", "required, or `host`"),
        ClusterFileKey(.member, "host", #""rack1""#, "the members on that host", "required, or `index`"),
        ClusterFileKey(.member, "cpus", "4", "as in `[machine]`, for these members", "as in `[machine]`"),
        ClusterFileKey(.member, "memory", #""8GiB""#, "as in `[machine]`, for these members", "as in `[machine]`"),
        ClusterFileKey(.member, "disk", #""60GiB""#, "as in `[machine]`, for these members", "as in `[machine]`"),
        ClusterFileKey(
            .pool, "name", #""fast""#, "the storage pool, 2 to 40 characters; `default` is set by `storage`", "required"
        ),
        ClusterFileKey(.pool, "driver", #""btrfs""#, "the driver: \(drivers)", "required"),
        ClusterFileKey(
            .pool, "size", #""20GiB""#,
            "the size of its loop file on each member; it can grow where the engine can; not with `dir`",
            "a fifth of the member's free disk, 5 to 30 GiB"),
        ClusterFileKey(
            .image, "from", #""ubuntu:24.04""#,
            "an image of one of the client's remotes, or the path of a file; it is copied to every member", "required"),
        ClusterFileKey(
            .image, "alias", #""noble""#,
            "its alias on the cluster; where it is another file's, it is moved, and an alias of an image from a remote stays",
            "the alias on the remote, or the name of the file up to its first dot"),
        ClusterFileKey(
            .units, "files", #"["web.toml", "db.toml"]"#,
            "the files of units, as `run` takes them, begun in the order of their `needs`; a unit whose file is dropped from the list is deleted, its volumes are kept",
            "no units"),
    ]

    /// The words for drivers.
    private static var drivers: String { StorageDriver.allCases.map { "`\"\($0.rawValue)\"`" }.joined(separator: ", ") }

    private init(
        _ section: ClusterFile.Section, _ name: String, _ example: String, _ summary: String, _ fallback: String
    ) {
        self.section = section
        self.name = name
        self.example = example
        self.summary = summary
        self.fallback = fallback
    }
}

extension ClusterFile {
    /// The tables of a cluster file.
    package enum Section: String, TOMLSection, Sendable {
        case cluster, machine, member, pool, image, units

        var keys: Set<String> { Set(ClusterFileKey.all.filter { $0.section == self }.map(\.name)) }

        var isRepeatable: Bool {
            switch self {
            case .cluster, .machine, .units: false
            case .member, .pool, .image: true
            }
        }
    }

    /// A commented file, for `config init`: what is needed is set, the rest shown.
    package static func commented(name: ClusterName) -> String {
        let set: [Section: Set<String>] = [.cluster: ["name", "members"]]
        let width = ClusterFileKey.all.map { "# \($0.name) = \($0.example)".count }.max() ?? 0
        let parts = Section.allCases.map { section -> String in
            let isSet = set[section] != nil
            let lines = ClusterFileKey.all.filter { $0.section == section }.map { key -> String in
                let value = section == .cluster && key.name == "name" ? "\"\(name)\"" : key.example
                let line = "\(set[section]?.contains(key.name) ?? false ? "" : "# ")\(key.name) = \(value)"
                return line + String(repeating: " ", count: max(0, width - line.count)) + "  # "
                    + key.summary.replacing("`", with: "")
            }
            return (["\(isSet ? "" : "# ")\(section.header)"] + lines).joined(separator: "\n")
        }
        return "# A cluster for bcmcluster: `bcmcluster up` here creates it, or changes it to what stands here.\n"
            + "# All keys: docs/reference/cluster-file.md. Check it with `bcmcluster config validate`.\n\n"
            + parts.joined(separator: "\n\n") + "\n"
    }

    /// The key reference of the guide, in Markdown.
    package static var reference: String {
        let rows = ClusterFileKey.all.map { key in
            "| `\(key.section.header)` | `\(key.name)` | `\(key.example)` | \(key.summary) | \(key.fallback) |"
        }
        return (["| table | key | example | value | default |", "|---|---|---|---|---|"] + rows).joined(separator: "\n")
    }
}
