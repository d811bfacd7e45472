import Provisioning

/// The sources by path.
enum SourceTree {
    static func sources(_ folder: String, _ prefix: String = "") throws -> [String: String] {
        var found: [String: String] = [:]
        for name in try LocalFiles().names(in: folder) {
            let path = "\(folder)/\(name)"
            if try LocalFiles().kind(of: path) == .folder {
                found.merge(try sources(path, "\(prefix)\(name)/")) { first, _ in first }
            } else if name.hasSuffix(".swift") {
                found["\(prefix)\(name)"] = try LocalFiles().read(path)
            }
        }
        return found
    }
}
