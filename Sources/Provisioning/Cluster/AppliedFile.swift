/// The cluster file that was last applied to a cluster, as its state keeps it.
package struct AppliedFile: Sendable, Equatable, Codable {
    /// The file's path, absolute; `-` is standard input.
    package var path: String
    /// The file's text.
    package var text: String
    /// The units that cluster files have made here and not removed, with the number of their instances.
    package var units: [String: Int]
    /// The paths of their files.
    package var unitFiles: [String]
    /// The storage pools that cluster files have made here and not removed.
    package var pools: [String]

    package init(path: String, text: String, units: [String: Int], unitFiles: [String], pools: [String]) {
        self.path = path
        self.text = text
        self.units = units
        self.unitFiles = unitFiles
        self.pools = pools
    }
}
