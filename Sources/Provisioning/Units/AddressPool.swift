/// The addresses of a network of units: who has which, and which one comes next.
///
/// bcmcluster gives them, since members do not know of each other's: the engine notices an address that two instances of one
/// member have, and not that two members give it (LXD 5.0.2, Incus 6.0.4). DHCP has a part of its own, of which it gives none.
struct AddressPool: Sendable, Equatable {
    /// The members' address on the network, and its range.
    let range: NetworkAddress
    /// The names of the instances that have an address.
    private var owners: [IPv4: String]

    /// The pool of a network on which instances have these addresses.
    init(_ range: NetworkAddress, owners: [IPv4: String]) {
        self.range = range
        self.owners = owners
    }

    /// The one address of DHCP's part: dnsmasq has to have a range, and gives none of it to whom it does not know.
    static func dynamic(in range: NetworkAddress) -> IPv4 {
        let last = range.subnet.address(range.subnet.count - 2)
        return last == range.address ? range.subnet.address(range.subnet.count - 3) : last
    }

    /// Whether an instance can have it.
    static func isForInstances(_ address: IPv4, in range: NetworkAddress) -> Bool {
        range.subnet.isForMachines(address) && address != range.address && address != dynamic(in: range)
    }

    /// How many addresses instances can have.
    static func capacity(of range: NetworkAddress) -> Int { max(0, range.subnet.count - 4) }

    /// Gives an instance an address.
    ///
    /// It is the one that it has, where nobody else has it; else that of its number in the unit, or the lowest that is free.
    /// Throws `Failure.conflict` where there is none.
    mutating func take(for instance: String, number: Int, keeping own: IPv4?, in network: String) throws -> IPv4 {
        let wish = range.subnet.address(1 + number)
        let all = (1..<max(1, range.subnet.count - 1)).lazy.map { [range] in range.subnet.address($0) }
        let found =
            [own, wish].compactMap { $0 }.first { isFree($0, for: instance) } ?? all.first { isFree($0, for: instance) }
        guard let found else {
            throw Failure(
                .conflict, "the network \(network), \(range.subnet), has no address left for \(instance)",
                hint: "give it a larger range: address = \"10.77.0.1/20\" in [[network]], with another name")
        }
        owners[found] = instance
        return found
    }

    /// Gives an instance the address that its file says; throws `Failure.conflict` where another has it.
    mutating func take(_ address: IPv4, for instance: String, in network: String) throws -> IPv4 {
        guard isFree(address, for: instance) else {
            let owner = owners[address].map { "belongs to \($0)" } ?? "is not for instances"
            throw Failure(
                .conflict, "\(instance) cannot have the address \(address): on the network \(network) it \(owner)",
                hint: "choose another address in [instance], or leave it out")
        }
        owners[address] = instance
        return address
    }

    /// Leaves an address to another instance.
    mutating func leave(_ address: IPv4, to other: String) { owners[address] = other }

    private func isFree(_ address: IPv4, for instance: String) -> Bool {
        Self.isForInstances(address, in: range) && owners[address].map { $0 == instance } ?? true
    }
}

extension Workloads {
    /// The pool of a network, with what instances have of it, also of those whose members do not answer.
    func addressPool(of network: String, _ range: NetworkAddress) -> AddressPool {
        var owners: [IPv4: String] = [:]
        // What a user has copied has the address of its original.
        let (units, others) = (instances.filter { $0.unit != nil }, instances.filter { $0.unit == nil })
        for instance in units.sorted(by: { Self.order($0.name, $1.name) }) + others {
            for address in instance.addresses(on: network) where owners[address] == nil {
                owners[address] =
                    instance.isOfDefaultProject ? instance.name : "\(instance.projectName)/\(instance.name)"
            }
        }
        return AddressPool(range, owners: owners)
    }

    /// What is in use of a network: its range, how many addresses were given to instances, and how many there are.
    package func use(
        of network: ListedNetwork
    ) -> (subnet: String?, spansMembers: Bool, given: Int, capacity: Int?) {
        let given = Set(instances.flatMap { $0.addresses(on: network.name) }).count
        let isOfUnits = network.tunnel != nil
        return (
            network.address?.subnet.description, isOfUnits, given,
            isOfUnits ? network.address.map(AddressPool.capacity) : nil
        )
    }

    /// The range of a network that has none yet: the first that no network of the cluster has, nor the members' own.
    func freeRange() throws -> NetworkAddress {
        let taken = networks.compactMap { $0.address?.subnet }
        // What else is on the members' own network is not known here.
        let near = members.compactMap { $0.address.map { Subnet($0, prefix: 16) } }
        for block in Self.ranges {
            if (taken + near).contains(where: block.overlaps) { continue }
            return NetworkAddress(address: block.address(1), in: block)
        }
        throw Failure(
            .conflict, "every range of \(Self.firstRange) to \(Self.lastRange) is in use on the cluster",
            hint: "give the network one: address = \"10.77.0.1/24\" in [[network]]")
    }

    /// Ranges of 1020 addresses, beside those of the clusters and of the engines' own bridges.
    private static var ranges: some Sequence<Subnet> {
        (0..<448).lazy.map { Subnet(IPv4(bits: firstRange.base.bits + $0 << 10), prefix: 22) }
    }
    private static let firstRange = Subnet(IPv4(bits: 10 << 24 | 249 << 16), prefix: 22)
    private static let lastRange = Subnet(IPv4(bits: 10 << 24 | 255 << 16 | 252 << 8), prefix: 22)
}

extension ClusterInstance {
    /// The addresses that it has on a network of the engine's, as its cards say.
    func addresses(on network: String) -> [IPv4] {
        (expandedDevices ?? devices ?? [:]).values.filter { $0["type"] == "nic" && $0["network"] == network }
            .compactMap { $0["ipv4.address"].flatMap(IPv4.init) }
    }
}
