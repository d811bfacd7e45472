import Provisioning
import Testing

/// The rule: `^[A-Za-z][A-Za-z0-9-]*$`, not ending in `-`, at most 40 characters.
@Suite struct ClusterNameTests {
    @Test(arguments: ["DEV", "d", "Dev-2", "a1", "X-y-Z", String(repeating: "a", count: 40)])
    func isTaken(_ text: String) throws {
        #expect(try ClusterName(text).text == text)
    }

    @Test(arguments: [
        "", "../x", "a b", "-x", "DEV_1", String(repeating: "a", count: 41), "1a", "DEV-", "dév", "DEV\n", "D/E", "D.E",
        "$(x)",
        "Dev\u{0}", "Ａ",
    ])
    func isRefused(_ text: String) throws {
        let failure = try #require(throws: Failure.self) { try ClusterName(text) }
        #expect(failure.code == .badInput)
        #expect(failure.exitStatus == 2)
        #expect(!failure.message.contains("\n") || text.contains("\n"))
        #expect(failure.hint != nil)
    }

    @Test func theSentenceNamesTheRule() throws {
        let long = try #require(throws: Failure.self) { try ClusterName(String(repeating: "a", count: 41)) }
        #expect(long.message.contains("longer than 40 characters"))
        let underscore = try #require(throws: Failure.self) { try ClusterName("DEV_1") }
        #expect(underscore.message.contains("DEV_1") && underscore.message.contains("not a letter, digit or -"))
    }
}

@Suite struct MemberNameTests {
    @Test func hasTwoDigitsOrMore() throws {
        let name = try ClusterName("DEV")
        #expect(MemberName(name, 0).text == "DEV-00")
        #expect(MemberName(name, 9).text == "DEV-09")
        #expect(MemberName(name, 10).text == "DEV-10")
        #expect(MemberName(name, 100).text == "DEV-100")
        #expect(MemberName(name, 0).isNumberZero && !MemberName(name, 1).isNumberZero)
    }

    @Test func readsItsOwnAlone() throws {
        let name = try ClusterName("DEV")
        #expect(MemberName("DEV-07", of: name) == MemberName(name, 7))
        #expect(MemberName("DEV-999", of: name)?.index == 999)
        for stranger in [
            "DEV2-00", "MYDEV-00", "DEV-7", "DEV-007", "DEV-+7", "DEV--1", "DEV-1000", "DEV-", "DEV", "DEV-00-01",
            "dev-00",
        ] {
            #expect(MemberName(stranger, of: name) == nil, "\(stranger)")
        }
    }

    @Test func sortsByNumber() throws {
        let names = try [100, 2, 10, 0].map { try MemberName.dev($0) }
        #expect(names.sorted().map(\.index) == [0, 2, 10, 100])
    }
}
