/// Finds members for what lives on a member that is to leave: by the rules for new instances of units, and with what
/// ties an instance to its member.
struct EvacuationPlaces {
    private let findings: Evacuation.Findings
    /// The instances, each where it is once all that has a place has moved.
    private var workloads: Workloads
    private var candidates: [PlacementCandidate]
    /// The volumes, without what is left of moves that were cut off.
    private let volumes: [ClusterVolume]

    init(_ findings: Evacuation.Findings, volumes: [ClusterVolume]) {
        self.findings = findings
        self.volumes = volumes
        workloads = findings.workloads
        candidates = findings.candidates.sorted { Workloads.order($0.member, $1.member) }
    }

    /// What has to move together, by name.
    func groups() -> [Evacuation.Group] {
        var groups = workloads.instances.filter { $0.location == findings.member }.map {
            Evacuation.Group(instances: [$0])
        }
        for volume in volumes where volume.member == findings.member {
            func uses(_ group: Evacuation.Group) -> Bool { group.instances.contains(where: volume.isUsed) }
            let using = groups.filter(uses)
            groups.removeAll(where: uses)
            groups.append(
                Evacuation.Group(
                    instances: using.flatMap(\.instances), volumes: using.flatMap(\.volumes) + [volume]))
        }
        return groups.sorted { Workloads.order($0.name, $1.name) }
    }

    /// The groups with their targets, in their order, and why others have none.
    ///
    /// What comes to share a member with its like, or finds none, has fewer places than what came before it: it chooses
    /// before that in the next try.
    func placed(_ groups: [Evacuation.Group]) -> (groups: [Evacuation.Group], problems: [Failure]) {
        typealias Outcome = (placed: [Int: Evacuation.Group], problems: [Int: Failure], shared: [Int])
        var order = Array(groups.indices)
        var best: Outcome?
        for _ in 0...min(groups.count, 12) {
            var places = self
            var outcome: Outcome = ([:], [:], [])
            for index in order {
                do { outcome.placed[index] = try places.place(groups[index]) } catch {
                    outcome.problems[index] = Failure(error)
                }
            }
            outcome.shared = places.spread(&outcome.placed)
            let score = (outcome.problems.count, outcome.shared.count)
            if best.map({ score < ($0.problems.count, $0.shared.count) }) ?? true { best = outcome }
            guard let unlucky = outcome.problems.keys.min() ?? outcome.shared.first else { break }
            order = [unlucky] + order.filter { $0 != unlucky }
        }
        return (groups.indices.compactMap { best?.placed[$0] }, groups.indices.compactMap { best?.problems[$0] })
    }

    /// Moves what shares its target with its like while another place is free; returns what still shares one.
    private mutating func spread(_ placed: inout [Int: Evacuation.Group]) -> [Int] {
        while true {
            let shared = placed.keys.sorted().filter { index in placed[index].map(sharesTarget) ?? false }
            var hasMoved = false
            for index in shared {
                guard let group = placed[index], sharesTarget(group) else { continue }
                var places = self
                places.note(group, isPlaced: false)
                var unplaced = group
                unplaced.addresses = [:]
                guard let other = try? places.place(unplaced), !places.sharesTarget(other) else { continue }
                self = places
                placed[index] = other
                hasMoved = true
            }
            if !hasMoved { return shared }
        }
    }

    /// Whether others of its unit are on its target.
    private func sharesTarget(_ group: Evacuation.Group) -> Bool {
        guard let unit = demand(of: group).unit else { return false }
        let own = Set(group.instances.map(\.name))
        return workloads.instances.contains {
            $0.location == group.target && $0.unit == unit && !own.contains($0.name)
        }
    }

    /// The group with its target; throws where no member can take it.
    private mutating func place(_ group: Evacuation.Group) throws -> Evacuation.Group {
        let demand = demand(of: group)
        let open = try candidates(for: group).map { candidate($0, for: demand) }
        let choice = try InstancePlacement.choices(
            for: [InstancePlacement.NewMember(name: group.name)], demanding: demand, among: open
        )[0]
        var placed = group
        placed.target = choice.member
        for instance in group.instances {
            placed.addresses[instance.name] = try newAddress(of: instance, on: choice.member)
        }
        note(placed, isPlaced: true)
        return placed
    }

    private func demand(of group: Evacuation.Group) -> InstanceDemand {
        let memory = group.instances.compactMap(\.promisedMemory).sumOfBytes()
        let cores = group.instances.compactMap(\.promisedCores).max() ?? 0
        return InstanceDemand(
            unit: group.instances.lazy.compactMap(\.unit).first, memory: memory, cores: cores,
            // One that listens at the address of its member will listen at that of the other.
            ports: Set(group.instances.flatMap(\.ports).map(\.everywhere)).sorted(), spread: .host)
    }

    /// The member as it is by now.
    ///
    /// Where it has its memory in common with the one that leaves, what moves there needs nothing that it does not have.
    private func candidate(_ candidate: PlacementCandidate, for demand: InstanceDemand) -> PlacementCandidate {
        let here = workloads.instances.filter { $0.location == candidate.member }
        var candidate = candidate
        candidate.own = here.filter { demand.unit != nil && $0.unit == demand.unit }.map(\.name)
        candidate.ports = here.reduce(into: PlacementCandidate.own) { $0.formUnion($1.ports) }
        candidate.owners = PlacementCandidate.owners(of: here)
        if candidate.store == findings.store {
            candidate.freeMemory = max(candidate.freeMemory, demand.memory)
            candidate.cores = max(candidate.cores, demand.cores)
        }
        return candidate
    }

    /// Keeps in mind that the group has its place, or that it does not have it any more.
    private mutating func note(_ group: Evacuation.Group, isPlaced: Bool) {
        let demand = demand(of: group)
        let sign = isPlaced ? 1 : -1
        let names = Set(group.instances.map { "\($0.projectName)/\($0.name)" })
        for index in workloads.instances.indices {
            let instance = workloads.instances[index]
            guard names.contains("\(instance.projectName)/\(instance.name)") else { continue }
            workloads.instances[index].location = isPlaced ? group.target : findings.member
            let own = group.instances.first { $0.name == instance.name }?.expandedDevices?["eth0"]?["ipv4.address"]
            if let address = group.addresses[instance.name], let address = isPlaced ? address : own {
                workloads.instances[index].expandedDevices?["eth0"]?["ipv4.address"] = address
            }
        }
        let store = candidates.first { $0.member == group.target }?.store
        for index in candidates.indices where candidates[index].store == store && store != findings.store {
            candidates[index].freeMemory -= sign * demand.memory
            candidates[index].freeCores -= sign * demand.cores
        }
        for index in candidates.indices where candidates[index].member == group.target {
            candidates[index].instances += sign * group.instances.count
        }
    }

    // MARK: What is possible

    private func candidates(for group: Evacuation.Group) throws -> [PlacementCandidate] {
        guard !candidates.isEmpty else {
            let others = workloads.members.filter { $0.name != findings.member }
            let reasons = others.compactMap { member in member.reasonForNoNewInstances.map { "\(member.name) \($0)" } }
            throw Failure(
                .conflict,
                "no other member can hold \(group.name)\(reasons.isEmpty ? "" : ": \(reasons.joined(separator: ", "))")",
                hint: "run bcmcluster member add, or see bcmcluster status for the others")
        }
        var left = candidates
        func keep(_ why: String, _ hint: String, _ isPossible: (PlacementCandidate) -> Bool) throws {
            left = left.filter(isPossible)
            guard left.isEmpty else { return }
            throw Failure(.conflict, "\(group.name) cannot be moved: \(why)", hint: hint)
        }
        for instance in group.instances {
            if let architecture = instance.architecture {
                try keep("no other member runs \(architecture)", ClusterClient.line("delete", instance.name)) {
                    runs(architecture, $0.member)
                }
            }
            if instance.type == Unit.Kind.vm.type {
                try keep(
                    "no other member can run virtual machines", "see bcmcluster doctor"
                ) { findings.hypervisors.contains($0.member) }
            }
            if let device = instance.tiedDevice {
                try keep(
                    "its device \(device) belongs to the machine of \(findings.member)",
                    "\(ClusterClient.line("config device remove", instance.name)) \(device), or where others have the same: \(ClusterClient.line("config set", instance.name)) cluster.evacuate=migrate"
                ) { $0.store == findings.store }
            }
            // A unit's own fixed address is chosen again.
            if instance.unit == nil, let rival = left.compactMap({ rival(of: instance, on: $0.member) }).first {
                try keep(
                    "\(rival) has its fixed address on \(left.count == 1 ? left[0].member : "each other member")",
                    "give one of the two another address: \(ClusterClient.line("config device set", instance.name)) DEVICE ipv4.address=ADDRESS"
                ) { self.rival(of: instance, on: $0.member) == nil }
            }
        }
        for volume in group.volumes {
            try keep(
                "each other member has a volume \(volume.name) of its own",
                "rename one of them: \(ClusterClient.line("storage volume rename", volume.pool)) \(volume.name) NEW --target MEMBER"
            ) { candidate in !volumes.contains { $0.isNamed(like: volume) && $0.member == candidate.member } }
        }
        return left
    }

    /// Whether the member runs what was made for that architecture.
    private func runs(_ architecture: String, _ member: String) -> Bool {
        guard let own = workloads.members.first(where: { $0.name == member })?.architecture else { return true }
        return own == architecture || ["x86_64": "i686", "aarch64": "armv7l"][own] == architecture
    }

    // MARK: Fixed addresses

    /// An instance of that member that has one of the other's fixed addresses.
    private func rival(of instance: ClusterInstance, on member: String) -> String? {
        let addresses = instance.fixedAddresses
        return workloads.instances.first {
            $0.location == member && !$0.fixedAddresses.isDisjoint(with: addresses)
        }?.name
    }

    /// The address that a unit's instance gets in place of its fixed one, which another instance has on that member;
    /// `nil` where it keeps its own.
    private func newAddress(of instance: ClusterInstance, on member: String) throws -> String? {
        guard instance.unit != nil, let card = instance.devices?["eth0"], let name = card["network"],
            card["ipv4.address"] != nil
        else { return nil }
        let others = workloads.instances.filter {
            [member, findings.member].contains($0.location) && $0.name != instance.name
        }
        guard rival(of: instance, on: member) != nil else { return nil }
        let used = Set(others.flatMap(\.fixedAddresses))
        let range = workloads.networks.first { $0.name == name && $0.managed }?.address
        // One that is free on both members, so that it does no harm where the move does not succeed.
        guard let free = range?.others.first(where: { !used.contains("\(name) \($0)") }) else {
            throw Failure(
                .conflict, "\(instance.name) cannot be moved: the network \(name) has no free address on \(member)",
                hint:
                    "\(ClusterClient.line("network list")) shows the networks, and \(ClusterClient.line("list")) the addresses in use"
            )
        }
        return free.description
    }
}

extension ClusterInstance {
    /// A device that another machine does not have, or not the same: a path or a disk of its member's, a USB or PCI
    /// device; none where its configuration says that it may be moved all the same.
    fileprivate var tiedDevice: String? {
        if expandedConfig?["cluster.evacuate"] == "migrate" { return nil }
        let kinds: Set<String> = ["gpu", "usb", "pci", "unix-block", "unix-hotplug", "infiniband"]
        return (expandedDevices ?? [:]).sorted { $0.key < $1.key }.first { _, device in
            if kinds.contains(device["type"] ?? "") { return true }
            return device["type"] == "disk" && device["pool"] == nil && device["source"]?.hasPrefix("/") ?? false
        }?.key
    }

    /// The addresses that LXD gives its cards, each with the network: `lxdbr0 10.0.3.7`.
    var fixedAddresses: Set<String> {
        Set(
            (expandedDevices ?? [:]).values.flatMap { device in
                ["ipv4.address", "ipv6.address"].compactMap { key in
                    device[key].flatMap { $0 == "none" ? nil : $0 }.map {
                        "\(device["network"] ?? device["parent"] ?? "") \($0)"
                    }
                }
            })
    }

    /// Its proxy devices that listen at another member's address, as they are with that of its own member.
    func proxies(listeningAt own: String, insteadOf addresses: Set<String>) -> [String: Device] {
        (expandedDevices ?? [:]).compactMapValues { device in
            guard device["type"] == "proxy", device["bind"] ?? "host" != "instance",
                let parts = device["listen"]?.split(separator: ":", maxSplits: 2).map(String.init), parts.count == 3,
                parts[1] != own, addresses.contains(parts[1])
            else { return nil }
            var device = device
            device["listen"] = "\(parts[0]):\(own):\(parts[2])"
            return device
        }
    }

    /// Its own devices that name its fixed address, and its own lines for LXC, with another one in its place.
    func readdressed(to address: String) -> (devices: [String: Device], lxc: String?) {
        guard var card = devices?["eth0"], let old = card["ipv4.address"] else { return ([:], nil) }
        card["ipv4.address"] = address
        var changed = ["eth0": card]
        for (name, var device) in devices ?? [:] where device["type"] == "proxy" && device["nat"] == "true" {
            guard let parts = device["connect"]?.split(separator: ":", maxSplits: 2).map(String.init),
                parts.count == 3, parts[1] == old
            else { continue }
            device["connect"] = "\(parts[0]):\(address):\(parts[2])"
            changed[name] = device
        }
        let lxc = config?["raw.lxc"].map { $0.replacing("ipv4.address = \(old)/", with: "ipv4.address = \(address)/") }
        return (changed, lxc == config?["raw.lxc"] ? nil : lxc)
    }
}
