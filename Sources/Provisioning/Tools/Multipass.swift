/// Typed commands of multipass 1.13 and newer (facts: "multipass").
public struct Multipass: Sendable {
    private let runner: any CommandRunner

    /// The multipass that the runner reaches.
    public init(_ runner: any CommandRunner) { self.runner = runner }

    /// A machine as `list` shows it.
    public struct Instance: Sendable, Equatable, Decodable {
        /// The name.
        public var name: String
        /// `Running`, `Stopped`, `Deleted`, `Starting` and so on.
        public var state: String
        /// The addresses; the first is the management address and may be `N/A`.
        public var ipv4: [String]
        /// The image, such as `Ubuntu 24.04 LTS`; `Not Available` for one that multipass knows nothing of.
        public var release: String?

        /// The image, where multipass knows which it is.
        public var image: String? { release.flatMap { ["", "Not Available"].contains($0) ? nil : $0 } }
        /// The management address, if it has one yet.
        public var address: IPv4? { ipv4.first.flatMap(IPv4.init) }
        /// The address on the network that it was launched with, beside the one that multipass gives all; multipass lists
        /// the interfaces in their order, and the VM's own bridges come last.
        public var addressOnNetwork: IPv4? { ipv4.dropFirst().first.flatMap(IPv4.init) }
    }

    /// A network to which a machine can be connected, as `networks` shows it.
    public struct Network: Sendable, Equatable, Decodable {
        /// The name for `--network`.
        public var name: String
        /// `ethernet`, `wifi`, `bridge` and the like.
        public var type: String
    }

    /// The networks to which machines can be connected; some drivers know none, and say so with a failure.
    public func networks() async throws -> [Network] {
        struct List: Decodable { var list: [Network] }
        return try await decodedTwice(List.self, ["networks", "--format", "json"], assumed: #"{"list":[]}"#).list
    }

    /// What `version` says.
    public struct Version: Sendable, Equatable, Decodable {
        /// The client's version.
        public var multipass: String
        /// The daemon's version; absent where the client could not reach one.
        public var multipassd: String?
    }

    /// The versions of client and daemon.
    public func version() async throws -> Version {
        try await decodedTwice(Version.self, ["version", "--format", "json"], assumed: #"{"multipass":"1.16.3"}"#)
    }

    /// All machines, deleted ones too.
    public func list() async throws -> [Instance] {
        try await decodedTwice(List.self, ["list", "--format", "json"], assumed: #"{"list":[]}"#).list
    }

    /// How many machines there are; `nil` where there is no multipass, which a dry run does not assume either.
    public func count() async -> Int? {
        let command = Command("multipass", ["list", "--format", "json"])
        guard let result = try? await runner.run(command), result.succeeded else { return nil }
        return try? command.decode(List.self, from: result.output).list.count
    }

    private struct List: Decodable { var list: [Instance] }

    /// Whether a machine has the name, or will have: `list` does not show one whose image is still being fetched.
    ///
    /// Asked by the launch of an image file that is not there, which makes nothing: only of files multipass looks at the
    /// name before the image (1.13 to 1.16).
    public func isTaken(_ name: String) async throws -> Bool {
        let command = Command(
            "multipass", ["launch", "file:///no-such-image-asked-by-bcmcluster", "--name", name], assumed: "")
        var refusals = 0
        var result = CommandResult()
        for _ in 0..<3 {
            result = try await runner.run(command)
            let says = { (words: String) in result.errors.contains(words) }
            if says("is being prepared") || says("already exists") { return true }
            if result.succeeded || says("Custom image") { return false }
            // It may refuse in other words; those of a connection say nothing.
            if result.errors.hasPrefix("launch failed: ") && !Self.isOfConnection(result.errors) { refusals += 1 }
            if refusals == 2 { return false }
        }
        throw Failure(command, result)
    }

    /// Starts a machine.
    public func start(_ name: String, limit: Duration) async throws { try await change(["start", name], name, limit) }

    /// Starts a machine anew.
    public func restart(_ name: String, limit: Duration) async throws {
        try await change(["restart", name], name, limit)
    }

    /// Stops a machine.
    public func stop(_ name: String) async throws { try await change(["stop", name], name, .seconds(300)) }

    /// Removes that one machine for good, and its name becomes free.
    public func delete(_ name: String) async throws {
        try await change(["delete", "--purge", name], name, .seconds(300))
    }

    func change(_ arguments: [String], _ name: String, _ limit: Duration, input: String? = nil) async throws {
        var command = Command(
            "multipass", arguments, input: input, limit: limit, effect: .changes, touches: [.machine(name)])
        command.shownInput = input.map { ShownInput(hiding: $0, called: "user-data") }
        try await runner.output(of: command)
    }

    /// A command that only reads is worth one more try: a busy daemon resets connections now and then.
    func decodedTwice<Answer: Decodable>(
        _ type: Answer.Type, _ arguments: [String], assumed: String
    ) async throws -> Answer {
        let command = Command("multipass", arguments, limit: .seconds(60), assumed: assumed)
        do {
            return try await runner.decoded(type, from: command)
        } catch let failure as Failure where failure.code == .commandFailed && Self.isPassing(failure.output ?? "") {
            return try await runner.decoded(type, from: command)
        }
    }

    private static func isPassing(_ message: String) -> Bool {
        message.contains("Connection reset by peer") || message.contains("timed out after")
    }

    private static func isOfConnection(_ message: String) -> Bool {
        isPassing(message) || message.contains("cannot connect to the multipass socket")
    }
}
