import Testing

@testable import Provisioning

@Suite struct ChildEnvironmentTests {
    private static let inherited = [
        "HOME": "/root", "https_proxy": "http://p:1", "HTTP_PROXY": "http://p:2", "NO_PROXY": "corp", "LANG": "C",
    ]

    private func variables(_ proxies: Command.Proxies, _ change: (inout Command) -> Void = { _ in }) -> [String: String]
    {
        var command = Command("x", [], environment: ["HOME": "/h"]).with(proxies)
        change(&command)
        return ChildEnvironment.variables(of: command, Self.inherited)
    }

    @Test func whatReachesThisMachineOrAMemberGetsNoProxy() {
        #expect(variables(.none) == ["HOME": "/h", "LANG": "C"])
    }

    @Test func whatReachesImageServersGetsAll() {
        #expect(variables(.all) == Self.inherited.merging(["HOME": "/h"]) { $1 })
        #expect(variables(.none) { $0.output = .passed }["https_proxy"] == "http://p:1", "it is the user's own")
    }

    @Test func whatReachesBothGetsTheMembersAsExceptions() {
        let both = variables(.exceptFor(["10.0.0.2"]))
        #expect(both["no_proxy"] == "corp,10.0.0.2" && both["NO_PROXY"] == "corp,10.0.0.2")
        #expect(both["https_proxy"] == "http://p:1")
    }
}
