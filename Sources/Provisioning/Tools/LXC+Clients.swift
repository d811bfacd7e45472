/// The clients that may administer the server.
extension LXC {
    /// The certificates that the server trusts, without those of its cluster's own members.
    public func trustedClients() async throws -> [TrustedClient] {
        try await runner.decoded([TrustedClient].self, from: query("/1.0/certificates?recursion=1"))
            .filter { $0.type != "server" }
    }

    /// Trusts a client's certificate, which is public, under that name; one that is trusted already is fine.
    ///
    /// LXD before 5.0 takes no name, and gives the certificate one itself.
    public func trust(_ certificate: String, as name: String, isNamed: Bool) async throws {
        var command = change(engine.trustArguments + (isNamed ? ["--name", name] : []))
        command.input = certificate
        try await run(command, unless: [.alreadyTrusted])
    }
}

/// A client whose certificate a server trusts: `GET /1.0/certificates?recursion=1`.
public struct TrustedClient: Sendable, Equatable, Decodable {
    /// The name under which the certificate was added; not unique.
    public var name: String
    /// `client` or `metrics`; `server` for a member of the cluster.
    public var type: String
    /// The certificate, PEM.
    public var certificate: String
    /// SHA-256 of the certificate, 64 hexadecimal digits.
    public var fingerprint: String

    /// As much of the fingerprint as LXD shows in its lists, and takes in its commands.
    public var shortFingerprint: String { String(fingerprint.prefix(12)) }
}
