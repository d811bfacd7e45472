import Testing

@testable import Provisioning

/// Lines of logs that grow.
@Suite struct FollowLogsTests {
    @Test("What tail prints of two logs, with its headings and the empty lines before them")
    func headings() {
        let logs = FollowedLogs(since: nil)
        let lines = [
            "==> /a.log <==", "one", "", "==> /b.log <==", "two", "==> /no/heading <==", "", "three", "",
            "==> /a.log <==", "4",
        ]
        let taken = lines.compactMap { logs.take($0) }.map { "\($0.path) \($0.text)" }
        #expect(taken == ["/a.log one", "/b.log two", "/b.log ==> /no/heading <==", "/b.log three", "/a.log 4"])
    }

    @Test("A console's news: what was added, also where its beginning is gone, and all of one that began anew")
    func growing() {
        var text = GrowingText()
        #expect(text.news(in: "a\nb\nlog") == "a\nb\n")
        #expect(text.news(in: "a\nb\nlogin: \nc\n") == "login: \nc\n")
        #expect(text.news(in: "b\nlogin: \nc\nd\n").hasSuffix("d\n"))
        #expect(text.news(in: "new\n") == "new\n")
        #expect(text.news(in: "new\n") == "")
        var long = GrowingText()
        let lines = (0..<500).map { "line \($0)\n" }
        _ = long.news(in: lines.joined())
        #expect(long.news(in: (lines[100...] + ["more\n"]).joined()) == "more\n")
    }

    @Test("A console that hands each line out once: what comes is new, also where it is the same")
    func taken() {
        var text = GrowingText()
        #expect(text.news(in: "tick\n") == "tick\n")
        #expect(text.news(in: "") == "")
        #expect(text.isTaken)
        #expect(text.news(in: "tick\nlog") == "tick\n")
        #expect(text.news(in: "") == "")
        #expect(text.news(in: "in: \ntick\n") == "login: \ntick\n")
        // One that is off shows all of it again, and again.
        var long = GrowingText()
        let lines = (0..<50).map { "line \($0)\n" }.joined()
        _ = long.news(in: lines)
        _ = long.news(in: "")
        #expect(long.news(in: "more\n") == "more\n")
        for last in ["end\n", ""] { #expect(long.news(in: lines + "more\nend\n") == last) }
    }

    @Test("One program reads all logs of a host; where they are in machines a connection carries seven")
    func groups() throws {
        let state = try Bench.state(20, over: 2)
        let members = state.members.map(\.name)
        #expect(FollowLogs.groups(of: members, state, areOnHost: true).followed.map(\.count) == [10, 10])
        let (followed, rest) = FollowLogs.groups(of: members, state, areOnHost: false)
        #expect(followed.count == 14 && followed.allSatisfy { $0.count == 1 } && rest.count == 6)
    }

    @Test("What is called like a member of the cluster is one, anything else is a unit")
    func owners() throws {
        let cluster = try ClusterName("DEV")
        #expect(LogOwner(nil, of: cluster) == .member(nil))
        #expect(LogOwner("DEV-07", of: cluster) == .member("DEV-07"))
        #expect(LogOwner("web/2", of: cluster) == .unit(try UnitReference("web/2")))
        #expect(LogOwner("a b", of: cluster) == .member("a b"))
    }
}
