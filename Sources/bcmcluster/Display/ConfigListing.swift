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
        func count(_ number: Int, _ word: String) -> String? {
            number == 0 ? nil : "\(number) \(word)\(number == 1 ? "" : "s")"
        }
        let parts = [
            cluster.map { "cluster \($0)" }, members.flatMap { count($0, "member") }, count(pools?.count ?? 0, "pool"),
            count(images?.count ?? 0, "image"), count(units?.count ?? 0, "unit"),
        ].compactMap { $0 }
        return "\(shownPath) is valid: \(parts.joined(separator: ", "))\n"
    }
}
