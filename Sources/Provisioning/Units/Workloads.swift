/// What is on a cluster, as one look shows.
package struct Workloads: Sendable {
    package var members: [ClusterMember]
    /// The instances of all projects.
    package var instances: [ClusterInstance]
    /// The custom volumes of the pool.
    package var volumes: [ClusterVolume]
    /// The networks, and the interfaces of the member that was asked.
    package var networks: [ListedNetwork]
    /// The storage pool that instances are kept in by default.
    package var pool: String
    /// The network that an instance's first card is on by default.
    package var card: String?
    /// Whether instances have a root disk by default.
    package var hasRoot = true
    /// The cluster's identifier, by which the numbers of tunnels differ from another cluster's.
    package var cluster = ""
    /// How a new network of units gets from one member to the next.
    package var transport = NetworkTransport.multicast(packetSize: 1500)
    /// The same for one that is to be encrypted.
    package var encryptedTransport = NetworkTransport.multicast(packetSize: 1500)

    /// Looks, by the client of a member that answers.
    package static func look(_ client: LXC, _ members: [ClusterMember], withState: Bool = false) async throws
        -> Workloads
    {
        async let instances = client.instances(withState: withState)
        async let networks = client.networks()
        let profile = try await client.profile("default")
        let root = profile.devices.values.first { $0["type"] == "disk" && $0["path"] == "/" }
        let pool = root?["pool"] ?? "default"
        let volumes = try await client.volumes(in: pool)
        var all = try await instances
        if all.contains(where: \.isNameAlone) {
            let notes = try await client.notes(marks: UnitMark.prefix, and: UnitMark.engineIdentifier)
            all = all.map { instance in
                guard instance.isNameAlone else { return instance }
                return instance.with(instance.isOfDefaultProject ? notes[instance.name] ?? InstanceNotes() : nil)
            }
        }
        let identifiers = Dictionary(grouping: all.compactMap { $0.config?[UnitMark.engineIdentifier] }) { $0 }
        for index in all.indices {
            let identifier = all[index].config?[UnitMark.engineIdentifier]
            all[index].isTwin = identifier.map { identifiers[$0]?.count ?? 0 > 1 } ?? false
        }
        var workloads = Workloads(
            members: members, instances: all, volumes: volumes, networks: try await networks, pool: pool,
            card: profile.devices["eth0"]?["network"]
        )
        workloads.hasRoot = root != nil
        return workloads
    }

    package init(
        members: [ClusterMember], instances: [ClusterInstance], volumes: [ClusterVolume], networks: [ListedNetwork],
        pool: String, card: String? = nil
    ) {
        self.members = members
        self.instances = instances
        self.volumes = volumes
        self.networks = networks
        self.pool = pool
        self.card = card
    }

    /// Where instances ask for names: the bridge that their first card is on; `nil` where LXD has none for them.
    package func nameserver(for interface: String?) -> String? {
        networks.first { $0.name == interface ?? card && $0.managed }?.address?.address.description
    }

    /// The unit's instances, by number.
    package func instances(of unit: UnitName) -> [ClusterInstance] {
        instances.filter { $0.unit == unit.text }.sorted { Self.order($0.unitName, $1.unitName) }
    }

    /// Whether the member answers its cluster; one that is evacuated does.
    package func isInReach(_ member: String) -> Bool {
        members.contains { $0.name == member && $0.isReachable }
    }

    /// Whether the instance is on a member that answers.
    package func isInReach(_ instance: ClusterInstance) -> Bool { !instance.isSilent && isInReach(instance.location) }

    /// By the alphabet, and by number where names differ in their last number alone.
    package static func order(_ one: String, _ other: String) -> Bool { key(one) < key(other) }

    private static func key(_ name: String) -> (Substring, Int, String) {
        let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }.count
        return (name.dropLast(digits), Int(name.suffix(digits)) ?? -1, name)
    }
}
