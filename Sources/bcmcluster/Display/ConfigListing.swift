import Provisioning

/// A cluster file, as it was read or as it describes a cluster.
struct ConfigListing: Encodable {
    var schemaVersion = JSONForm.version
    /// The path of the file that was checked.
    var file: String?
    private let shownPath: String
    var cluster: String?
    /// How many members it asks for; absent where it keeps those that there are.
    var members: Int?
    var pools: [String]?
    /// The aliases of images.
    var images: [String]?
    var units: [String]?
    /// The text of the file that describes a cluster.
    var toml: String?

    init(_ file: ClusterFile) {
        self.file = file.path
        shownPath = file.shownPath
        cluster = file.name?.text
        members = file.members
        pools = file.pools.map(\.name)
        images = file.images.map(\.alias)
        units = file.units.map(\.unit.name.text)
    }

    init(_ name: ClusterName, _ report: DescribeCluster.Report) {
        shownPath = ""
        cluster = name.text
        toml = report.text
    }

    private enum CodingKeys: CodingKey { case schemaVersion, file, cluster, members, pools, images, units, toml }

    /// What was checked, in one line.
    var text: String {
        func some(_ names: [String]?, _ word: String) -> String? {
            names.flatMap { $0.isEmpty ? nil : counted($0.count, word) }
        }
        let parts = [
            cluster.map { "cluster \($0)" }, members.map { counted($0, "member") }, some(pools, "pool"),
            some(images, "image"), some(units, "unit"),
        ].compactMap { $0 }
        return "\(shownPath) is valid\(parts.isEmpty ? "" : ": ")\(parts.joined(separator: ", "))\n"
    }
}
