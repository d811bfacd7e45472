import Provisioning
import Testing

@testable import bcmcluster

/// The command lines about units.
@Suite struct UnitCommandTests {
    @Test(arguments: [
        (["run", "-c", "DEV", "web.toml", "--dry-run"], Verb.run, ["web.toml"]), (["ps"], .ps, []),
        (["run", "db.toml", "-c", "DEV", "web.toml", "api.toml"], .run, ["db.toml", "web.toml", "api.toml"]),
        (["ps", "-c", "DEV", "web", "--json"], .ps, ["web"]), (["rm", "web", "--volumes", "--yes"], .rm, ["web"]),
        (["unit", "stop", "web/2", "--force"], .unitStop, ["web/2"]), (["unit", "start", "web"], .unitStart, ["web"]),
        (["unit", "pause", "web"], .unitPause, ["web"]), (["unit", "resume", "web"], .unitResume, ["web"]),
        (["unit", "restart", "web", "--force"], .unitRestart, ["web"]),
        (["unit", "logs", "web/1", "--lines", "5"], .unitLogs, ["web/1"]),
        (["unit", "console", "web/1"], .unitConsole, ["web/1"]), (["volume", "list", "web"], .volumeList, ["web"]),
        (["volume", "list"], .volumeList, []), (["api", "--json"], .api, []),
    ])
    func theVerbsAreKnown(_ line: [String], _ verb: Verb, _ operands: [String]) throws {
        let invocation = try Invocation(line)
        #expect(invocation.verb == verb && invocation.operands == operands)
    }

    @Test func whatStandsBehindTheDashesIsTheCommand() throws {
        let invocation = try Invocation(["unit", "exec", "-c", "DEV", "web/1", "--", "ls", "-l", "--json"])
        #expect(invocation.verb == .unitExec && invocation.operands == ["web/1"])
        #expect(invocation.passedOn == ["ls", "-l", "--json"] && !invocation.isJSON)
    }

    @Test(arguments: [
        ["run"], ["rm"], ["rm", "web", "db"], ["unit", "stop"],
        ["unit", "kill", "web"], ["unit", "pause", "web", "--force"], ["unit", "exec", "web"],
        ["unit", "exec", "web", "--"], ["volume", "--json"], ["volume", "list", "a", "b"], ["api", "x", "y"],
        ["ps", "--volumes"], ["rm", "web", "--reschedule"], ["run", "x", "--volumes"], ["run", "x", "--wait-for"],
    ])
    func whatIsNotInTheTableIsRefused(_ line: [String]) throws {
        let failure = try #require(throws: Failure.self) { try Invocation(line) }
        #expect(failure.exitStatus == 2 && !failure.message.isEmpty && !failure.message.contains("\n"))
    }

    @Test(arguments: [
        ("running", WaitGoal.running), ("healthy", .healthy), ("cloud-init", .cloudInit), ("tcp:80", .port(80)),
    ])
    func whatARunWaitsFor(_ text: String, _ goal: WaitGoal) throws {
        #expect(try Invocation(["run", "x.toml", "--wait-for", text]).goal() == goal)
        #expect(try Invocation(["run", "x.toml", "--wait-for=\(text)"]).goal() == goal)
        #expect(try Invocation(["run", "x.toml"]).goal() == nil)
    }

    @Test(arguments: ["", "tcp", "tcp:0", "tcp:65536", "tcp:http", "tcp:+80", "udp:53", "Running"])
    func aGoalThatIsNone(_ text: String) throws {
        let failure = try #require(throws: Failure.self) {
            try Invocation(["run", "x.toml", "--wait-for=\(text)"]).goal()
        }
        #expect(failure.exitStatus == 2 && failure.hint == "write --wait-for tcp:80")
        #expect(failure.message.hasSuffix("is not running, healthy, cloud-init or tcp:PORT"))
    }

    @Test func whatMayBeMadeAnew() throws {
        func replaced(_ text: String) throws -> [String] { try Invocation(["run", "x", "--replace", text]).replaced() }
        #expect(try replaced("web-1") == ["web-1"] && replaced("web-1, web-2") == ["web-1", "web-2"])
        #expect(try Invocation(["run", "x"]).replaced() == [])
        for text in ["", ",", "web-1,", ",web-1", "web-1,,web-2", " "] {
            let failure = try #require(throws: Failure.self, "\(text)") { try replaced(text) }
            #expect(failure.exitStatus == 2 && failure.message == "--replace has an empty name")
        }
    }

    @Test func aMistypedVerbIsGuessed() throws {
        let failure = try #require(throws: Failure.self) { try Invocation(["unit", "stpo", "web"]) }
        #expect(failure.message == "unknown command unit stpo")
        #expect(failure.hint?.contains("bcmcluster unit stop") ?? false)
    }
}
