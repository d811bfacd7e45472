import Testing

@testable import Provisioning

/// Cluster files: what they say, and how what is wrong in them is told.
@Suite struct ClusterFileTests {
    private static let files = InMemoryFiles([
        "dev/web.toml": "[spacecore]\nname = \"web\"\n[hardware]\nref = \"tiny\"\n[instance]\ncount = 2\n",
        "dev/other.toml": "[spacecore]\nname = \"web\"\n[hardware]\nref = \"tiny\"\n", "dev/tiny.tar.gz": "x",
        "dev/api.toml":
            "[spacecore]\nname = \"api\"\n[hardware]\nref = \"tiny\"\n[instance]\nneeds = [\"web\", \"db\"]\n",
        "dev/db.toml":
            "[spacecore]\nname = \"db\"\n[hardware]\nref = \"tiny\"\n[instance]\nneeds = [\"api\"]\n",
        "dev/broken.toml": "[spacecore]\nnam = \"web\"\n",
    ])

    private func read(_ text: String) throws -> ClusterFile {
        try ClusterFileReader.parse(Array(text.utf8), path: "dev/bcmcluster.toml", Self.files)
    }

    private static let whole = """
        [cluster]
        name = "DEV"
        engine = "incus"
        provider = "namespace"
        members = 3
        hosts = ["rack1", "local"]
        storage = "btrfs"
        channel = "5.21/stable"
        network = "10.77.0.0/22"
        [machine]
        cpus = 2
        memory = "4GiB"
        [[member]]
        index = 0
        cpus = 4
        [[member]]
        host = "rack1"
        cpus = 8
        memory = "8GiB"
        [[pool]]
        name = "fast"
        driver = "btrfs"
        size = "20GiB"
        [[pool]]
        name = "plain"
        driver = "dir"
        [[image]]
        from = "ubuntu:24.04"
        alias = "noble"
        [[image]]
        from = "tiny.tar.gz"
        [units]
        files = ["web.toml"]
        """

    @Test func readsEveryKey() throws {
        let file = try read(Self.whole)
        #expect(file.name?.text == "DEV" && file.members == 3)
        #expect(file.hosts?.map(\.text) == ["rack1", "local"])
        #expect(
            file.settings.mapValues(\.text) == [
                .engine: "incus", .provider: "namespace", .storage: "btrfs", .channel: "5.21/stable",
                .network: "10.77.0.0/22",
            ])
        #expect(file.settings[.engine]?.place == "cluster.engine in dev/bcmcluster.toml, line 3")
        #expect(file.pools.map(\.name) == ["fast", "plain"] && file.pools.map { $0.size?.bytes } == [20 << 30, nil])
        #expect(file.images.map(\.alias) == ["noble", "tiny"])
        #expect(file.images.map(\.source) == [.remote("ubuntu:24.04"), .file("dev/tiny.tar.gz")])
        #expect(file.units.map(\.path) == ["dev/web.toml"] && file.units.map(\.unit.count) == [2])
    }

    @Test func aMembersNumberSaysMoreThanItsHostAndThatMoreThanTheDefault() throws {
        let file = try read(Self.whole)
        let cluster = try ClusterName("DEV")
        func sizes(_ index: Int, _ host: HostName) -> [Setting: String] {
            file.sizes(of: MemberName(cluster, index), on: host).mapValues(\.text)
        }
        let rack = try HostName("rack1")
        #expect(sizes(0, rack) == [.cpus: "4", .memory: "8GiB"])
        #expect(sizes(1, rack) == [.cpus: "8", .memory: "8GiB"])
        #expect(sizes(2, .local) == [.cpus: "2", .memory: "4GiB"])
    }

    /// What stands in the file, line and column at which it is refused, and how the sentence goes on.
    static let mistakes: [(String, Int, Int, String)] = [
        ("", 1, 1, "the table [cluster] is missing"),
        ("[cluster]\nnam = 'DEV'", 2, 1, "unknown key cluster.nam; did you mean name?"),
        ("[cluster]\ncpus = 2", 2, 1, "unknown key cluster.cpus; did you mean cpus in [machine] or [[member]]?"),
        ("[clusters]\nname = 'DEV'", 1, 2, "unknown table clusters; did you mean cluster?"),
        ("[cluster]\nname = '1'", 2, 8, "the cluster name 1 does not start with a letter"),
        ("[cluster]\nmembers = 0", 2, 11, "cluster.members must be from 1 to 1000; delete the cluster"),
        ("[cluster]\nmembers = 1001", 2, 11, "cluster.members must be from 1 to 1000"),
        ("[cluster]\nmembers = '3'", 2, 11, "cluster.members is a string, but must be an integer"),
        ("[cluster]\nengine = 'docker'", 2, 10, "cluster.engine: docker is not an engine"),
        ("[cluster]\nhosts = []", 2, 9, "cluster.hosts is empty"),
        ("[cluster]\nhosts = ['a', 'a']", 2, 9, "cluster.hosts names a host twice"),
        ("[cluster]\nhosts = [1]", 2, 10, "cluster.hosts has an integer, but must have strings"),
        ("[cluster]\n[machine]\ncpus = 0", 3, 8, "machine.cpus: 0 is not a number of processors"),
        ("[cluster]\n[machine]\nmemory = '4 GiB'", 3, 10, "machine.memory: '4 GiB' is not an amount"),
        ("[cluster]\n[[machine]]\ncpus = 1", 2, 1, "machine is an array, but must be a table; write [machine]"),
        ("[cluster]\n[[member]]\ncpus = 1", 2, 1, "member[0].index is missing; add a line such as index = 0, or host"),
        ("[cluster]\n[[member]]\nindex = 0", 2, 1, "member[0].memory is missing"),
        (
            "[cluster]\nmembers = 2\n[[member]]\nindex = 2\ncpus = 1", 4, 9,
            "member[0].index is not below members, which is 2"
        ),
        ("[cluster]\n[[member]]\nhost = 'rack1'\ncpus = 1", 3, 8, "member[0].host is not one of the cluster's hosts"),
        ("[cluster]\n[[pool]]\ndriver = 'dir'", 2, 1, "pool[0].name is missing"),
        (
            "[cluster]\n[[pool]]\nname = 'fast'\ndriver = 'btrsf'", 4, 10,
            "pool[0].driver is not one of \"dir\", \"btrfs\", \"zfs\", \"lvm\"; did you mean \"btrfs\"?"
        ),
        (
            "[cluster]\n[[pool]]\nname = 'default'\ndriver = 'dir'", 3, 8,
            "pool[0].name is the pool that every cluster has"
        ),
        (
            "[cluster]\n[[pool]]\nname = 'fast'\ndriver = 'dir'\nsize = '1GiB'", 5, 8,
            "pool[0].size is not possible with the driver dir"
        ),
        (
            "[cluster]\n[[pool]]\nname = 'fast'\ndriver = 'btrfs'\nsize = '64MiB'", 5, 8,
            "pool[0].size is too small for btrfs"
        ),
        (
            "[cluster]\n[[image]]\nfrom = 'absent.tar.gz'", 3, 8,
            "image[0].from is neither an image of a remote nor a file"
        ),
        ("[cluster]\n[[image]]\nfrom = './absent.tar.gz'", 3, 8, "image[0].from is a file that does not exist"),
        ("[cluster]\n[[image]]\nfrom = 'ubuntu:24.04'\nalias = 'a b'", 4, 9, "image[0].alias is not a valid alias"),
        (
            "[cluster]\n[units]\nfiles = ['absent.toml']", 3, 9,
            "units.files names dev/absent.toml, which does not exist"
        ),
        ("[cluster]\n[units]\nfiles = ['web.toml', 'other.toml']", 3, 9, "units.files has two files of the unit web"),
        (
            "[cluster]\n[units]\nfiles = ['web.toml', 'api.toml', 'db.toml']", 3, 9,
            "units need each other: api needs db needs api; remove one of these"
        ),
    ]

    @Test("What is wrong has its line, its column and a sentence", arguments: mistakes)
    func refuses(_ text: String, _ line: Int, _ column: Int, _ sentence: String) throws {
        let failure = #expect(throws: Failure.self) { try read(text) }
        let told = [failure?.message, failure?.hint].compactMap { $0 }.joined(separator: "; ")
        #expect(told.hasPrefix("dev/bcmcluster.toml, line \(line), column \(column): \(sentence)"), "\(told)")
        #expect(failure?.exitStatus == 2)
    }

    @Test func unitsAreInTheOrderOfTheirNeeds() throws {
        let file = try read("[cluster]\n[units]\nfiles = ['api.toml', 'web.toml']")
        #expect(file.units.map(\.unit.name.text) == ["web", "api"])
        #expect(file.units.map { file.runOptions(of: $0.unit).isNeeded } == [true, false])
    }

    @Test func aMistakeInAUnitsFileHasItsPlaceThere() throws {
        let failure = #expect(throws: Failure.self) { try read("[cluster]\n[units]\nfiles = ['broken.toml']") }
        #expect(failure?.message.hasPrefix("dev/broken.toml, line 2, column 1: unknown key spacecore.nam") ?? false)
    }

    @Test func theCommentedFileIsValidAndEveryKeyIsInItAndInTheReference() throws {
        let text = ClusterFile.commented(name: try ClusterName("DEV"))
        let file = try read(text)
        #expect(file.name?.text == "DEV" && file.pools.isEmpty)
        // Uncommented it has every key; only one of index and host may stand there, and files are not here.
        let uncommented = text.split(separator: "\n").dropFirst(2).map { line in
            line.hasPrefix("# ") ? String(line.dropFirst(2)) : String(line)
        }.filter { !$0.hasPrefix("host = ") && !$0.hasPrefix("files = ") }.joined(separator: "\n")
        let whole = try read(uncommented)
        #expect(whole.pools.count == 1 && whole.images.count == 1 && whole.overrides.count == 1)
        for key in ClusterFileKey.all {
            #expect(ClusterFile.reference.contains("| `\(key.section.header)` | `\(key.name)` |"))
        }
    }

    /// What a description says of a cluster is what the file said from which it was made.
    @Test func aDescriptionReadsAsTheClusterIs() throws {
        var state = ClusterState(
            name: try ClusterName("DEV"), identifier: "0123abcd", created: 0,
            settings: ClusterSettings(provider: .init(known: "namespace"), storage: .btrfs, network: "10.77.0.0/22"),
            engine: .incus
        ).including((0..<3).map { MemberName(try! ClusterName("DEV"), $0) })
        for index in 0..<3 {
            var sizes = MachineSizes()
            sizes[.cpus] = MachineSizes.Size(value: index == 0 ? "4" : "2", file: nil)
            sizes[.memory] = MachineSizes.Size(value: "4GiB", file: nil)
            state.members[index].sizes = sizes
        }
        let contents = ClusterDescription.Contents(
            pools: [
                .init(name: "default", driver: "btrfs", size: nil), .init(name: "fast", driver: "btrfs", size: "20GiB"),
            ],
            aliases: ["stranger": "0123456789abcdef"], units: ["db"])
        let text = ClusterDescription(state: state, live: contents, former: nil, sizes: [.cpus, .memory]).text
        let file = try read(text)
        #expect(file.name == state.name && file.members == 3)
        #expect(
            file.settings.mapValues(\.text) == [
                .engine: "incus", .provider: "namespace", .storage: "btrfs", .network: "10.77.0.0/22",
            ])
        #expect(file.sizes(of: state.members[0].name, on: .local).mapValues(\.text) == [.cpus: "4", .memory: "4GiB"])
        #expect(file.sizes(of: state.members[2].name, on: .local).mapValues(\.text) == [.cpus: "2", .memory: "4GiB"])
        #expect(file.pools.map(\.name) == ["fast"])
        #expect(text.contains("# The image stranger") && text.contains("# The unit db"))
    }
}
