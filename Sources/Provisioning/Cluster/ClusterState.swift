#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What was decided once for a whole cluster, and holds for every member that joins later.
package struct ClusterSettings: Sendable, Equatable, Codable {
    /// Where machines come from.
    package var provider: ProviderName
    /// The driver of the storage pool.
    package var storage: StorageDriver
    /// The image of the VMs; other providers have none.
    package var image: String?
    /// The snap channel of LXD in the VMs, or on hosts that get it as a snap.
    package var channel: String?
    /// multipass: a network for a further interface; namespace: the subnet that was asked for.
    package var network: String?
    /// The processors of a VM, as `up --cpus` gave them; the default of members that are added later.
    package var cpus: String?
    /// The memory of a VM, as `up --memory` gave it; the default of members that are added later.
    package var memory: String?
    /// The disk of a VM, as `up --disk` gave it; the default of members that are added later.
    package var disk: String?

    package init(
        provider: ProviderName, storage: StorageDriver, image: String? = nil, channel: String? = nil,
        network: String? = nil, cpus: String? = nil, memory: String? = nil, disk: String? = nil
    ) {
        self.provider = provider
        self.storage = storage
        self.image = image
        self.channel = channel
        self.network = network
        self.cpus = cpus
        self.memory = memory
        self.disk = disk
    }

    /// The value of a setting, as text; of a size that of members added later, `nil` where none was given to `up`, and for
    /// the engine, which the state itself names.
    package func value(of setting: Setting) -> String? {
        switch setting {
        case .provider: provider.rawValue
        case .engine: nil
        case .storage: storage.rawValue
        case .image: image
        case .channel: channel
        case .network: network
        case .cpus: cpus
        case .memory: memory
        case .disk: disk
        }
    }

    /// Takes another value for a setting; provider and engine stay, and so does a storage driver that there is not.
    mutating func set(_ setting: Setting, to value: String) {
        switch setting {
        case .provider, .engine: break
        case .storage: storage = StorageDriver(rawValue: value) ?? storage
        case .image: image = value
        case .channel: channel = value
        case .network: network = value
        case .cpus: cpus = value
        case .memory: memory = value
        case .disk: disk = value
        }
    }

    /// The sizes of members that are added later, as far as `up` was given them.
    package var sizes: [Setting: String] {
        Dictionary(uniqueKeysWithValues: Setting.sizes.compactMap { size in value(of: size).map { (size, $0) } })
    }
}

/// What the tool made, or is about to make: `cluster.json`.
package struct ClusterState: Sendable, Equatable, Codable {
    /// One member and its machine.
    package struct Member: Sendable, Equatable, Codable {
        package var name: MemberName
        /// The address, where the provider decides it before the machine is made.
        package var address: IPv4?
        /// The host that its machine is on; `nil` is the machine that the tool runs on.
        package var host: HostName?
        /// The values that it joins with of networks and storage pools that are members' own: `uplink.parent` is `eth1`.
        package var values: [String: String]?
        /// What its machine was made with; `nil` where a version made it that did not write this.
        package var sizes: MachineSizes?

        package init(name: MemberName, address: IPv4? = nil, host: HostName? = nil) {
            self.name = name
            self.address = address
            self.host = host
        }
    }

    /// A host that the cluster is spread over.
    package struct HostAddress: Sendable, Equatable, Codable {
        package var host: HostName
        /// Where the other hosts reach it.
        package var address: IPv4
        /// Its number in the cluster, which is its own for as long as it is one of its hosts.
        package var number: Int

        package init(host: HostName, address: IPv4, number: Int) {
            self.host = host
            self.address = address
            self.number = number
        }
    }

    /// The remote that the user's client has for the cluster.
    package struct Remote: Sendable, Equatable, Codable {
        /// The name: that of the first member.
        package var name: String
        /// The remotes that were the default before, the latest first; what is still there is put back when this one goes.
        package var formerDefaults: [String]
        /// Whether it was made the default: from then on it is the user's to choose another.
        package var wasMadeDefault: Bool
        /// The certificate that it was added with, which tells it from the user's own of the same name.
        package var certificate: String?
        /// The name that it had, while it is being renamed: until that has ended, the client has it under either.
        package var renamedFrom: String?

        /// Makes an entry for a remote that is about to be added.
        package init(name: String, formerDefaults: [String] = []) {
            self.name = name
            self.formerDefaults = formerDefaults
            wasMadeDefault = false
        }
    }

    /// The version of the file's form that this program writes and reads.
    package static let currentVersion = 2

    /// The version of the file's form.
    package var version: Int
    package var name: ClusterName
    /// Eight hexadecimal digits that mark everything on a host as this cluster's.
    package var identifier: String
    /// When it was first asked for, in seconds since 1970.
    package var created: Int
    package var engine: Engine
    /// What holds for all members.
    package var settings: ClusterSettings
    /// The subnet of the namespace provider.
    package var subnet: Subnet?
    /// The hosts that it is spread over, in the order in which they were given; `nil` where all of it is on this machine.
    package var spread: [HostAddress]?
    /// The port of the hosts by which clients elsewhere reach the members' API.
    package var port: Int?
    /// Every member that was ever asked for and not removed, by number.
    package var members: [Member]
    /// The remote, recorded before it is added.
    package var remote: Remote?
    /// The fingerprints of the clients that may administer the cluster: the user's own, and those that the user accepted.
    package var clients: [String]?
    /// The member that took the first one's place, where number 0 was removed or lost.
    package var successor: MemberName?
    /// Whether `destroy` has begun: what is left is no cluster any more.
    package var isDeleting: Bool?
    /// The fingerprints of the images that were made here, by what they were made from: of an image's properties nobody
    /// knows who set them.
    package var images: [String: String]?
    /// The snapshot to which the cluster goes back: until that has ended, its machines may be of different times.
    package var restoring: SnapshotName?
    /// The archive from which the cluster is being imported: until that has ended, its machines are incomplete.
    package var importing: String?
    /// Whether `up` has given the cluster its bridge and the default profile its card: from then on both are the user's.
    package var hasBridge: Bool?
    /// The cluster file that was last applied; `nil` where none was.
    package var file: AppliedFile?

    package init(
        name: ClusterName, identifier: String, created: Int, settings: ClusterSettings, engine: Engine = .standard
    ) {
        version = Self.currentVersion
        self.name = name
        self.identifier = identifier
        self.created = created
        self.engine = engine
        self.settings = settings
        members = []
    }

    /// The member that the others join through, and on which the remote and the certificate hang: number 0, or its
    /// successor.
    package var first: MemberName { successor ?? MemberName(name, 0) }

    package func host(of name: MemberName) -> HostName { member(name)?.host ?? .local }

    /// Whether its members have to reach each other from host to host.
    package var isOnSeveralHosts: Bool { hosts.count > 1 }

    /// The hosts that its machines are on, or could be.
    package var hosts: [HostName] { spread?.map(\.host) ?? [.local] }

    package func members(on host: HostName) -> [MemberName] { members.map(\.name).filter { self.host(of: $0) == host } }

    /// The value of a setting, as text; of a size that of members added later.
    package func value(of setting: Setting) -> String? {
        setting == .engine ? engine.name : settings.value(of: setting)
    }

    /// The cluster-wide settings, for the first member's `.env`.
    package var decided: [Setting: String] {
        var decided: [Setting: String] = [:]
        for setting in Setting.allCases where setting.isClusterWide { decided[setting] = value(of: setting) }
        return decided
    }

    /// The entry of that member.
    package func member(_ name: MemberName) -> Member? { members.first { $0.name == name } }
}

extension ClusterState {
    /// A state of form 2, or of form 1, which version 0.1.0 wrote: it named no engine, and one key differently.
    static func decoded(from data: Data) throws -> ClusterState {
        struct Former: Decodable { var isGoing: Bool? }
        var state = try JSONDecoder().decode(ClusterState.self, from: data)
        if state.version == 1 {
            state.version = currentVersion
            state.isDeleting = try state.isDeleting ?? JSONDecoder().decode(Former.self, from: data).isGoing
        }
        return state
    }

    /// The state with those members too.
    package func including(_ members: [MemberName]) -> ClusterState {
        var grown = self
        let present = Set(self.members.map(\.name))
        grown.members += members.filter { !present.contains($0) }.map { Member(name: $0) }
        grown.members.sort { $0.name < $1.name }
        return grown
    }
}
