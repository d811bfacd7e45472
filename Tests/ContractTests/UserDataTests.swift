import Provisioning
import Testing

@testable import MultipassStandIn

/// User-data is parsed and printed again on its way: the surprise that is about a file.
@Suite struct UserDataTests {
    @Test func commentsAndQuotesGo() throws {
        let reprinted = try UserData.reprinted("#cloud-config\na: \"yes\" # why\n\nb: ['0644', \"x; y & z\"]\n")
        #expect(reprinted == "a: yes\nb: [0644, \"x; y & z\"]\n")
    }

    @Test func literalBlocksBecomeOneQuotedLine() throws {
        let text =
            "#cloud-config\nfiles:\n  - content: |\n      # kept\n      say \"it's\" [\n\n        \\n\n\nb: c # why\n"
        let reprinted = try UserData.reprinted(text)
        #expect(reprinted == ##"files:\##n  - content: "# kept\nsay \"it's\" [\n\n  \\n\n"\##nb: c\##n"##)
    }

    @Test(.timeLimit(.minutes(3))) func ourUserDataMeansTheSameWithoutItsQuotes() async throws {
        try await Sandbox.open { sandbox async throws in
            try await sandbox.provider.create(sandbox.specification(), of: sandbox.state())
            let kept = try #require(try sandbox.remembered().instances[sandbox.member().text]?.userData)
            #expect(!kept.contains("#cloud-config"))
            #expect(kept.contains("\n  - [sh, /usr/local/lib/bcmcluster/install-lxd]\n"))
            #expect(kept.contains(#"\nchannel=\"5.0/stable\"\nstorage=\"dir\"\n"#))
        }
    }
}
