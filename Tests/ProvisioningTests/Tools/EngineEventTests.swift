import Synchronization
import Testing

@testable import Provisioning

/// Lines as `lxc monitor --format=json` of LXD 5.0.2 prints them.
@Suite struct EngineEventTests {
    private static func operation(_ status: String, _ rest: String = "") -> String {
        #"{"location":"DEV-01","metadata":{"class":"task","description":"Creating instance","err":"\#(rest)","#
            + #""id":"5e0f","metadata":{"secret":"S3CRET"},"resources":{"containers":["/1.0/containers/c1"],"instances":["#
            + #""/1.0/instances/c1?project=default"]},"status":"\#(status)"},"project":"default","#
            + #""timestamp":"2026-11-28T05:47:33.15+01:00","type":"operation"}"#
    }

    @Test func whatHappenedToAnInstance() throws {
        let line =
            #"{"location":"DEV-01","metadata":{"action":"instance-started","requestor":{"protocol":"tls","username":"4c92"},"source":"/1.0/instances/c1?project=p"},"project":"p","timestamp":"2026-11-28T04:47:33.557804191Z","type":"lifecycle"}"#
        let event = try #require(EngineEvent(line))
        #expect(event.kind == .lifecycle && event.time == "2026-11-28T04:47:33.557Z")
        #expect(event.member == "DEV-01" && event.project == "p" && event.client == "4c92")
        #expect(event.action == "instance-started" && event.subjects == ["instances/c1"])
    }

    @Test func anOperationWithoutItsMetadata() throws {
        let event = try #require(EngineEvent(Self.operation("Failure", "no room")))
        #expect(event.time == "2026-11-28T04:47:33.150Z", "in UTC, to the millisecond")
        #expect(event.action == "Creating instance" && event.subjects == ["instances/c1"])
        #expect(event.state == "failure" && event.error == "no room" && event.identifier == "5e0f")
        #expect(!"\(event)".contains("S3CRET"))
    }

    @Test func aLogFromInfoOn() throws {
        func line(_ level: String) -> String {
            #"{"location":"none","metadata":{"context":{},"level":"\#(level)","message":"m"},"timestamp":"2026-11-28T04:47:33Z","type":"logging"}"#
        }
        let event = try #require(EngineEvent(line("warning")))
        #expect(event.member == nil && event.state == "warning" && event.action == "m")
        #expect(event.time == "2026-11-28T04:47:33.000Z")
        #expect(EngineEvent(line("debug")) == nil, "what clients send stands in it")
    }

    @Test(arguments: ["", "{}", "no JSON", #"{"type":"other","timestamp":"2026-11-28T04:47:33Z","metadata":{}}"#])
    func whatIsNoEventIsPassedOver(_ line: String) { #expect(EngineEvent(line) == nil) }

    @Test func progressIsToldOnce() async throws {
        let lines = ["Pending", "Running", "Running", "Running", "Success"].map { Self.operation($0) }
        struct Lines: CommandRunner {
            var output: String
            func run(_ command: Command) async throws -> CommandResult { CommandResult(output: output) }
        }
        let client = LXC(Lines(output: lines.joined(separator: "\n\n") + "\n"), engine: .lxd)
        let told = Mutex<[String?]>([])
        _ = try await client.followEvents([.operation], limit: .seconds(1)) { event in
            told.withLock { $0.append(event.state) }
        }
        #expect(told.withLock { $0 } == ["pending", "running", "success"])
    }
}
