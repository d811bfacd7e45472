/// Reads cluster files.
package struct ClusterFileReader {
    private let files: any Files
    private let path: String
    /// The folder from which the paths in it go.
    private let folder: String

    /// Whether the files that it names are looked at too.
    private let isResolving: Bool

    private init(_ path: String, _ files: any Files, resolving isResolving: Bool) {
        self.isResolving = isResolving
        self.path = path
        self.files = files
        folder = path == "-" ? "." : UnitFile(files: files, path: path).folder
    }

    /// Reads the file at that path; throws `Failure.badInput` with line and column.
    package static func read(_ path: String, _ files: any Files) throws -> ClusterFile {
        switch try files.kind(of: path) {
        case .file, .link: break
        case .folder, .other: throw Failure(.badInput, "\(Shell.quoted(path.clipped)) is not a file")
        case nil:
            throw Failure(
                .badInput, "file \(Shell.quoted(path.clipped)) not found",
                hint: "bcmcluster config init writes one with comments")
        }
        guard let bytes = try files.readBytes(path) else {
            throw Failure(.badInput, "\(Shell.quoted(path.clipped)) is a broken link")
        }
        return try parse(bytes, path: path, files)
    }

    /// Reads the bytes of a file; paths in it go from the folder of `path`, and for `-` from the current one.
    ///
    /// Without `resolving` the files that it names may be missing; it has no units then.
    package static func parse(
        _ bytes: [UInt8], path: String, _ files: any Files, resolving: Bool = true
    ) throws -> ClusterFile {
        let shown = path == "-" ? "standard input" : path
        guard bytes.count <= ClusterFile.mostBytes else {
            throw Failure(.badInput, "\(shown) has more than \(ByteSize.brief(ClusterFile.mostBytes))")
        }
        do {
            let root = try TOMLDocument(bytes: bytes).root
            return try ClusterFileReader(path, files, resolving: resolving).file(
                root, text: String(decoding: bytes, as: UTF8.self))
        } catch let error as TOMLError { throw error.failure(in: shown) }
    }

    private func file(_ root: TOMLTable, text: String) throws -> ClusterFile {
        typealias Section = ClusterFile.Section
        try Section.checkKeys(of: root)
        var file = ClusterFile(path: path, text: text)
        guard let cluster = try Section.cluster.table(of: root) else {
            throw Section.cluster.missing(root, "name = \"DEV\"")
        }
        file.name = try cluster.string("name").map { name in try checked(cluster, "name") { try ClusterName(name) } }
        file.members = try cluster.number(
            "members", in: 1...MemberName.mostFurther + 1, none: "delete the cluster with bcmcluster destroy")
        file.hosts = try hosts(cluster)
        for setting in Setting.allCases where setting.isClusterWide {
            file.settings[setting] = try value(cluster, setting.rawValue, setting)
        }
        file.machine = try Section.machine.table(of: root).map(sizes) ?? [:]
        file.overrides = try overrides(root, file)
        file.pools = try pools(root)
        file.images = try images(root)
        file.units = try Section.units.table(of: root).map(units) ?? []
        return file
    }

    private func hosts(_ cluster: TOMLTable) throws -> [HostName]? {
        guard let names = try cluster.strings("hosts") else { return nil }
        guard !names.isEmpty, Set(names).count == names.count else {
            throw cluster.refusal("hosts", names.isEmpty ? "is empty" : "names a host twice")
        }
        return try names.map { name in
            try checked(cluster, "hosts") { try HostName(name) }
        }
    }

    private func sizes(_ table: TOMLTable) throws -> [Setting: SettingValue] {
        try Setting.sizes.reduce(into: [:]) { $0[$1] = try value(table, $1.rawValue, $1) }
    }

    /// A setting's value with its place, which messages name.
    private func value(_ table: TOMLTable, _ key: String, _ setting: Setting) throws -> SettingValue? {
        guard let entry = table.entry(key) else { return nil }
        let text: String? =
            if setting == .cpus { try table.integer(key).map(String.init) } else { try table.string(key) }
        guard let text else { return nil }
        try checked(table, key) { try setting.check(text, from: "\(table.path(of: key))") }
        let shown = path == "-" ? "standard input" : path
        return SettingValue(
            text: text, source: .clusterFile,
            place: "\(table.path(of: key)) in \(shown), line \(entry.value.position.line)")
    }

    private func overrides(_ root: TOMLTable, _ file: ClusterFile) throws -> [ClusterFile.Override] {
        var overrides: [ClusterFile.Override] = []
        for table in try ClusterFile.Section.member.tables(of: root) {
            let index = try table.number("index", in: 0...MemberName.mostFurther)
            let host = try table.string("host").map { name in
                try checked(table, "host") { try HostName(name) }
            }
            let place: ClusterFile.Override.Place
            switch (index, host) {
            case (let index?, nil): place = .index(index)
            case (nil, let host?): place = .host(host)
            case (nil, nil): throw table.missing("index", "index = 0, or host = \"rack1\"")
            case (_?, _?): throw table.refusal("host", "and index both say which member", hint: "leave one out")
            }
            let key = index == nil ? "host" : "index"
            if overrides.contains(where: { $0.place == place }) { throw table.refusal(key, "is given twice") }
            if let index, let members = file.members, index >= members {
                throw table.refusal("index", "is not below members, which is \(members)")
            }
            if let host, !(file.hosts ?? [.local]).contains(host) {
                throw table.refusal("host", "is not one of the cluster's hosts")
            }
            let sizes = try sizes(table)
            if sizes.isEmpty { throw table.missing("memory", "memory = \"8GiB\"") }
            overrides.append(ClusterFile.Override(place: place, sizes: sizes))
        }
        return overrides
    }

    private func pools(_ root: TOMLTable) throws -> [ClusterFile.Pool] {
        var pools: [ClusterFile.Pool] = []
        for table in try ClusterFile.Section.pool.tables(of: root) {
            guard let name = try table.label("name") else { throw table.missing("name", "name = \"fast\"") }
            guard let driver: StorageDriver = try table.choice("driver") else {
                throw table.missing("driver", "driver = \"btrfs\"")
            }
            if name == "default" {
                throw table.refusal(
                    "name", "is the pool that every cluster has", hint: "set its driver with storage in [cluster]")
            }
            if name.utf8.count < 2 { throw table.refusal("name", "is shorter than 2 characters") }
            if pools.contains(where: { $0.name == name }) { throw table.refusal("name", "is given twice") }
            let size = try table.size("size") == nil ? nil : try table.string("size").flatMap { ByteSize($0) }
            if size != nil, !driver.hasLoopFile {
                throw table.refusal("size", "is not possible with the driver \(driver.rawValue)", hint: "leave it out")
            }
            if driver == .btrfs, let size, size.bytes < ClusterFile.leastBtrfs {
                throw table.refusal("size", "is too small for btrfs", hint: "write at least \"128MiB\"")
            }
            pools.append(ClusterFile.Pool(name: name, driver: driver, size: size))
        }
        return pools
    }

    private func images(_ root: TOMLTable) throws -> [ClusterFile.Image] {
        var images: [ClusterFile.Image] = []
        for table in try ClusterFile.Section.image.tables(of: root) {
            guard let text = try table.string("from") else { throw table.missing("from", "from = \"ubuntu:24.04\"") }
            let source: ImageSource
            switch try ImageReference.reading(text, in: folder, files) {
            case .remote(let name): source = .remote(name)
            case .known(let path) where !isResolving, .registry(let path) where !isResolving: source = .file(path)
            case .file(let path):
                guard try !isResolving || [.file, .link].contains(files.kind(of: path)) else {
                    throw table.refusal("from", "is a file that does not exist: \(Shell.quoted(path.clipped))")
                }
                source = .file(path)
            default:
                throw table.refusal(
                    "from", "is neither an image of a remote nor a file",
                    hint: "write REMOTE:ALIAS such as \"ubuntu:24.04\", or the path of a file such as \"./tiny.tar.gz\""
                )
            }
            guard let alias = try table.string("alias") ?? source.alias else {
                throw table.missing("alias", "alias = \"noble\"")
            }
            let isPlain =
                alias.utf8.allSatisfy { $0 > 32 && $0 < 127 } && !alias.hasPrefix("-") && alias.utf8.count <= 100
            guard !alias.isEmpty, isPlain else {
                throw table.refusal("alias", "is not a valid alias", hint: "choose one like noble, without blanks")
            }
            if images.contains(where: { $0.alias == alias }) { throw table.refusal("alias", "is given twice") }
            images.append(ClusterFile.Image(source: source, alias: alias))
        }
        return images
    }

    private func units(_ table: TOMLTable) throws -> [ClusterFile.UnitEntry] {
        var units: [ClusterFile.UnitEntry] = []
        for text in try isResolving ? table.strings("files") ?? [] : [] {
            guard !text.isEmpty, !text.hasControls else { throw table.refusal("files", "has an invalid file path") }
            let path = UnitFile.path(text, in: folder)
            if try files.kind(of: path) == nil {
                throw table.refusal("files", "names \(Shell.quoted(path.clipped)), which does not exist")
            }
            // What is wrong in the unit's file has its own place, which says more.
            let unit = try UnitFile.read(path, files)
            if units.contains(where: { $0.unit.name == unit.name }) {
                throw table.refusal("files", "has two files of the unit \(unit.name)")
            }
            units.append(ClusterFile.UnitEntry(path: path, unit: unit))
        }
        return try checked(table, "files") { try UnitOrder.sorted(units, \.unit) }
    }

    /// What a check throws, at the key's place.
    private func checked<Value>(_ table: TOMLTable, _ key: String, _ check: () throws -> Value) throws -> Value {
        do { return try check() } catch let failure as Failure {
            throw TOMLError(table[key]?.position ?? table.position, failure.message, hint: failure.hint)
        }
    }
}
