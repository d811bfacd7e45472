import Testing

@testable import Provisioning

/// What comes of asking by the user's own client.
@Suite struct ClientAccessTests {
    private static let question = "lxc query DEV-00:/1.0"
    private static let knock = "bash -c 'exec 3<>\"/dev/tcp/$0/$1\"' 10.64.0.10 8443"

    private func look(
        _ answer: ScriptedRunner.Answer, _ port: ScriptedRunner.Answer = .works
    ) async throws -> ClientAccess {
        let bench = try Bench()
        bench.runner.on(Self.question, answer)
        bench.runner.on(Self.knock, port)
        return await ClientAccess.look(
            at: "https://10.64.0.10:8443", of: "DEV-00", limit: .seconds(1), bench.context)
    }

    @Test func whatTheServerSaysIsTold() async throws {
        #expect(try await look(.prints(#"{"auth":"trusted"}"#)) == .open)
        #expect(try await look(.prints(#"{"auth":"untrusted"}"#)) == .untrusted)
        let other = #"Error: Get "https://10.64.0.10:8443/1.0": x509: cannot validate certificate for 10.64.0.10"#
        #expect(try await look(.ends(1, other)) == .otherCertificate)
    }

    /// A client that has not answered yet is told from a port at which nobody answers.
    @Test func lateIsNotClosed() async throws {
        let late = ScriptedRunner.Answer.failure(Failure(.timedOut, "too long"))
        #expect(try await look(late) == .unknown)
        #expect(try await look(late, late) == .closed("no answer within 1s"))
        let refused = ScriptedRunner.Answer.ends(1, "bash: connect: Connection refused")
        let words = "Error: Get: Unable to connect to: 10.64.0.10:8443 ([dial tcp: connect: connection refused])"
        #expect(try await look(.ends(1, words), refused) == .closed("connection refused"))
    }
}
