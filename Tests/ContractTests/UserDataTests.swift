import Provisioning
import Testing

@testable import MultipassStandIn

/// User-data is parsed and printed anew on its way: the surprise that is about a file.
@Suite struct UserDataTests {
    @Test func commentsAndQuotesGo() throws {
        let reprinted = try UserData.reprinted("#cloud-config\na: \"yes\" # why\n\nb: ['0644', \"x; y & z\"]\n")
        #expect(reprinted == "a: yes\nb: [0644, \"x; y & z\"]\n")
    }

    @Test(.timeLimit(.minutes(3))) func ourUserDataMeansTheSameWithoutItsQuotes() async throws {
        try await Sandbox.open { sandbox async throws in
            try await sandbox.provider.create(sandbox.specification(), of: sandbox.record())
            let kept = try #require(try sandbox.remembered().instances[sandbox.member().text]?.userData)
            #expect(!kept.contains("#cloud-config"))
            #expect(kept.contains("[snap, refresh, --hold, lxd]"))
            #expect(kept.contains("--channel=5.21/stable --cohort=+"))
        }
        let template = try TemplateLibrary(runtime: "/nowhere", files: LocalFiles()).template(.userData).text
        let ambiguous = /["'](yes|no|on|off|y|n|true|false|null|~|[0-9][0-9.xob_:]*|)["']/.ignoresCase()
        #expect(template.firstMatch(of: ambiguous) == nil)
    }
}
