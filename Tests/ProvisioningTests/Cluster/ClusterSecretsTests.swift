import Foundation
import Provisioning
import Testing

@Suite struct ClusterSecretsTests {
    private let folder: ClusterFolder

    init() throws { folder = ClusterFolder(runtime: "/r", cluster: try ClusterName("DEV")) }

    private func redacted(_ text: String, _ files: [String: String]) throws -> String {
        let redactor = Redactor()
        try ClusterSecrets(folder, InMemoryFiles(files)).conceal(in: redactor)
        return redactor.redact(text)
    }

    @Test func everyMembersSecretsAreFound() throws {
        let files = [
            "/r/clusters/DEV/endpoints/DEV-00/.env": "BCM_LXD_SECRET=FIRST123\nBCM_ENDPOINT_MEM_SIZE=4096M\n",
            "/r/clusters/DEV/endpoints/DEV-01/.env": "export BCM_LXD_SECRET='SECOND 45'\nMY_API_KEY=\"third67\"\n",
            "/r/clusters/DEV/endpoints/DEV-01/lxd/preseed.yml": """
            cluster:
              cluster_token: "eyJabc"
              member_config: [{entity: "storage-pool", name: "default", key: "source", value: ""}]
            config: {core.trust_password: "fourth89"}
            """,
        ]
        #expect(
            try redacted("FIRST123 SECOND 45 third67 eyJabc fourth89 4096M source default", files)
                == "<secret> <secret> <secret> <token> <token> 4096M source default")
    }

    /// A file that the user broke hides its secrets all the same.
    @Test func aMalformedLineIsReadForItsSecret() throws {
        let files = ["/r/clusters/DEV/endpoints/DEV-00/.env": "what is this\nBCM_LXD_SECRET='half open\n= x\n"]
        #expect(try redacted("a half open b", files) == "a <secret> b")
    }

    @Test func theSecretInsideATokenIsFound() throws {
        let token = Data(#"{"server_name":"DEV-01","secret":"c11f24af559e"}"#.utf8).base64EncodedString()
        let files = ["/r/clusters/DEV/endpoints/DEV-01/lxd/preseed.yml": "cluster_token: \(token)\n"]
        #expect(try redacted("\(token) c11f24af559e DEV-01", files) == "<token> <token> DEV-01")
    }

    @Test func aFileThatCannotBeReadIsNoFileWithoutSecrets() throws {
        let files = InMemoryFiles(["/r/clusters/DEV/endpoints/DEV-00/.env": "A=b"])
        files.fail("/r/clusters/DEV/endpoints/DEV-00/.env", Failure(.files, "no"))
        #expect(throws: Failure.self) { try ClusterSecrets(folder, files).conceal(in: Redactor()) }
    }

    @Test("Private keys and lines about passwords stay out of bundles")
    func withoutCredentials() {
        let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\nBBBB\n-----END OPENSSH PRIVATE KEY-----"
        let out = "<left out: may be secret>"
        for (log, cleaned) in [
            ("a\n\(key)\nb\n", "a\n\(out)\nb\n"), ("a\n-----BEGIN EC PRIVATE KEY-----\nAAAA", "a\n\(out)"),
            ("AAAA\n-----END RSA PRIVATE KEY-----\nb\n", "\(out)\nb\n"),
            ("1\tlxc x\t\(key.replacing("\n", with: "\\n"))\n2\tlxc y\n", "\(out)\n2\tlxc y\n"),
            ("chpasswd: root:x\nok\nPassword=y\nlogin SECRET z\n", "\(out)\nok\n\(out)\n"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n", "-----BEGIN CERTIFICATE-----\nAAAA\n"),
            ("add <secret> end\n", "add <secret> end\n"), ("", ""),
        ] {
            #expect(ClusterSecrets.withoutCredentials(log) == cleaned)
        }
    }

    @Test func whatLooksLikeATokenGoes() {
        let token = "eyJ" + String(repeating: "aB3+", count: 12) + "=="
        #expect(ClusterSecrets.withoutTokens("add DEV \(token), eyJshort eyé") == "add DEV <token>, eyJshort eyé")
        #expect(ClusterSecrets.withoutTokens(token) == "<token>")
        #expect(ClusterSecrets.withoutTokens("ey") == "ey")
    }
}

@Suite struct LogFileTests {
    @Test func theEndIsReadByTail() async throws {
        let runner = ScriptedRunner([
            "tail -n 5 /l/a.log": [.prints("one\n")], "tail -c 9 /l/a.log": [.prints("two\n")],
            "tail -n 1 /l/b.log": [.ends(1, "tail: cannot open '/l/b.log' for reading: No such file or directory")],
            "tail -n 1 /l/c.log": [.ends(1, "tail: cannot open '/l/c.log' for reading: Permission denied")],
        ])
        #expect(try await LogFile(runner, "/l/a.log").end(.lines(5)) == "one\n")
        #expect(try await LogFile(runner, "/l/a.log").end(.bytes(9)) == "two\n")
        #expect(try await LogFile(runner, "/l/b.log").end(.lines(1)) == nil)
        await #expect(throws: Failure.self) { try await LogFile(runner, "/l/c.log").end(.lines(1)) }
        #expect(runner.changes == [])
    }
}
