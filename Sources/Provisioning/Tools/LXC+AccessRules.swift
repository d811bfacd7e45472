/// Who gets into a network from outside: an access control list of the engine's.
struct AccessRules: Sendable, Equatable {
    let name: String
    let network: String
    /// The members' address on the network, which alone is let in.
    let gateway: IPv4
    /// What else is let in, from anywhere.
    var openPorts: [OpenPort] = []

    /// A port of an instance, or a range of them.
    struct OpenPort: Sendable, Hashable {
        /// `tcp` or `udp`.
        var transport: String
        var address: IPv4
        /// `80`, or `8000-8010`.
        var ports: String

        var text: String { "\(transport):\(address):\(ports)" }
    }
}

/// Networks that all members have, and who gets into them.
extension LXC {
    /// Gives a network keys; what else it has stays.
    ///
    /// They go on standard input, since a value can be long.
    func editNetwork(_ name: String, _ keys: [String: String]) async throws {
        let question = query("/1.0/networks/\(name)", assumed: #"{"config":{}}"#)
        // In a dry run it may be one that an earlier unit of the command would make.
        let assumed = StepScope.isReview ? NetworkProperties(config: [:]) : nil
        guard var properties = try await found(NetworkProperties.self, question) ?? assumed else {
            throw Failure(.notFound, "network \(name) not found")
        }
        for (key, value) in keys { properties.config[key] = value.isEmpty ? nil : value }
        var command = change(["network", "edit", name], limit: .seconds(300))
        command.input = try JSONText.yaml(properties)
        try await runner.output(of: command)
    }

    /// Makes the access rules of a network, or puts them right; throws `Failure.conflict` for rules that are not ours.
    func put(_ rules: AccessRules) async throws {
        let list = AccessControlList(rules)
        guard let present = try await accessControlList(rules.name) else {
            try await run(
                change(["query", "--request", "POST", "--data", try list.text, "/1.0/network-acls"], in: nil),
                unless: [.nameTaken])
            return
        }
        guard present.isOurs(of: rules.network) else {
            throw Failure(
                .conflict, "the network ACL \(rules.name) already exists, and was not created by bcmcluster",
                hint: "choose another name for the network, or \(ClusterClient.line("network acl delete", rules.name))")
        }
        if present != list { try await send("PUT", list, to: "/1.0/network-acls/\(rules.name)") }
    }

    /// Removes the access rules of a network that is gone; those that are not ours stay.
    func removeAccessRules(_ name: String, of network: String) async throws {
        let present = try await StepScope.outcome(assuming: true) {
            try await accessControlList(name)?.isOurs(of: network) ?? false
        }
        if present { try await run(change(["network", "acl", "delete", name]), unless: [.notFound]) }
    }

    private func accessControlList(_ name: String) async throws -> AccessControlList? {
        try await found(AccessControlList.self, query("/1.0/network-acls/\(name)"))
    }
}

/// What a network can be given again: `PUT /1.0/networks/NAME`.
private struct NetworkProperties: Codable {
    var config: [String: String]
    var description: String?
}

/// An access control list: `/1.0/network-acls/NAME`.
private struct AccessControlList: Codable, Equatable {
    struct Rule: Codable, Equatable {
        var action: String
        var source: String?
        var destination: String?
        var transport: String?
        var ports: String?
        var state: String

        private enum CodingKeys: String, CodingKey {
            case action, source, destination, state
            case transport = "protocol"
            case ports = "destination_port"
        }

        init(from source: IPv4) { (action, self.source, state) = ("allow", source.description, "enabled") }

        init(to port: AccessRules.OpenPort) {
            (action, destination, state) = ("allow", port.address.description, "enabled")
            (transport, ports) = (port.transport, port.ports)
        }
    }

    var name: String
    var config: [String: String]
    var ingress: [Rule]
    var egress: [Rule]

    /// The key that says whose it is.
    private static let mark = "user.bcm.network"

    init(_ rules: AccessRules) {
        name = rules.name
        config = [Self.mark: rules.network]
        ingress = [Rule(from: rules.gateway)] + rules.openPorts.map(Rule.init(to:))
        egress = []
    }

    var text: String { get throws { try JSONText.text(self, isCompact: true).trimmed } }

    func isOurs(of network: String) -> Bool { config[Self.mark] == network }
}
