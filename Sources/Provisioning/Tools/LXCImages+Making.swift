/// Images that are made here: a root file system of the user's, and what LXD has to know of it beside that.
extension LXCImages {
    /// The image of that fingerprint, with its properties; `nil` where the cluster has none.
    func listed(_ fingerprint: String, from source: String) async throws -> ListedImage? {
        let question = Command(
            engine.client, ["query", "\(remote):/1.0/images?recursion=1"], output: .secret, about: [.image(source)])
        return try await runner.decoded([ListedImage].self, from: question).first { $0.fingerprint == fingerprint }
    }

    /// What the cluster's members run on, in LXD's word.
    func architecture() async throws -> String {
        struct Server: Decodable {
            struct Environment: Decodable { var architectures: [String] }
            var environment: Environment
        }
        let question = Command(
            engine.client, ["query", "\(remote):/1.0"], assumed: #"{"environment":{"architectures":["x86_64"]}}"#)
        let names = try await runner.decoded(Server.self, from: question).environment.architectures
        guard let first = names.first else {
            throw Failure(
                .conflict, "\(remote) does not report its architecture",
                hint: "see \(engine.client) query \(remote):/1.0")
        }
        return first
    }

    /// Gives the cluster an image in two parts, and answers its fingerprint; a dry run answers the placeholder.
    func give(
        _ metadata: String, _ root: String, from source: String, placeholder: String, limit: Duration
    ) async throws -> String {
        let command = Command(
            engine.client, ["image", "import", metadata, root, "\(remote):"] + Self.inDefaultProject, limit: limit,
            effect: .changes, touches: [.image(source)], assumed: placeholder)
        let answer = try await runner.output(of: command, hint: "see \(engine.client) image list \(remote):")
        if answer == placeholder { return placeholder }
        // The sentence around it is in the user's language.
        let words = answer.split { !$0.isHexDigit }
        guard let fingerprint = words.last(where: { $0.utf8.count == 64 }) else {
            throw Failure(
                .commandFailed, "\(engine.client) does not report the new image", command: command.pasteable,
                output: answer, hint: "see \(engine.client) image list \(remote):")
        }
        return String(fingerprint)
    }
}
