/// Images that the server itself fetches.
extension LXC {
    /// Has the server pull an image of a registry of containers, and answers its fingerprint; a dry run answers the placeholder.
    ///
    /// No remote of the client's is needed: the request names the registry.
    func pullImage(
        _ reference: String, _ properties: [String: String], placeholder: String, limit: Duration
    ) async throws -> String {
        struct Request: Encodable {
            struct Source: Encodable {
                var type = "image"
                var mode = "pull"
                var `protocol` = "oci"
                var server: String
                var alias: String
            }
            var source: Source
            var properties: [String: String]
        }
        struct Answer: Decodable {
            struct Outcome: Decodable { var fingerprint: String }
            var metadata: Outcome
        }
        let (host, path) = ContainerRegistry.parts(of: reference)
        let request = Request(source: .init(server: "https://\(host)", alias: path), properties: properties)
        let data = try JSONText.text(request, isCompact: true).trimmed
        var command = change(
            ["query", "--wait", "--request", "POST", "--data", data, "/1.0/images"], in: nil, limit: limit)
        command.touches = [.image(reference)]
        command.assumed = #"{"metadata":{"fingerprint":"\#(placeholder)"}}"#
        let answer = try await runner.output(
            of: command,
            hint: "check it with skopeo inspect docker://\(reference); "
                + "a registry that asks for a login: skopeo login \(host), and then the same command again")
        return try command.decode(Answer.self, from: answer).metadata.fingerprint
    }
}

extension ServerInfo {
    /// Whether the server pulls images of registries of containers itself: Incus from 6.3 on, with `skopeo` on its machine.
    var pullsContainerImages: Bool { extensions.contains("instance_oci") }
}
