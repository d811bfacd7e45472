/// Where a unit's image comes from, as its file says.
package enum ImageReference: Sendable, Equatable {
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
        guard !text.isEmpty, !text.hasControls else { return nil }
        let path = UnitFile.path(text, in: folder)
        let isPath = ["/", "./", "../"].contains { text.utf8.starts(with: $0.utf8) } || text == "." || text == ".."
        if isPath { return .file(path) }
        // A program would take it for an option.
        if text.utf8.first == UInt8(ascii: "-") { return nil }
        if isRemote(text), !isOfRegistry(text) { return .remote(text) }
        if let kind = try files.kind(of: path), kind == .file || kind == .link { return .file(path) }
        if text.utf8.contains(UInt8(ascii: " ")) || text.utf8.last == UInt8(ascii: "/") { return nil }
        if isOfRegistry(text) { return .registry(text) }
        return text.utf8.contains(UInt8(ascii: ":")) ? nil : .known(text)
    }

    /// Whether it is `REMOTE:ALIAS`, and no URL.
    private static func isRemote(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let first = parts[1].first, first != UInt8(ascii: "/") else {
            return false
        }
        return !parts[0].contains(UInt8(ascii: "/")) && !text.utf8.contains(UInt8(ascii: " "))
    }

    /// Whether it begins with a host as registries have them: `docker.io/`, `10.0.0.5:5000/`, not `ubuntu-24.04/`.
    private static func isOfRegistry(_ text: String) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { return false }
        let host = parts[0].split(separator: ":", omittingEmptySubsequences: false)
        guard let name = host.first.map(String.init), host.count <= 2 else { return false }
        if host.count == 2, host[1].isEmpty || !host[1].utf8.allSatisfy(\.isDigit) { return false }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, labels.allSatisfy({ String($0).isLabel }) else { return false }
        return IPv4(name) != nil || labels.last?.utf8.allSatisfy(\.isDigit) == false
    }
}
