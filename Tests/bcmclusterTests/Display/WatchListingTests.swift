import Schemas
import Testing

@testable import Provisioning
@testable import bcmcluster

@Suite struct MemberListingTests {
    private func listing() throws -> MemberListing {
        var first = MemberStatus(name: "DEV-00", isInState: true, machine: .running, daemon: .answers)
        first.entry = ClusterMember(
            name: "DEV-00", url: "https://10.64.0.10:8443", database: true, status: "Online", message: "",
            roles: ["database-leader", "database"])
        (first.address, first.version, first.since) = (IPv4("10.64.0.10"), "5.0.2", 1_790_000_000)
        let late = MemberStatus(name: "DEV-01", isInState: true, machine: .running, daemon: .late)
        let lost = MemberStatus(name: "DEV-02", isInState: true, machine: .unreachable, daemon: .notQueried)
        let odd = MemberStatus(name: "DEV-03", isInState: true, machine: .other("Delayed Shutdown"), daemon: .silent)
        let other = MemberStatus(name: "other", isInState: false, machine: nil, daemon: .notQueried)
        let rack = try HostName("rack1")
        return MemberListing(
            try ClusterName("DEV"),
            [
                ListMembers.Entry(status: first, host: .local, cpus: 4, memory: 4 << 30, disk: 30 << 30),
                ListMembers.Entry(status: late, host: .local, cpus: 2), ListMembers.Entry(status: lost, host: rack),
                ListMembers.Entry(status: odd, host: .local), ListMembers.Entry(status: other, host: .local),
            ])
    }

    @Test func theTable() throws {
        #expect(
            try listing().text(width: .max) == """
                MEMBER  ROLES   STATE        ADDRESS     HOST   MACHINE          CPUS  MEMORY  DISK  VERSION
                DEV-00  leader  online       10.64.0.10  local  running          4     4G      30G   5.0.2
                DEV-01  -       no answer    -           local  running          2     -       -     -
                DEV-02  -       unreachable  -           rack1  unreachable      -     -       -     -
                DEV-03  -       dead         -           local  delayedShutdown  -     -       -     -
                other   -       unknown      -           local  unknown          -     -       -     -

                """)
    }

    @Test func theDataKeepsToItsSchema() throws {
        let listing = try listing()
        #expect(try Schema("member-list").complaints(about: listing) == [])
        #expect(listing.members.map(\.reachable) == [true, false, false, false, false] && !listing.isComplete)
        #expect(listing.members.map(\.state) == ["online", "noAnswer", "unreachable", "dead", "unknown"])
    }
}

@Suite struct UsageListingTests {
    private func report() throws -> MeasureUsage.Report {
        let cluster = try ClusterName("DEV")
        var use = MeasureUsage.Use()
        (use.processorPercent, use.processors) = (150.04, 4)
        (use.memory, use.memoryTotal, use.disk, use.diskTotal) = (1 << 30, 4 << 30, 10 << 30, 30 << 30)
        use.traffic = MachineUsage.Traffic(received: 2048, sent: 4096)
        (use.receivedPerSecond, use.sentPerSecond) = (1024, 10.26)
        let instance = ClusterInstance(
            name: "web-1", location: "DEV-00", status: "Frozen", config: ["user.bcm.unit": "web"], type: "container")
        return MeasureUsage.Report(
            members: [
                .init(name: MemberName(cluster, 0), host: .local, state: "online", isReachable: true, use: use),
                .init(name: MemberName(cluster, 1), host: .local, state: "stopped", isReachable: false),
            ], instances: [.init(instance: instance, isReachable: true)], seconds: 1.00049)
    }

    @Test func theTables() throws {
        let listing = UsageListing(try ClusterName("DEV"), try report(), now: 0)
        #expect(
            listing.lines(width: .max) == [
                "MEMBER  STATE    CPU     MEMORY  DISK     RX/S  TX/S  RX  TX",
                "DEV-00  online   150.0%  1G/4G   10G/30G  1K    10B   2K  4K",
                "DEV-01  stopped  -       -       -        -     -     -   -", "",
                "INSTANCE  STATE   MEMBER  UNIT  CPU  MEMORY  DISK  RX/S  TX/S  RX  TX",
                "web-1     paused  DEV-00  web   -    -       -     -     -     -   -",
            ])
    }

    @Test func theDataKeepToTheirSchema() throws {
        var report = try report()
        #expect(!report.isComplete)
        for problem in [nil, Failure(.unreachable, "no member answers")] {
            report.problem = problem
            let listing = UsageListing(try ClusterName("DEV"), report, now: 1_790_000_000)
            #expect(try Schema("top").complaints(about: listing) == [])
            #expect(listing.members[0].use.cpu?.percent == 150 && listing.seconds == 1)
        }
    }
}

@Suite struct EventLineTests {
    @Test func eachKindIsALineAndKeepsToItsSchema() throws {
        let client = String(repeating: "ab", count: 32)
        let lines: [(String, String)] = [
            (
                #"{"location":"DEV-01","metadata":{"action":"instance-started","requestor":{"username":"\#(client)"},"source":"/1.0/instances/c1"},"project":"default","timestamp":"2026-11-28T04:47:33.5Z","type":"lifecycle"}"#,
                "2026-11-28T04:47:33.500Z  DEV-01  lifecycle  instance-started  instances/c1  by abababababab"
            ),
            (
                #"{"location":"DEV-01","metadata":{"description":"Stopping instance","err":"it is busy","id":"1","resources":{"instances":["/1.0/instances/c1"]},"status":"Failure"},"project":"p","timestamp":"2026-11-28T04:47:33Z","type":"operation"}"#,
                "2026-11-28T04:47:33.000Z  DEV-01  operation  Stopping instance  failure  instances/c1  it is busy  in project p"
            ),
            (
                #"{"metadata":{"level":"warning","message":"two\nlines"},"timestamp":"2026-11-28T04:47:33Z","type":"logging"}"#,
                "2026-11-28T04:47:33.000Z  -  logging  warning  two lines"
            ),
        ]
        for (line, text) in lines {
            let event = EventLine(try #require(EngineEvent(line)))
            #expect(event.text == text)
            #expect(try Schema("events").complaints(about: event) == [])
        }
    }
}

@Suite struct ProgressLinesTests {
    @Test func aTimeIsInUTC() { #expect(Timestamp(1_767_323_045).text == "2026-01-02T03:04:05Z") }

    @Test(arguments: [
        ("Delayed Shutdown", "delayedShutdown"), ("running", "running"), ("Anything else", "unknown"), ("", "unknown"),
    ])
    func otherProgramsWordsBecomeOnesOfOurs(_ label: String, _ word: String) {
        #expect(StateWord.machine(label) == word)
    }
}
