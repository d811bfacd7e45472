import Testing

@testable import Provisioning

/// What the user calls a VM.
@Suite struct VMNameTests {
    @Test(arguments: ["a", "box", "B-2", "a--b", String(repeating: "x", count: 63)])
    func names(_ text: String) throws { #expect(try VMName(text).text == text) }

    @Test(arguments: [
        "", "1a", "-a", "--all", "a-", "a.b", "a_b", "a b", "ä", "a\n", String(repeating: "x", count: 64),
    ])
    func namesThatAreNone(_ text: String) throws {
        let failure = try #require(throws: Failure.self) { try VMName(text) }
        #expect(failure.code == .badInput)
    }

    @Test func aHostMayStandBeforeTheName() throws {
        #expect(try VMReference("box") == VMReference(nil, VMName("box")))
        #expect(try VMReference("rack1/box") == VMReference(HostName("rack1"), VMName("box")))
        #expect(try VMReference("local/box").host == .local)
        for text in ["box", "rack1/box"] { #expect(try VMReference(text).description == text) }
    }

    @Test(arguments: ["/box", "rack1/", "a/b/c", "../box", "-h/box"])
    func referencesThatAreNone(_ text: String) throws {
        let failure = try #require(throws: Failure.self) { try VMReference(text) }
        #expect(failure.code == .badInput)
    }
}
