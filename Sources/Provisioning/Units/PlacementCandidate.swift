/// A member as a place for instances: what it has, and what of it is promised.
package struct PlacementCandidate: Sendable, Equatable {
    package var member: String
    package var host: String
    /// Who shares the memory: machines of the namespace provider have that of their host.
    package var store: String
    /// Free memory, in bytes: what neither is used nor promised.
    package var freeMemory: Int
    package var cores: Int
    /// Processors that are promised to no instance; below zero where more are.
    package var freeCores: Int
    /// How many instances there are.
    package var instances: Int
    /// The unit's own instances.
    package var own: [String]
    /// The ports that instances listen on.
    package var ports: Set<MemberPort>
    /// Who has which of these ports.
    var owners: [MemberPort: String] = [:]
    /// Why it takes no new instances, in a few words; `nil` where it does.
    var closed: String?

    /// What a store has, which its members share.
    package struct Store: Sendable {
        let name: String
        let resources: MemberResources
        let members: Set<String>

        /// The memory of those members.
        package init(name: String, resources: MemberResources, members: Set<String>) {
            self.name = name
            self.resources = resources
            self.members = members
        }
    }

    /// The ports on which members themselves listen: the engine's API, names and addresses for the bridges, and the tunnels
    /// of networks (8472 is the kernel's own for VXLAN).
    static var own: Set<MemberPort> {
        let tunnels = [8472, MemberLink.port, MemberMesh.port].map { MemberPort(.udp, $0) }
        return Set(
            [MemberPort(.tcp, Engine.current.port), MemberPort(.tcp, 53), MemberPort(.udp, 53), MemberPort(.udp, 67)]
                + tunnels)
    }

    package init(
        member: String, host: String, store: String, freeMemory: Int, cores: Int, freeCores: Int, instances: Int = 0,
        own: [String] = [], ports: Set<MemberPort> = []
    ) {
        self.member = member
        self.host = host
        self.store = store
        self.freeMemory = freeMemory
        self.cores = cores
        self.freeCores = freeCores
        self.instances = instances
        self.own = own
        self.ports = ports
    }

    /// The member as a place, as it is once those instances have gone.
    package init(
        _ member: String, on host: String, _ store: Store, for unit: Unit, in workloads: Workloads,
        without gone: Set<String>
    ) {
        self.init(member, on: host, store, for: unit.demand, in: workloads, without: gone)
    }

    /// The same for instances that are alike, of a unit or not.
    init(
        _ member: String, on host: String, _ store: Store, for demand: InstanceDemand, in workloads: Workloads,
        without gone: Set<String> = []
    ) {
        func isOwn(_ instance: ClusterInstance) -> Bool { demand.unit != nil && instance.unit == demand.unit }
        let staying = workloads.instances.filter { !gone.contains($0.name) || !isOwn($0) }
        let sharing = staying.filter { store.members.contains($0.location) }
        let here = staying.filter { $0.location == member }
        // The unit's own are given what the file says.
        let others = sharing.filter { !isOwn($0) }
        let ours = sharing.count - others.count
        let promised = (others.compactMap(\.promisedMemory) + [ours * demand.memory]).sumOfBytes()
        let memory = store.resources.memory
        self.member = member
        self.host = host
        self.store = store.name
        freeMemory = memory.total - max(memory.used, promised)
        cores = store.resources.cpu.total
        freeCores =
            cores
            - others.compactMap(\.promisedCores).reduce(ours * demand.cores, +)
        instances = here.count
        own = here.filter(isOwn).map(\.name)
        ports = here.reduce(into: Self.own) { $0.formUnion($1.ports) }.union(own.isEmpty ? [] : demand.ports)
        owners = Self.owners(of: here)
        if let first = here.first(where: isOwn) {
            owners.merge(demand.ports.map { ($0, first.shownOwner) }) { found, _ in found }
        }
        closed = workloads.members.first { $0.name == member }?.reasonForNoNewInstances(
            in: demand.group)
    }
}

extension PlacementCandidate {
    /// Who has that port, or one that nobody can have beside it.
    func owner(of port: MemberPort) -> String? {
        owners[port] ?? owners.filter { $0.key.conflicts(with: port) }.min { $0.key < $1.key }?.value
    }

    /// Who has which port of the member that these instances are on.
    static func owners(of here: [ClusterInstance]) -> [MemberPort: String] {
        let engines = own.map { ($0, Engine.current.title) }
        return Dictionary(here.flatMap { one in one.ports.map { ($0, one.shownOwner) } } + engines) { first, _ in first
        }
    }
}

extension ClusterInstance {
    /// The memory that it is promised, in bytes; `nil` where it has no limit, or one in percent.
    var promisedMemory: Int? { expandedConfig?["limits.memory"].flatMap { ByteSize($0)?.bytes } }

    /// The processors that it is promised; `nil` where it has no limit, or a list of them.
    var promisedCores: Int? { expandedConfig?["limits.cpu"].flatMap(Int.init)?.clamped(to: Bounds.counts) }
}
