/// The remotes of the user's own `lxc`, on the user's own machine.
package struct LXCRemotes: Sendable {
    private let runner: any CommandRunner
    private let engine: Engine

    /// The remotes of the client that the runner reaches.
    package init(_ runner: any CommandRunner, engine: Engine) {
        self.runner = runner
        self.engine = engine
    }

    /// A remote as the client keeps it.
    package struct Remote: Sendable, Equatable, Decodable {
        package var address: String?

        private enum CodingKeys: String, CodingKey {
            case address = "Addr"
            case addresses = "Addrs"
        }

        /// A remote at that address.
        package init(address: String? = nil) { self.address = address }

        /// Reads the one address; Incus 7 keeps a list, whose first it asks first.
        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            let addresses = try container.decodeIfPresent([String].self, forKey: .addresses)
            address = try container.decodeIfPresent(String.self, forKey: .address) ?? addresses?.first
        }
    }

    /// All remotes by name.
    package func all() async throws -> [String: Remote] {
        try await runner.decoded(
            [String: Remote].self,
            from: Command(engine.client, ["remote", "list", "--format", "json"]))
    }

    /// The name of the default remote; one that the client does not know is no answer.
    package func defaultRemote(among known: [String: Remote]) async throws -> String {
        let command = Command(engine.client, ["remote", "get-default"], assumed: "local")
        let name = try await runner.output(of: command).trimmed
        guard name == "local" || known[name] != nil else {
            throw Failure(
                .commandFailed,
                "\(engine.client) has no remote \(Shell.quoted(name.clipped)), though it names it as its default",
                hint: "see \(engine.client) remote list, and choose one with \(engine.client) remote switch")
        }
        return name
    }

    /// Adds a remote at which the client's certificate is trusted, and pins whatever certificate it finds there.
    ///
    /// The caller compares that with the one which came through the provider. No secret is sent.
    package func add(_ name: String, address: String) async throws {
        try await runner.output(
            of: change(["remote", "add", name, address, "--accept-certificate"], limit: .seconds(90)))
    }

    /// Makes the client's key pair where it has none; the caller looks whether it is there.
    package func makeKeys() async throws { _ = try await runner.run(change(engine.keyArguments, limit: .seconds(90))) }

    /// Makes a remote the default.
    package func makeDefault(_ name: String) async throws {
        try await runner.output(of: change(["remote", "switch", name]))
    }

    /// Gives a remote another name, also as the default; what it trusts goes along.
    package func rename(_ name: String, to other: String) async throws {
        try await runner.output(of: change(["remote", "rename", name, other]))
    }

    /// Changes where a remote leads; what it trusts stays.
    package func setAddress(of name: String, to address: String) async throws {
        try await runner.output(of: change(["remote", "set-url", name, address]))
    }

    /// Removes a remote, which must not be the default.
    package func remove(_ name: String) async throws {
        try await runner.output(of: change(["remote", "remove", name]))
    }

    private func change(_ arguments: [String], limit: Duration = .seconds(30)) -> Command {
        Command(engine.client, arguments, limit: limit, effect: .changes)
    }
}
