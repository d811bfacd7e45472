#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where an image comes from.
package enum ImageSource: Sendable, Equatable {
    /// A file of the user's: an image in one archive.
    case file(String)
    /// An image of one of the client's remotes, `REMOTE:ALIAS`.
    case remote(String)

    /// The alias that the image gets: its own, or the file's name up to the first dot; `nil` where that makes none.
    package var alias: String? {
        let text =
            switch self {
            case .file(let path): path.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? ""
            case .remote(let name): name.split(separator: ":", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
            }
        let isPlain = text.utf8.allSatisfy { $0 > 32 && $0 < 127 } && !text.hasPrefix("-")
        return isPlain && !text.isEmpty ? text : nil
    }
}

/// An image as a cluster keeps it: `GET /1.0/images/FINGERPRINT`.
package struct ClusterImage: Sendable, Equatable, Decodable {
    /// `container` or `virtual-machine`.
    package var type: String
}

/// The images of a cluster, by the user's own client.
package struct LXCImages: Sendable {
    let runner: any CommandRunner
    let engine: Engine
    /// The cluster's remote.
    let remote: String

    /// The images of the cluster that the client knows by that remote.
    package init(_ runner: any CommandRunner, engine: Engine, remote: String) {
        self.runner = runner
        self.engine = engine
        self.remote = remote
    }

    /// The fingerprint of an image, wherever it is: for a file, the sum of its bytes.
    package func fingerprint(of source: ImageSource, isVM: Bool = false) async throws -> String {
        let text: String?
        switch source {
        case .file(let path):
            text = try await runner.output(of: Command("sha256sum", ["--", path], limit: .seconds(120)))
                .split(separator: " ").first.map { String($0.drop { $0 == "\\" }) }
        case .remote(let name):
            let words = ["image", "info", name] + (isVM ? ["--vm"] : [])
            let command = Command(engine.client, words, limit: .seconds(90)).with(.all).needed
            let lists = "see \(engine.client) remote list and \(engine.client) image list REMOTE:"
            text = try await runner.output(of: command, hint: lists)
                .split(separator: "\n").first { $0.hasPrefix("Fingerprint: ") }?.dropFirst(13).trimmed
        }
        guard let text, text.utf8.count == 64, text.utf8.allSatisfy({ 48...57 ~= $0 || 97...102 ~= $0 }) else {
            throw Failure(
                .commandFailed, "the fingerprint of the image is unknown", hint: "see \(engine.client) image info")
        }
        return text
    }

    /// The image; `nil` where the cluster has none of that fingerprint.
    package func image(_ fingerprint: String) async throws -> ClusterImage? {
        let command = Command(
            engine.client, ["query", "\(remote):/1.0/images/\(fingerprint)"], about: [.image(fingerprint)],
            assumed: #"{"type":"container"}"#)
        let result = try await runner.run(command)
        if result.reports(EngineError.notFound) { return nil }
        guard result.succeeded else { throw Failure(command, result) }
        return try command.decode(ClusterImage.self, from: result.output)
    }

    /// Brings the image to the cluster.
    package func bring(
        _ source: ImageSource, _ fingerprint: String, isVM: Bool = false, isAliased: Bool = true, limit: Duration
    ) async throws {
        let alias = isAliased ? source.alias.map { ["--alias", $0] } ?? [] : []
        let words =
            switch source {
            case .file(let path):
                ["image", "import", path.hasPrefix("-") ? "./\(path)" : path, "\(remote):"] + Self.inDefaultProject
            // The source's project is the one that the user has chosen for that remote.
            case .remote(let name):
                ["image", "copy", name, "\(remote):", "--target-project", "default"] + (isVM ? ["--vm"] : [])
            }
        var command = Command(
            engine.client, words + alias, limit: limit, effect: .changes, touches: [.image(fingerprint)])
        if case .remote = source { command.proxies = .exceptFor([try await host()]) }
        try await runner.output(of: command, hint: "see \(engine.client) image list \(remote):")
    }

    /// Where the client reaches the cluster, without the port.
    private func host() async throws -> String {
        let address = try await LXCRemotes(runner, engine: engine).all()[remote]?.address ?? ""
        return address.replacing("https://", with: "").split(separator: ":").first.map(String.init) ?? ""
    }

    /// The words without which the client takes the project that its user has chosen for the cluster's remote.
    static let inDefaultProject = ["--project", "default"]

    /// What the names of instances begin with that `place` makes.
    private static let prefix = "bcm-preload-"
    /// The key and value that mark an instance as made by `place`.
    private static let mark = (key: "user.bcmcluster", value: "preload")

    /// Makes an instance of the image on a member and removes it again: the image stays there.
    ///
    /// The instance has a name of this run's; what runs that were killed have left there goes first.
    package func place(
        _ fingerprint: String, isVM: Bool, on member: String, run: String, limit: Duration
    ) async throws {
        for leftover in try await leftovers(on: member, besides: fingerprint) {
            try await discard("\(remote):\(leftover)")
        }
        let instance = "\(remote):\(Self.prefix)\(member)-\(run)"
        let words =
            ["init", "\(remote):\(fingerprint)", instance, "--target", member, "--quiet"] + Self.inDefaultProject
        let command = Command(
            engine.client, words + ["--config", "\(Self.mark.key)=\(Self.mark.value)"] + (isVM ? ["--vm"] : []),
            limit: limit, effect: .changes, touches: [.image(fingerprint)])
        let result = try await leavingNothing(instance) { try await runner.run(command) }
        guard result.succeeded else { throw Failure(command, result) }
        try await discard(instance)
    }

    /// The instances on a member that former runs have made and not removed, by name and mark.
    private func leftovers(on member: String, besides fingerprint: String) async throws -> [String] {
        let question = Command(
            engine.client, ["query", "\(remote):/1.0/instances?recursion=1&project=default"],
            about: [.image(fingerprint)], assumed: "[]")
        return try await runner.decoded([ClusterInstance].self, from: question).filter {
            $0.location == member && $0.name.hasPrefix(Self.prefix) && $0.config?[Self.mark.key] == Self.mark.value
        }.map(\.name)
    }

    /// Does the work, and removes what a cancelled one may have made.
    private func leavingNothing(
        _ instance: String, _ work: () async throws -> CommandResult
    ) async throws -> CommandResult {
        do { return try await work() } catch {
            if (try? await isOurs(instance)) == true { try? await discard(instance) }
            throw error
        }
    }

    private func isOurs(_ instance: String) async throws -> Bool {
        let words = ["config", "get", instance, Self.mark.key] + Self.inDefaultProject
        var command = Command(engine.client, words, limit: .seconds(30))
        command.outlivesCancellation = true
        return try await runner.output(of: command).trimmed == Self.mark.value
    }

    private func discard(_ instance: String) async throws {
        var command = Command(
            engine.client, ["delete", "--force", instance] + Self.inDefaultProject, limit: .seconds(90),
            effect: .changes)
        command.outlivesCancellation = true
        let result = try await runner.run(command)
        guard result.succeeded || result.reports(EngineError.notFound, .doneByAnother) else {
            throw Failure(command, result)
        }
    }
}
