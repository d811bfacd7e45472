/// What a server says of itself: `GET /1.0`.
package struct ServerInfo: Sendable, Equatable, Decodable {
    /// The part about the daemon's surroundings.
    package struct Environment: Sendable, Equatable, Decodable {
        /// Whether it is a member of a cluster.
        package var isClustered: Bool
        /// The cluster's certificate, PEM; the server's own where it is not clustered.
        package var certificate: String
        /// LXD's version.
        package var version: String
        /// The name in the cluster; `none` or empty where there is none.
        package var name: String?

        enum CodingKeys: String, CodingKey {
            case isClustered = "server_clustered"
            case certificate
            case version = "server_version"
            case name = "server_name"
        }
    }

    /// Where the API listens and where the cluster expects it: part of the configuration.
    struct Addresses: Sendable, Equatable, Decodable {
        var api: String?
        var cluster: String?

        enum CodingKeys: String, CodingKey {
            case api = "core.https_address"
            case cluster = "cluster.https_address"
        }
    }

    /// The address at which its cluster expects a member whose API listens elsewhere.
    package struct AddressMismatch: Sendable, Equatable {
        package var expected: String
        /// Where it listens; `nil` is nowhere.
        package var configured: String?
    }

    /// The features that the daemon has.
    package var extensions: [String]
    /// `nil` to clients that may not know.
    var addresses: Addresses?
    /// The daemon's surroundings.
    package var environment: Environment

    enum CodingKeys: String, CodingKey {
        case extensions = "api_extensions"
        case environment
        case addresses = "config"
    }

    /// Where a member of a cluster should listen, and does not; `nil` where it does.
    ///
    /// LXD stops to listen at the cluster's address once `core.https_address` is another (LXD 5.0.2, seen).
    package var addressMismatch: AddressMismatch? {
        guard environment.isClustered, let addresses, let wanted = addresses.cluster, !wanted.isEmpty else {
            return nil
        }
        let configured = addresses.api.flatMap { $0.isEmpty ? nil : $0 }
        func parts(_ address: String) -> (host: Substring, port: Substring) {
            guard let colon = address.lastIndex(of: ":"), !address.hasSuffix("]") else {
                return (address[...], "\(Engine.current.port)")
            }
            return (address[..<colon], address[address.index(after: colon)...])
        }
        let isHeard = configured.map { configured in
            let (own, expected) = (parts(configured), parts(wanted))
            return own.port == expected.port && ["", "0.0.0.0", "[::]", expected.host].contains(own.host)
        }
        return isHeard ?? false ? nil : AddressMismatch(expected: wanted, configured: configured)
    }

    /// How a member proves that it may join, decided by what the daemon answers, here and nowhere else.
    ///
    /// LXD 4.0 before 4.0.7 has neither kind of token (facts: "LXD, by version").
    package var trust: Trust {
        extensions.contains("clustering_join_token") && extensions.contains("certificate_token") ? .tokens : .password
    }
}

extension ServerInfo {
    /// Whether an instance that ends by itself may be restarted: Incus from 6.0.4 on, no LXD up to 6.9.
    var restartsInstances: Bool { extensions.contains("instance_auto_restart") }
}

/// How members and clients are let in.
package enum Trust: Sendable {
    /// By a token that works once.
    case tokens
    /// By the password in `.env`.
    case password
}

/// One member as its cluster sees it: `GET /1.0/cluster/members?recursion=1`.
package struct ClusterMember: Sendable, Equatable, Decodable {
    package var name: String
    /// Where its API is.
    package var url: String
    /// Whether it keeps a copy of the database.
    package var database: Bool
    /// `Online`, `Offline`, `Evacuated` and the like.
    package var status: String
    /// Why it has that status.
    package var message: String
    package var roles: [String]?
    /// What it shares its fate with, such as a host.
    package var failureDomain: String?
    /// Its own configuration, such as `scheduler.instance`; `nil` before LXD 5.0.
    package var config: [String: String]?
    /// Its processors' architecture, such as `x86_64`.
    package var architecture: String?
    /// The cluster groups that it is in; `nil` before LXD 5.0.
    package var groups: [String]?

    enum CodingKeys: String, CodingKey {
        case name = "server_name"
        case url, database, status, message, roles, config, architecture, groups
        case failureDomain = "failure_domain"
    }

    /// Whether it answers its cluster.
    package var isOnline: Bool { status == "Online" }

    /// The key that says for which new instances LXD may choose it: `all`, `group` or `manual`.
    static let schedulingKey = "scheduler.instance"

    /// Why LXD chooses it for no new instance, in a few words; `nil` where it does.
    package var reasonForNoNewInstances: String? {
        if !isOnline { return "is \(status.lowercased())" }
        let scheduling = config?[Self.schedulingKey] ?? "all"
        return scheduling == "all" ? nil : "has \(Self.schedulingKey)=\(scheduling)"
    }

    /// Why a unit of that cluster group does not choose it, in a few words; without a group, why LXD does not.
    func reasonForNoNewInstances(in group: String?) -> String? {
        guard let group, isOnline else { return reasonForNoNewInstances }
        guard groups?.contains(group) ?? false else { return "is not in the group \(group)" }
        // Whoever names its group may choose one that is kept for groups.
        return config?[Self.schedulingKey] == "manual" ? reasonForNoNewInstances : nil
    }

    /// Whether it was closed by `LXC.closeMember`, since it is to leave.
    package var isClosed: Bool { config?[LXC.formerScheduling] != nil }

    /// Whether it waits for members that run an earlier version, or they wait for it.
    package var isBlocked: Bool { status == "Blocked" }

    /// Whether its instances were moved away, so that it takes no new ones.
    package var isEvacuated: Bool { status == "Evacuated" }

    /// Whether it answers its cluster; one that is evacuated does.
    var isReachable: Bool { isOnline || isEvacuated }

    /// The host of its API, where that is an IPv4 address.
    var address: IPv4? {
        let host = url.split(separator: "/", omittingEmptySubsequences: true).last.map(String.init) ?? ""
        return IPv4(host.split(separator: ":").first.map(String.init) ?? "")
    }

    /// Whether it leads the database.
    package var isLeader: Bool { roles?.contains("database-leader") ?? false }
}

/// A key that each member has to give for itself when it joins: part of `GET /1.0/cluster`.
package struct MemberConfigurationKey: Sendable, Equatable, Codable {
    /// `storage-pool` or `network`.
    package var entity: String
    /// The pool's or network's name.
    package var name: String
    package var key: String
    /// The value; empty leaves it to LXD.
    package var value: String
}

/// A network as the cluster keeps it: `GET /1.0/networks/NAME`.
package struct ClusterNetwork: Sendable, Equatable, Decodable {
    /// `Pending`, `Created` or `Errored`.
    package var status: String
    /// The members that have it.
    package var locations: [String]?
    /// `bridge`, `macvlan` and the like.
    var type: String?
    /// The keys that are the same on all members.
    var config: [String: String]?
    /// What uses it, as paths of the API.
    var usedBy: [String]?

    enum CodingKeys: String, CodingKey {
        case status, locations, type, config
        case usedBy = "used_by"
    }
}

/// A profile, as far as it matters here: `GET /1.0/profiles/NAME`.
package struct ClusterProfile: Sendable, Equatable, Decodable {
    /// The devices by name, each a set of keys.
    package var devices: [String: [String: String]]
}

/// What a storage pool holds, in bytes: part of `GET /1.0/storage-pools/NAME/resources`.
package struct StorageUse: Sendable, Equatable, Codable {
    package let used: Int
    package let total: Int
    /// What is left, 0 where more is used than there is.
    package var free: Int { max(0, total - used) }

    /// Makes a value; amounts that no machine has are cut off.
    package init(used: Int, total: Int) {
        self.used = used.clamped(to: Bounds.bytes)
        self.total = total.clamped(to: Bounds.bytes)
    }

    /// Reads a value; amounts that no machine has are cut off.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            used: try values.decode(Int.self, forKey: .used), total: try values.decode(Int.self, forKey: .total))
    }
}
