import Synchronization
import Testing

@testable import Provisioning

/// The kernel's limits that members need, raised for as many as there are and put back by the last cluster.
@Suite(.endsHangs) struct MemberLimitsTests {
    private static let neighbours = KernelLimit.neighbours.rawValue
    private static let defaults = [
        neighbours: 1024, KernelLimit.rememberedNeighbours.rawValue: 512, KernelLimit.neighbours6.rawValue: 1024,
        KernelLimit.rememberedNeighbours6.rawValue: 512, KernelLimit.inotifyInstances.rawValue: 128,
        KernelLimit.fanotifyGroups.rawValue: 128, KernelLimit.processes.rawValue: 32768,
    ]

    private let kernel = HostKernel(Self.defaults)

    private func host(_ name: HostName = .local) -> NamespaceHost {
        NamespaceHost(root: kernel, engine: .lxd, name: name, entrypoint: "") { "" }
    }

    private func state(_ members: Int, _ identifier: String) throws -> ClusterState {
        var state = try NamespaceBench.state(members)
        state.identifier = identifier
        return state
    }

    /// What `prepare` and `release` do of it, around their other work.
    private func raise(_ state: ClusterState) async throws {
        kernel.claim(state.identifier)
        try await host().raiseLimits(for: state)
    }

    private func release(_ state: ClusterState) async throws {
        kernel.drop(state.identifier)
        if try await host().isLast(state) { try await host().putLimitsBack(after: state) }
    }

    /// By the kernel's rule: every one of N knows N-1 others and the bridge, which knows all N.
    @Test(arguments: [(1, 2), (3, 12), (34, 1190), (50, 2550)])
    func neighboursGrowWithTheSquare(_ members: Int, _ entries: Int) {
        let one = MemberNeeds(parts: [MemberNeeds.Part(here: members, all: members)]).limits[.neighbours] ?? 0
        let none = MemberNeeds(parts: []).limits[.neighbours] ?? 0
        #expect(one - none == entries)
    }

    @Test func aFewMembersNeedNoMoreThanTheKernelGives() async throws {
        try await raise(state(8, "aaaaaaaa"))
        #expect(kernel.values == Self.defaults)
        #expect(kernel.notes == ["limits/aaaaaaaa": "8/8", "subnets/aaaaaaaa": "aaaaaaaa"])
    }

    @Test func membersOfOtherHostsAreNeighboursToo() async throws {
        var state = try state(60, "aaaaaaaa")
        state.spread = try ["h0", "h1"].enumerated().map {
            ClusterState.HostAddress(
                host: try HostName($1), address: try #require(IPv4("192.0.2.\($0 + 1)")), number: $0)
        }
        for index in state.members.indices { state.members[index].host = try HostName("h\(index % 2)") }
        kernel.claim("aaaaaaaa")
        try await host(HostName("h0")).raiseLimits(for: state)
        #expect(kernel.notes["limits/aaaaaaaa"] == "30/60")
        #expect(try #require(kernel.values[Self.neighbours]) >= 30 * 60 + 30)
    }

    @Test func theSecondClusterCountsTheFirst() async throws {
        let (first, second) = (try state(50, "aaaaaaaa"), try state(50, "bbbbbbbb"))
        #expect(try await !host().areLimitsRaised(for: first))
        try await raise(first)
        #expect(try await host().areLimitsRaised(for: first))
        #expect(try await host().lowLimits(for: first).isEmpty)
        let one = try #require(kernel.values[Self.neighbours])
        try await raise(second)
        let two = try #require(kernel.values[Self.neighbours])
        #expect(two - one == 50 * 50 + 50)
        // What it needs is not taken from it by one that goes.
        try await release(first)
        #expect(kernel.values[Self.neighbours] == two)
        try await release(second)
        #expect(kernel.values == Self.defaults && kernel.notes.isEmpty)
    }

    /// What another cluster needs that is just coming up is no fault of this one.
    @Test func othersAreNotThisClustersFault() async throws {
        let first = try state(20, "aaaaaaaa")
        try await raise(first)
        kernel.claim("bbbbbbbb")
        kernel.note("limits/bbbbbbbb", "40/40")
        #expect(try await host().lowLimits(for: first) == [])
        #expect(try await !host().areLimitsRaised(for: first), "who prepares the host raises them for all")
    }

    /// One of version 0.1.0 left no note of how many members it has.
    @Test func machinesWithoutANoteCount() async throws {
        kernel.claim("bbbbbbbb")
        kernel.note("machines/OLD-00.owner", "bbbbbbbb")
        kernel.note("machines/OLD-01.owner", "bbbbbbbb")
        kernel.note("limits/cccccccc", "99/99")
        try await raise(state(30, "aaaaaaaa"))
        #expect(kernel.values[Self.neighbours] == 30 * 31 + 2 * 3 + 512, "and what has no subnet is not there")
    }

    @Test func whatIsHighEnoughIsNeverLowered() async throws {
        kernel.set(Self.neighbours, 100_000)
        try await raise(state(50, "aaaaaaaa"))
        #expect(kernel.values[Self.neighbours] == 100_000)
        try await release(state(50, "aaaaaaaa"))
        #expect(kernel.values[Self.neighbours] == 100_000)
    }

    @Test func whatTheUserHasSetSinceIsLeftAlone() async throws {
        let state = try state(50, "aaaaaaaa")
        try await raise(state)
        kernel.set(Self.neighbours, 50_000)
        try await release(state)
        #expect(kernel.values == Self.defaults.merging([Self.neighbours: 50_000]) { $1 })
    }

    /// What has that value after a boot has it by the host's own configuration.
    @Test func whatWasRaisedBeforeAnotherBootIsNotPutBack() async throws {
        let state = try state(50, "aaaaaaaa")
        try await raise(state)
        let raised = kernel.values
        kernel.boot()
        try await release(state)
        #expect(kernel.values == raised && kernel.notes.isEmpty)
    }

    @Test func aRebootIsNoticed() async throws {
        let state = try state(50, "aaaaaaaa")
        try await raise(state)
        let raised = kernel.values
        kernel.boot()
        for (key, value) in Self.defaults { kernel.set(key, value) }
        #expect(try await host().lowLimits(for: state).map(\.limit).contains(.neighbours))
        #expect(try await !host().areLimitsRaised(for: state))
        try await raise(state)
        #expect(kernel.values == raised)
        try await release(state)
        #expect(kernel.values == Self.defaults)
    }

    @Test func aLimitThatIsNotSeenHereIsNotAskedFor() async throws {
        let kernel = HostKernel([KernelLimit.inotifyInstances.rawValue: 128])
        let host = NamespaceHost(root: kernel, engine: .lxd, name: .local, entrypoint: "") { "" }
        kernel.claim("aaaaaaaa")
        try await host.raiseLimits(for: state(50, "aaaaaaaa"))
        #expect(kernel.values == [KernelLimit.inotifyInstances.rawValue: 164])
    }

    @Test func aLimitThatCannotBeRaisedIsAProblemBeforeAnythingIsMade() async throws {
        #expect(try await host().limitCheck(making: 8, of: nil) == nil)
        let check = try #require(try await host().limitCheck(making: 50, of: nil))
        #expect(check.level == .ok && check.message.contains("\(Self.neighbours) from 1024 to 3062"))
        kernel.isReadOnly = true
        let problem = try #require(try await host().limitCheck(making: 50, of: state(50, "aaaaaaaa")))
        #expect(problem.level == .problem && problem.message.contains("\(Self.neighbours)=3062 (is 1024)"))
        #expect(
            problem.hint?.contains("sysctl -w") == true && problem.hint?.contains("\(Self.neighbours)=3062") == true)
        let failure = try await #require(throws: Failure.self) { try await raise(state(50, "aaaaaaaa")) }
        #expect(failure.code == .missing && failure.message == problem.message && failure.hint == problem.hint)
        #expect(kernel.values == Self.defaults)
    }

    /// A run that is killed after any change, and one that is not, in any order: in the end everything is as it was.
    @Test(arguments: 0..<60) func whateverIsKilledEverythingIsPutBack(_ seed: Int) async throws {
        var random = Seeded(seed)
        var clusters: [String: Int] = [:]
        for _ in 0..<12 {
            let name = String(repeating: ["a", "b", "c"].randomElement(using: &random) ?? "a", count: 8)
            kernel.killAfter = Bool.random(using: &random) ? Int.random(in: 0..<4, using: &random) : nil
            if let members = clusters[name], Bool.random(using: &random) {
                let state = try state(members, name)
                if (try? await release(state)) != nil { clusters[name] = nil }
            } else {
                let members = max(clusters[name] ?? 0, Int.random(in: 1...60, using: &random))
                let state = try state(members, name)
                clusters[name] = members
                try? await raise(state)
                kernel.killAfter = nil
                // The same command again.
                if Bool.random(using: &random) {
                    try await raise(state)
                    #expect(try await host().areLimitsRaised(for: state))
                }
            }
        }
        kernel.killAfter = nil
        for (name, members) in clusters { try await release(state(members, name)) }
        if clusters.isEmpty { try await release(state(1, "aaaaaaaa")) }
        #expect(kernel.values == Self.defaults)
        #expect(kernel.notes.isEmpty)
    }

    /// A cluster comes up between the look at who is there and the last note's removal.
    @Test func aClusterThatComesUpMeanwhileGetsWhatItNeeds() async throws {
        let (last, next) = (try state(50, "aaaaaaaa"), try state(40, "bbbbbbbb"))
        try await raise(last)
        kernel.drop("aaaaaaaa")
        try await raise(next)
        try await host().putLimitsBack(after: last)
        #expect(try await host().areLimitsRaised(for: next))
        try await release(next)
        #expect(kernel.values == Self.defaults && kernel.notes.isEmpty)
    }
}

/// A generator of the same numbers for the same seed.
private struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

/// A host that has limits and notes, and may kill a run after so many changes.
private final class HostKernel: CommandRunner {
    private struct World {
        var values: [String: Int]
        var notes: [String: String] = [:]
        var boots = 1
        var isReadOnly = false
        var killAfter: Int?
    }

    private let world: Mutex<World>

    init(_ values: [String: Int]) { world = Mutex(World(values: values)) }

    var values: [String: Int] { world.withLock { $0.values } }
    var notes: [String: String] { world.withLock { $0.notes } }
    var isReadOnly: Bool {
        get { world.withLock { $0.isReadOnly } }
        set { world.withLock { $0.isReadOnly = newValue } }
    }
    var killAfter: Int? {
        get { world.withLock { $0.killAfter } }
        set { world.withLock { $0.killAfter = newValue } }
    }

    func set(_ key: String, _ value: Int) { world.withLock { $0.values[key] = value } }
    func note(_ path: String, _ text: String) { world.withLock { $0.notes[path] = text } }
    func claim(_ identifier: String) { note("subnets/\(identifier)", identifier) }
    func drop(_ identifier: String) {
        world.withLock { world in
            for folder in ["limits", "subnets"] { world.notes["\(folder)/\(identifier)"] = nil }
        }
    }
    func boot() { world.withLock { $0.boots += 1 } }

    func run(_ command: Command) async throws -> CommandResult {
        try world.withLock { world in
            if command.effect == .changes, let left = world.killAfter {
                guard left > 0 else { throw CancellationError() }
                world.killAfter = left - 1
            }
            return answer(command, &world)
        }
    }

    private func answer(_ command: Command, _ world: inout World) -> CommandResult {
        let words = command.arguments
        let root = NamespaceLayout.root
        switch (command.program, words.first) {
        case ("sysctl", "-n"): return CommandResult(output: "boot-\(world.boots)\n")
        case ("sysctl", "--ignore"):
            return CommandResult(
                output: words.dropFirst().compactMap { key in world.values[key].map { "\(key) = \($0)\n" } }.joined())
        case ("sysctl", _):
            if world.isReadOnly { return CommandResult(.exited(1), errors: "sysctl: permission denied on key") }
            for word in words.dropFirst(2) {
                let parts = word.split(separator: "=")
                world.values[String(parts[0])] = Int(parts[1])
            }
        case ("test", _): return CommandResult(.exited(world.isReadOnly ? 1 : 0))
        case ("ln", _): world.notes[String(words[words.count - 1].dropFirst(root.count + 1))] = words[words.count - 2]
        case ("rm", _):
            for word in words where word.hasPrefix("/") { world.notes[String(word.dropFirst(root.count + 1))] = nil }
        case ("find", let folder?):
            let below = folder == root ? "" : "\(folder.dropFirst(root.count + 1))/"
            let found = world.notes.filter { $0.key.hasPrefix(below) }
            return CommandResult(output: found.map { "\($0.key.dropFirst(below.count)) \($0.value)\n" }.joined())
        default: Issue.record("the host does not know \(command.pasteable)")
        }
        return CommandResult(output: "")
    }
}
