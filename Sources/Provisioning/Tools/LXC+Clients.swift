/// The clients that may administer the server.
extension LXC {
    /// The certificates that the server trusts, without those of its cluster's own members.
    package func trustedClients() async throws -> [TrustedClient] {
        var question = query("/1.0/certificates?recursion=1")
        question.about = [.clients]
        return try await runner.decoded([TrustedClient].self, from: question)
            .filter { $0.type != "server" }
    }

    /// Whether the server trusts the certificate of this client.
    package func isTrusted() async throws -> Bool {
        struct Access: Decodable { var auth: String }
        return try await runner.decoded(Access.self, from: query("/1.0")).auth == "trusted"
    }

    /// Trusts a client's certificate, which is public, under that name; one that is trusted already is fine.
    ///
    /// LXD before 5.0 takes no name, and gives the certificate one itself.
    package func trust(_ certificate: String, as name: String, isNamed: Bool) async throws {
        var command = change(engine.trustArguments + (isNamed ? ["--name", name] : []))
        command.input = certificate
        command.touches = [.clients]
        try await run(command, unless: [.alreadyTrusted])
    }
}

/// A client whose certificate a server trusts: `GET /1.0/certificates?recursion=1`.
package struct TrustedClient: Sendable, Equatable, Decodable {
    /// The name under which the certificate was added; not unique.
    package var name: String
    /// `client` or `metrics`; `server` for a member of the cluster.
    package var type: String
    package var certificate: String
    /// SHA-256 of the certificate, 64 hexadecimal digits.
    package var fingerprint: String

    /// As much of the fingerprint as LXD shows in its lists, and takes in its commands.
    package var shortFingerprint: String { String(fingerprint.prefix(12)) }
}
