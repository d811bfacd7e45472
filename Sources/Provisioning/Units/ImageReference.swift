/// Where a unit's image comes from, as its file says.
public enum ImageReference: Sendable, Equatable {
    /// An image of one of the client's remotes: `ubuntu:24.04`.
    case remote(String)
    /// An image that the cluster has, by alias or by the beginning of its fingerprint.
    case known(String)
    /// A file with an image as LXD exports it, by its path.
    case file(String)
    /// A file with a root file system alone, by its path.
    case drive(String)
    /// An image of a registry of containers: `docker.io/library/nginx`.
    case registry(String)

    /// What that `ref` in a file of that folder means; `nil` where it can mean nothing.
    static func reading(_ text: String, in folder: String, _ files: any Files) throws -> ImageReference? {
        let isPrintable = !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 }
        guard isPrintable, !text.hasPrefix("-") else { return nil }
        let path = UnitFile.path(text, in: folder)
        if ["/", "./", "../"].contains(where: text.hasPrefix) { return .file(path) }
        if text.contains("/"), text.prefix(while: { $0 != "/" }).contains(".") { return .registry(text) }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty { return .remote(text) }
        if parts.count == 2 { return nil }
        return try files.kind(of: path) == .file ? .file(path) : .known(text)
    }
}
