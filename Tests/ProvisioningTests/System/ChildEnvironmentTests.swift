import Testing

@testable import Provisioning

@Suite struct ChildEnvironmentTests {
    private static let inherited = [
        "HOME": "/root", "https_proxy": "http://p:1", "HTTP_PROXY": "http://p:2", "NO_PROXY": "corp",
        "LANG": "de_DE.UTF-8", "LANGUAGE": "de",
    ]

    private func variables(_ proxies: Command.Proxies, _ change: (inout Command) -> Void = { _ in }) -> [String: String]
    {
        var command = Command("x", [], environment: ["HOME": "/h"]).with(proxies)
        change(&command)
        return ChildEnvironment.variables(of: command.invocation, Self.inherited)
    }

    @Test func whatReachesThisMachineOrAMemberGetsNoProxy() {
        #expect(variables(.none) == ["HOME": "/h", "LANG": "de_DE.UTF-8", "LC_ALL": "C"])
    }

    @Test func whatReachesImageServersGetsAll() {
        let shown = variables(.all) { $0.output = .passed }
        #expect(shown == Self.inherited.merging(["HOME": "/h"]) { $1 })
        #expect(variables(.none) { $0.output = .passed }["https_proxy"] == "http://p:1", "it is the user's own")
    }

    /// A program whose output is read speaks the language that is understood; what the user asked to run keeps theirs.
    @Test func whatIsReadIsInTheLocaleC() {
        for output in [Command.Output.kept, .secret] {
            let read = variables(.all) { $0.output = output }
            #expect(read["LC_ALL"] == "C" && read["LANGUAGE"] == nil)
        }
        for output in [Command.Output.passed, .terminal, .discarded] {
            let own = variables(.all) { $0.output = output }
            #expect(own["LC_ALL"] == nil && own["LANGUAGE"] == "de")
        }
        let users = variables(.all) { $0.isUsers = true }
        #expect(users["LC_ALL"] == nil && users["LANGUAGE"] == "de")
    }

    @Test func whatReachesBothGetsTheMembersAsExceptions() {
        let both = variables(.exceptFor(["10.0.0.2"]))
        #expect(both["no_proxy"] == "corp,10.0.0.2" && both["NO_PROXY"] == "corp,10.0.0.2")
        #expect(both["https_proxy"] == "http://p:1")
    }
}
