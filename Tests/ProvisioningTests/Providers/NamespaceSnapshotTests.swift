import Testing

@testable import Provisioning

/// Copies of machines' folders.
@Suite struct NamespaceSnapshotTests {
    private static let own = "/var/lib/bcmcluster/snapshots/0123abcd"
    private static let machine = "/var/lib/bcmcluster/machines/DEV-00"
    private static let find = "find \(own) -mindepth 1 -maxdepth 2 -type d -printf '%P\\n'"
    private static let remove = "rm --recursive --force --one-file-system --"
    private static let copy = "cp --archive --reflink=auto --sparse=auto --one-file-system --no-target-directory --"
    private static let limit = Duration.seconds(60)

    private let bench: NamespaceBench
    private var runner: ScriptedRunner { bench.runner }
    private var provider: NamespaceProvider { bench.provider }
    private let state: ClusterState
    private let name: SnapshotName

    init() throws {
        bench = try NamespaceBench(
            InMemoryFiles(["/etc/resolv.conf": "nameserver 10.0.0.2\n", "/var/lib/bcmcluster/x": ""]))
        state = try NamespaceBench.state(1)
        name = try SnapshotName("before")
    }

    private func works(_ lines: [String]) { for line in lines { runner.on(line, .works) } }

    @Test func whatIsWholeIsFound() async throws {
        runner.on(
            Self.find,
            .prints(
                "before\nbefore/DEV-00\nbefore/DEV-01.part\nhalf\nhalf/DEV-00.part\nold.going\nold.going/DEV-00\nodd.x\n"
            ))
        let found = try await provider.snapshots(of: state)
        #expect(found == [name: [try .dev(0)], try SnapshotName("half"): [], try SnapshotName("old"): []])
        runner.on(Self.find, .ends(1, "find: ‘x’: No such file or directory"))
        #expect(try await provider.snapshots(of: state) == [:])
    }

    @Test func aCopyHasItsNameWhenItIsWhole() async throws {
        let changes = [
            "install --directory --mode=0700 \(Self.own) \(Self.own)/before",
            "\(Self.remove) \(Self.own)/before/DEV-00 \(Self.own)/before/DEV-00.part",
            "\(Self.copy) \(Self.machine)/lxd \(Self.own)/before/DEV-00.part",
            "sync --file-system -- \(Self.own)/before/DEV-00.part",
            "mv --no-target-directory -- \(Self.own)/before/DEV-00.part \(Self.own)/before/DEV-00",
        ]
        works(changes)
        let size = "du --summarize --total --block-size=1 --one-file-system -- \(Self.own)/before/DEV-00"
        runner.on(size, .prints("4096\t\(Self.own)/before/DEV-00\n4096\ttotal\n"))
        #expect(try await provider.take(name, of: .dev(0), in: state, limit: Self.limit) == 4096)
        #expect(runner.changes == changes)
        #expect(runner.last(changes[2])?.limit == Self.limit)
    }

    @Test func goingBackTakesTwoRenames() async throws {
        let claim = "ln --symbolic --no-target-directory 0123abcd \(Self.machine).owner"
        let lxd = "\(Self.machine)/lxd"
        let changes = [
            claim, "install --directory --mode=0711 \(Self.machine)", "\(Self.remove) \(lxd).part \(lxd).former",
            "\(Self.copy) \(Self.own)/before/DEV-00 \(lxd).part", "sync --file-system -- \(lxd).part",
            "mv --no-target-directory -- \(lxd) \(lxd).former", "mv --no-target-directory -- \(lxd).part \(lxd)",
            "\(Self.remove) \(lxd).former",
        ]
        works(changes)
        runner.on("stat --dereference '--format=%i %n' \(lxd)", .prints("42 \(lxd)\n"), .ends(1))
        try await provider.restore(.dev(0), to: name, of: state, limit: Self.limit)
        #expect(runner.changes == changes)
        // One that is not there any more has nothing that would be in the way.
        try await provider.restore(.dev(0), to: name, of: state, limit: Self.limit)
        #expect(runner.changes.filter { $0 == changes[5] }.count == 1)
        // Nor is a machine touched that has become another cluster's.
        runner.on(claim, .ends(1, "File exists"))
        runner.on(NamespaceBench.owners, .prints("DEV-00.owner ffffffff\n"))
        let failure = try await #require(throws: Failure.self) {
            try await provider.restore(.dev(0), to: name, of: state, limit: Self.limit)
        }
        #expect(failure.code == .conflict && runner.changes.last == claim)
    }

    @Test("Copies outlive what the machines shared, and go with the whole cluster", arguments: [true, nil])
    func copiesGoWithTheCluster(_ isDeleting: Bool?) async throws {
        let runner = AnythingRunner {
            $0.pasteable == Self.find ? "before\nbefore/DEV-00\n" : $0.program == "ip" ? "[]" : ""
        }
        let provider = try NamespaceProvider(
            root: runner, engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: InMemoryFiles()),
            files: InMemoryFiles(), time: VirtualTime())
        var state = state
        state.isDeleting = isDeleting
        try await provider.release(state)
        let removed = runner.commands.filter { $0.program == "rm" }.flatMap(\.arguments)
        #expect(removed.contains("/var/lib/bcmcluster/clusters/0123abcd"))
        #expect(removed.contains(Self.own) == (isDeleting == true))
    }
}
