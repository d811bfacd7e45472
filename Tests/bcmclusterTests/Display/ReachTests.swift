import Provisioning
import Schemas
import Testing

@testable import bcmcluster

@Suite struct ExecOutcomeTests {
    private let member = "DEV-01"

    @Test func everyLineBeginsWithTheMember() {
        #expect(ExecOutcome.prefixed("one\n\ntwo\n", by: "DEV-01") == "DEV-01: one\nDEV-01: \nDEV-01: two\n")
        #expect(ExecOutcome.prefixed("no end", by: "DEV-01") == "DEV-01: no end\n")
        #expect(ExecOutcome.prefixed("a\r\nb\u{2028}c\n", by: "D") == "D: a\r\nD: b\u{2028}c\n")
        #expect(ExecOutcome.prefixed("", by: "DEV-01").isEmpty)
    }

    @Test func theStatusIsTheCommandsOwn() {
        #expect(ExecOutcome(member, CommandResult(.exited(7), output: "o", errors: "e")).exitCode == 7)
        #expect(ExecOutcome(member, CommandResult(.signalled(9))).exitCode == 137)
        #expect(ExecOutcome(member, CommandResult()).message == nil)
    }

    @Test func aMemberOutOfReachIsFourAndALimitIsAFailure() {
        let off = ExecOutcome(member, Failure(.conflict, "the machine DEV-01 does not run"))
        #expect(off.exitCode == 4 && off.message == "the machine DEV-01 does not run" && off.code == "conflict")
        #expect(ExecOutcome(member, Failure(.timedOut, "took too long", output: "so far")).exitCode == 1)
    }

    @Test func outputThatIsCutOffIsSaid() {
        let much = String(repeating: "x", count: LocalRunner.mostKept)
        #expect(ExecOutcome(member, CommandResult(output: much)).truncated)
    }

    @Test func theDataKeepsToItsSchema() throws {
        let outcomes = [
            ExecOutcome(member, CommandResult(.exited(1), output: "a\"b", errors: "")),
            ExecOutcome(member, Failure(.conflict, "the machine does not run")),
        ]
        #expect(try Schema("exec").complaints(about: ExecResult(cluster: "DEV", members: outcomes)) == [])
    }
}

@Suite struct ClusterReachTests {
    private func reach(_ members: Int, remote: String?, certificate: String?) -> ClusterReach {
        ClusterReach(
            cluster: "DEV", remote: remote,
            members: (0..<members).map { .init(name: "DEV-0\($0)", url: "https://10.64.0.1\($0):8443") },
            serverName: "DEV-00", certificate: certificate, clientCertificate: certificate, clientKey: certificate)
    }

    @Test func theLinesAreQuotedForAShell() {
        let lines = reach(2, remote: "DEV-00", certificate: "/home/o'neill/a b.crt").shellLines.split(separator: "\n")
        #expect(
            lines == [
                "export BCM_CLUSTER_NAME=DEV", "export LXD_REMOTE=DEV-00",
                "export BCM_LXD_ADDRESS=https://10.64.0.10:8443",
                "export BCM_LXD_ADDRESSES='https://10.64.0.10:8443 https://10.64.0.11:8443'",
                "export BCM_LXD_SERVER_NAME=DEV-00",
                #"export BCM_LXD_CERTIFICATE='/home/o'\''neill/a b.crt'"#,
                #"export BCM_LXD_CLIENT_CERTIFICATE='/home/o'\''neill/a b.crt'"#,
                #"export BCM_LXD_CLIENT_KEY='/home/o'\''neill/a b.crt'"#,
            ])
    }

    @Test func whatIsNotKnownHasNoLine() {
        #expect(
            reach(0, remote: nil, certificate: nil).shellLines
                == "export BCM_CLUSTER_NAME=DEV\nexport BCM_LXD_SERVER_NAME=DEV-00\n")
    }

    @Test func theDataKeepsToItsSchema() throws {
        let schema = try Schema("env-show")
        #expect(try schema.complaints(about: reach(2, remote: "DEV-00", certificate: "/c")) == [])
        #expect(try schema.complaints(about: reach(0, remote: nil, certificate: nil)) == [])
    }
}

@Suite struct LogListingTests {
    private let listing = LogListing(
        cluster: "DEV",
        logs: [
            .init(member: "DEV-00", name: "lxd", path: "/l/lxd.log", text: "one\nS3CRET\n"),
            .init(member: nil, name: "bcmcluster", path: "/r/up.log", text: "no end"),
            .init(member: "DEV-01", name: "console", path: "/l/c.log", text: ""),
        ], failures: [.init(message: "DEV-01 lxd: S3CRET is in the way")])

    @Test func severalLogsAreShownAsTailDoes() {
        #expect(
            listing.text == """
                ==> DEV-00 lxd: /l/lxd.log <==
                one
                S3CRET

                ==> bcmcluster: /r/up.log <==
                no end

                ==> DEV-01 console: /l/c.log <==

                """)
    }

    @Test func theDataKeepsToItsSchema() throws {
        #expect(try Schema("logs").complaints(about: listing) == [])
    }
}

/// The schema check is known to be able to fail.
@Suite struct SchemaTests {
    private struct Wrong: Encodable {
        var schemaVersion = 1
        var cluster = 5
        var extra = ""
    }

    @Test func whatIsWrongIsFound() throws {
        #expect(
            try Schema("exec").complaints(about: Wrong()) == [
                "$ has no members", "$.cluster is no string", "$.extra is unknown", "$.schemaVersion is not 2",
            ])
    }
}
