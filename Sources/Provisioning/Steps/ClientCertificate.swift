#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The certificate by which the user's own `lxc` is known to servers; public, unlike its key.
struct ClientCertificate {
    /// As the client keeps it, PEM.
    let text: String

    /// The client's certificate; `nil` where it has none yet.
    static func read(_ context: PlanContext) throws -> ClientCertificate? {
        try context.files.read(context.clientConfiguration.ownCertificate).map(ClientCertificate.init)
    }

    /// The client's certificate, which the client makes where it has none.
    static func made(_ context: PlanContext) async throws -> ClientCertificate {
        if let own = try read(context) { return own }
        try await context.remotes.makeKeys()
        let placeholder = ClientCertificate(text: "<certificate of your \(context.engine.client)>")
        guard let own = try await StepScope.outcome(assuming: placeholder, { try read(context) }) else {
            throw Failure(
                .commandFailed,
                "\(context.engine.client) has not created a certificate at \(context.clientConfiguration.ownCertificate)",
                hint: "run \(context.engine.client) remote add with any https address to see why")
        }
        return own
    }

    /// Whether the server trusts this certificate under that entry: the same bytes, whatever stands around them.
    func isCertificate(of client: TrustedClient) -> Bool { Self.body(text) == Self.body(client.certificate) }

    /// The name under which a server keeps it: some engines refuse two certificates of one name.
    func name(_ environment: (String) -> String?) -> String {
        let user = (environment("SUDO_USER") ?? environment("USER") ?? "").filter {
            $0.isASCII && ($0.isLetter || $0.isNumber)
        }
        // The end of the certificate is its signature.
        let mark = Data(base64Encoded: Self.body(text)).map { $0.suffix(6) } ?? Data()
        let digits = mark.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return ["bcmcluster", user, SystemCalls.hostName, digits.isEmpty ? "<id>" : digits].filter { !$0.isEmpty }
            .joined(separator: "-")
    }

    /// The base64 of the first certificate in the text.
    private static func body(_ pem: String) -> String {
        let lines = pem.split { $0.isNewline }.map(\.trimmed)
        return lines.drop { !$0.hasPrefix("-----BEGIN") }.dropFirst().prefix { !$0.hasPrefix("-----END") }.joined()
    }
}
