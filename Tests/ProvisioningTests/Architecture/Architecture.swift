/// Which folder looks at which, found in the sources.
struct Architecture {
    /// One file naming what another folder declares.
    struct Arrow: Hashable, Comparable, CustomStringConvertible {
        let from: String
        let to: String
        let file: String
        let name: String

        /// The two folders: `Steps → Plan`.
        var pair: String { "\(from) → \(to)" }
        var description: String { "\(pair): \(file) names \(name)" }
        static func < (one: Arrow, other: Arrow) -> Bool { one.description < other.description }
    }

    /// The arrows between folders.
    private(set) var arrows: Set<Arrow> = []
    /// The folders in which something is declared.
    private(set) var folders: Set<String> = []
    /// Names that more than one folder declares: whose is meant cannot be told from the text.
    private(set) var ambiguous: [String: Set<String>] = [:]

    /// Reads the sources, by path relative to the folder of all sources.
    init(_ sources: [String: String]) {
        let scans = sources.mapValues(SourceScan.init)
        var homes: [String: Set<String>] = [:]
        for (path, scan) in scans {
            folders.insert(Self.folder(of: path))
            for name in scan.declared { homes[name, default: []].insert(Self.folder(of: path)) }
        }
        ambiguous = homes.filter { $0.value.count > 1 }
        for (path, scan) in scans {
            let from = Self.folder(of: path)
            for name in scan.named {
                for to in homes[name] ?? [] where to != from && !(homes[name]?.contains(from) ?? false) {
                    arrows.insert(Arrow(from: from, to: to, file: path, name: name))
                }
            }
        }
    }

    /// A folder of its own for each sub-folder: `Steps`, `Providers/Fleet`, `bcmcluster/Commands`.
    static func folder(of path: String) -> String {
        let parts = path.split(separator: "/").dropLast().map(String.init)
        let inLibrary = parts.first == "Provisioning" && parts.count > 1
        return (inLibrary ? parts.dropFirst() : parts[...]).joined(separator: "/")
    }

    /// The arrows that do not run from left to right, or run between folders that do not know each other.
    func wrongWay(_ order: [String], apart: Set<String> = []) -> [Arrow] {
        arrows.filter { arrow in
            guard let from = order.firstIndex(of: arrow.from), let to = order.firstIndex(of: arrow.to) else {
                return true
            }
            return from >= to || apart.isSuperset(of: [arrow.from, arrow.to])
        }.sorted()
    }

    /// The same without the arrows of those pairs of folders.
    func without(_ pairs: Set<String>) -> Architecture {
        var tree = self
        tree.arrows = arrows.filter { !pairs.contains($0.pair) }
        return tree
    }

    /// A way from a folder back to itself; empty where there is none.
    func circle() -> [String] {
        var settled: Set<String> = []
        func search(_ folder: String, _ way: [String]) -> [String]? {
            if let start = way.firstIndex(of: folder) { return way[start...] + [folder] }
            if settled.contains(folder) { return nil }
            for next in Set(arrows.filter { $0.from == folder }.map(\.to)).sorted() {
                if let found = search(next, way + [folder]) { return found }
            }
            settled.insert(folder)
            return nil
        }
        for folder in folders.sorted() { if let found = search(folder, []) { return found } }
        return []
    }
}
