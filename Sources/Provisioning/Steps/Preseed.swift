/// The preseeds of first and joining members, rendered from the two templates.
struct Preseed {
    let context: PlanContext
    let member: MemberName

    /// What the first member is given.
    func first(address: String, trust: Trust, secret: String?) async throws -> String {
        let settings = await context.store.state.settings
        var configuration = "core.https_address: \(Template.quotedForYAML("\(address):\(context.engine.port)"))"
        for (key, value) in await DaemonProxies(context).keys {
            configuration += ", \(key): \(Template.quotedForYAML(value))"
        }
        if trust == .password {
            configuration += ", core.trust_password: \(Template.quotedForYAML(try await password(secret)))"
        }
        return try context.templates.template(.masterPreseed).rendered([
            "BCM_CLUSTER_ENDPOINT_NAME": .text(member.text), "BCM_LXD_ADDRESS": .text(address),
            "BCM_LXD_CONFIG": .verbatim("{\(configuration)}"), "BCM_LXD_STORAGE": .text(settings.storage.rawValue),
            "BCM_LXD_POOL_CONFIG": .verbatim(Self.poolConfiguration(settings.storage, await poolValues)),
        ])
    }

    /// What a member that joins is given.
    func joining(address: String, credential: JoinCredential, keys: [MemberConfigurationKey]) async throws -> String {
        let entries = keys.map { key in
            let pairs = [("entity", key.entity), ("name", key.name), ("key", key.key), ("value", key.value)]
            return "{" + pairs.map { "\($0): \(Template.quotedForYAML($1))" }.joined(separator: ", ") + "}"
        }
        return try context.templates.template(.memberPreseed).rendered([
            "BCM_CLUSTER_ENDPOINT_NAME": .text(member.text),
            "BCM_LXD_ADDRESS": .text("\(address):\(context.engine.port)"),
            "BCM_LXD_JOIN_CREDENTIAL": .verbatim(credential.lines),
            "BCM_LXD_MEMBER_CONFIG": .verbatim("[\(entries.joined(separator: ", "))]"),
        ])
    }

    /// The password of LXD 4.0, which is the first member's secret.
    func password(_ secret: String?) async throws -> String {
        guard let secret, !secret.isEmpty else {
            let first = await context.store.state.first
            throw Failure(
                .badInput,
                "this \(context.engine.title) does not support join tokens, and \(context.folder.environment(first)) has no BCM_LXD_SECRET",
                hint: "write BCM_LXD_SECRET=… into that file")
        }
        return secret
    }

    /// What the user gives for the first member's own pool, by key.
    private var poolValues: [String: String] {
        get async {
            let values = await context.store.state.member(member)?.values ?? [:]
            return values.reduce(into: [:]) { found, value in
                if value.key.hasPrefix("default."), !value.value.isEmpty {
                    found[String(value.key.dropFirst(8))] = value.value
                }
            }
        }
    }

    /// A pool on a loop file takes a size; a folder takes nothing, and a pool that has its own place neither.
    private static func poolConfiguration(_ driver: StorageDriver, _ own: [String: String]) -> String {
        var values = own.mapValues(Template.quotedForYAML)
        if driver.hasLoopFile, own["source"] == nil, own["size"] == nil { values["size"] = loopFileSize }
        return "{\(values.sorted { $0.key < $1.key }.map { "\($0): \($1)" }.joined(separator: ", "))}"
    }

    /// The size of a pool's loop file: what fits a VM's default disk of 30G.
    static let loopFileSize = "20GiB"
}

/// What proves that a member may join.
enum JoinCredential {
    /// LXD 5.0 and newer.
    case token(String)
    /// LXD 4.0: the first member's address and port, the cluster's certificate, and the password.
    case password(address: String, certificate: String, password: String)

    /// The lines of the preseed's `cluster` part.
    var lines: String {
        switch self {
        case .token(let token): "cluster_token: \(Template.quotedForYAML(token))"
        case .password(let address, let certificate, let password):
            """
            cluster_address: \(Template.quotedForYAML(address))
            cluster_certificate: \(Template.quotedForYAML(certificate))
            cluster_password: \(Template.quotedForYAML(password))
            """
        }
    }
}
