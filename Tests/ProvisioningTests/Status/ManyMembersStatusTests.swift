import Synchronization
import Testing

@testable import Provisioning

/// A look at many members on one machine, which share its processors.
@Suite(.endsHangs) struct ManyMembersStatusTests {
    private func look(_ count: Int, _ machines: BusyMachines) async throws -> ClusterStatus {
        let names = try (0..<count).map { try MemberName.dev($0) }
        let running = Dictionary(uniqueKeysWithValues: names.map { ($0, Machine(state: .running)) })
        let bench = try Bench(members: count, provider: StubProvider(everywhere: machines, machines: running))
        machines.begin(names.map(\.text), bench.time)
        bench.files.put("OWN", at: bench.context.folder.certificate(names[0], .lxd))
        return try await ClusterInspector(bench.context, .full).status()
    }

    @Test func noMoreThanAFewAreAskedAtATime() async throws {
        let machines = BusyMachines(each: .milliseconds(1))
        let status = try await look(50, machines)
        #expect(status.findings == [] && status.members.count == 50)
        #expect(machines.most <= 16)
        // The members' folders are in one file system.
        #expect(machines.askedForStorage == 2)
        #expect(status.members.allSatisfy { $0.storage == StorageUse(used: 5, total: 9) })
    }

    /// Where others took long as well, a member that gave no answer in time is asked again, and need not hang.
    @Test func aMemberOfABusyMachineThatAnswersLateIsOnline() async throws {
        let status = try await look(3, BusyMachines(each: .milliseconds(900), late: .milliseconds(3000)))
        #expect(status.findings == [])
        #expect(status.members.allSatisfy { $0.lxdLabel == "online" })
    }

    @Test func aMemberThatGivesNoAnswerToAnIdleMachineIsNotWaitedForTwice() async throws {
        let machines = BusyMachines(each: .milliseconds(10), late: .milliseconds(3000))
        let status = try await look(3, machines)
        #expect(status.findings.map(\.code) == ["no-answer"])
        #expect(machines.servers == 3)
    }
}

/// Machines whose daemons answer after a while, the first that is asked later than the others.
private final class BusyMachines: CommandRunner {
    private struct World {
        var members: [String] = []
        var time: VirtualTime?
        var servers = 0
        var now = 0
        var most = 0
        var askedForStorage = 0
    }

    private let world = Mutex(World())
    private let each: Duration
    private let late: Duration?

    init(each: Duration, late: Duration? = nil) { (self.each, self.late) = (each, late) }

    /// How often a daemon was asked what it is, how many were at the same time, and how often what its pool holds.
    var servers: Int { world.withLock { $0.servers } }
    var most: Int { world.withLock { $0.most } }
    var askedForStorage: Int { world.withLock { $0.askedForStorage } }

    func begin(_ members: [String], _ time: VirtualTime) {
        world.withLock { ($0.members, $0.time) = (members, time) }
    }

    func run(_ command: Command) async throws -> CommandResult {
        let members = world.withLock { $0.members }
        switch command.arguments.last {
        case "/1.0": return try await server(command.limit)
        case "/1.0/cluster/members?recursion=1": return try Self.result(Server.members(members.map { ($0, "Online") }))
        case "/1.0/storage-pools/default/resources":
            world.withLock { $0.askedForStorage += 1 }
            return CommandResult(output: #"{"space":{"used":5,"total":9}}"#)
        default: return CommandResult(output: "[]")
        }
    }

    private func server(_ limit: Duration) async throws -> CommandResult {
        let (isFirst, time) = world.withLock { world in
            world.servers += 1
            world.now += 1
            world.most = max(world.most, world.now)
            return (world.servers == 1, world.time)
        }
        for _ in 0..<20 { await Task.yield() }
        world.withLock { $0.now -= 1 }
        let needed = isFirst ? late ?? each : each
        guard needed <= limit else { throw Failure(.timedOut, "too long") }
        time?.advance(needed)
        return try Self.result(Server.info(clustered: true))
    }

    private static func result(_ answer: ScriptedRunner.Answer) throws -> CommandResult {
        guard case .result(let result) = answer else { throw Failure(.conflict, "no answer") }
        return result
    }
}
