import FoundationEssentials

/// A token by which a client is trusted once: JSON in base64 that names the server's certificate and where it is.
public struct TrustToken: Codable, Sendable, Equatable {
    var clientName: String?
    var fingerprint: String
    var addresses: [String]
    var secret: String
    var expiresAt: String?
    var type: String?

    enum CodingKeys: String, CodingKey {
        case clientName = "client_name"
        case fingerprint, addresses, secret, type
        case expiresAt = "expires_at"
    }

    /// The same token for a client that reaches the server elsewhere than the server knows; a text that is no token is
    /// left as it is.
    public static func readdressed(_ text: String, to address: String) -> String {
        guard let data = Data(base64Encoded: text), var token = try? JSONDecoder().decode(Self.self, from: data) else {
            return text
        }
        if token.addresses.contains(address) { return text }
        token.addresses = [address]
        return (try? JSONEncoder().encode(token).base64EncodedString()) ?? text
    }
}
