/// What an instance demands of a member, and which instances it is kept apart from.
struct InstanceDemand: Sendable, Equatable {
    /// The unit whose instances it is kept apart from; `nil` where it belongs to none.
    var unit: String?
    var memory: Int
    var cores: Int
    var ports: [MemberPort]
    /// What it does not share with the unit's others while another is free.
    var spread: Unit.Spread
    /// Whether all of the unit's instances use one volume, and so live on one member.
    var sharesVolume = false
    /// The cluster group on whose members it goes.
    var group: String?
}

extension Unit {
    /// What each of its instances demands.
    var demand: InstanceDemand {
        InstanceDemand(
            unit: name.text, memory: memory, cores: cores, ports: ports.flatMap(\.members), spread: spread,
            sharesVolume: volumes.contains { !$0.isPerInstance }, group: group)
    }
}

/// Where each new instance of a unit goes: not beside its like while another place is free, then by free memory and
/// processors.
package struct InstancePlacement {
    package struct NewMember: Sendable, Equatable {
        package var name: String
        /// Volumes that are there already, each with its member, which is then the only place.
        package var pins: [String: String]

        package init(name: String, pins: [String: String] = [:]) {
            self.name = name
            self.pins = pins
        }
    }

    /// A place, and why it is that one.
    package struct Choice: Sendable, Equatable {
        package var name: String
        package var member: String
        /// Why, in words.
        package var reason: String
    }

    /// What each of them demands.
    private let demand: InstanceDemand
    /// The members that may be chosen, which change as instances are placed.
    private var candidates: [PlacementCandidate]
    /// Where the volume is that all instances share, as soon as one of them has a place.
    private var shared: String?

    private init(_ demand: InstanceDemand, _ candidates: [PlacementCandidate]) {
        self.demand = demand
        self.candidates = candidates.sorted { Workloads.order($0.member, $1.member) }
    }

    /// A place for each newMember, in their order; throws `Failure.conflict` where one does not fit.
    package static func choices(for newMembers: [NewMember], of unit: Unit, among candidates: [PlacementCandidate])
        throws -> [Choice]
    {
        try choices(for: newMembers, demanding: unit.demand, among: candidates)
    }

    /// The same for instances that are alike, of a unit or not.
    static func choices(
        for newMembers: [NewMember], demanding demand: InstanceDemand, among candidates: [PlacementCandidate]
    ) throws -> [Choice] {
        var placement = InstancePlacement(demand, candidates)
        let isPinnedAll = demand.sharesVolume
        if isPinnedAll { placement.shared = placement.candidates.first { !$0.own.isEmpty }?.member }
        // Who has only one place comes first: another, which has a choice, does not take it then.
        let order = newMembers.indices.sorted { one, other in
            let isPinned = (!newMembers[one].pins.isEmpty, !newMembers[other].pins.isEmpty)
            return isPinned.0 == isPinned.1 ? one < other : isPinned.0
        }
        var choices: [Int: Choice] = [:]
        for index in order {
            let choice = try placement.place(newMembers[index])
            if isPinnedAll { placement.shared = choice.member }
            choices[index] = choice
        }
        return newMembers.indices.compactMap { choices[$0] }
    }

    private mutating func place(_ newMember: NewMember) throws -> Choice {
        let (possible, pin) = try pinned(newMember)
        let fitting = try fitting(newMember, among: possible)
        let apart = leastCrowded(fitting)
        let best = mostFree(apart)
        let candidate = candidates[best]
        var reasons = pin.map { [$0] } ?? memoryReason(best, among: apart)
        if pin == nil, let group = demand.group {
            reasons =
                possible.count == 1 ? ["the only member of the group \(group)"] : reasons + ["in the group \(group)"]
        }
        if let spread = spreadReason(candidate, among: possible) { reasons.append(spread) }
        if reasons.isEmpty {
            reasons = [fitting.count == 1 ? "the only member with room" : "fewest instances of the unit"]
        }
        for index in candidates.indices where candidates[index].store == candidate.store {
            candidates[index].freeMemory -= demand.memory
            candidates[index].freeCores -= demand.cores
        }
        candidates[best].instances += 1
        candidates[best].own.append(newMember.name)
        candidates[best].ports.formUnion(ports)
        candidates[best].owners.merge(ports.map { ($0, newMember.name) }) { found, _ in found }
        return Choice(name: newMember.name, member: candidate.member, reason: reasons.joined(separator: ", "))
    }

    private var ports: [MemberPort] { demand.ports }

    // MARK: What is possible

    /// The places that its volumes leave, and why it is only one.
    private func pinned(_ newMember: NewMember) throws -> (places: [Int], reason: String?) {
        let all = Array(candidates.indices)
        let pins = newMember.pins.sorted { $0.key < $1.key }
        guard let first = pins.first else {
            guard let shared else { return (try open(all, for: newMember), nil) }
            return (all.filter { candidates[$0].member == shared }, "the shared volume is there")
        }
        if let other = pins.first(where: { $0.value != first.value }) {
            throw Failure(
                .conflict,
                "\(newMember.name) cannot be placed: its volume \(first.key) is on \(first.value), \(other.key) on \(other.value)",
                hint: "bring them together with \(ClusterClient.line("storage volume move", "POOL/VOLUME"))")
        }
        if let shared, shared != first.value {
            throw Failure(
                .conflict,
                "\(newMember.name) cannot be placed: its volume \(first.key) is on \(first.value), the shared one on \(shared)",
                hint: "per-instance = true gives each instance volumes of its own")
        }
        let places = all.filter { candidates[$0].member == first.value }
        guard !places.isEmpty else {
            throw Failure(
                .conflict,
                "\(newMember.name) cannot be placed: its volume \(first.key) is on \(first.value), which is not online",
                hint: "see bcmcluster status with \(first.value)")
        }
        return (places, "its volume \(first.key) is there")
    }

    /// The places that the user lets be chosen; where its data is, an instance may go all the same.
    private func open(_ places: [Int], for newMember: NewMember) throws -> [Int] {
        let open = places.filter { candidates[$0].closed == nil }
        guard open.isEmpty else { return open }
        let reasons = places.compactMap { place in candidates[place].closed.map { "\(candidates[place].member) \($0)" }
        }
        throw Failure(
            .conflict,
            "\(newMember.name) cannot be placed: no member takes new instances: \(reasons.joined(separator: ", "))",
            hint: closedHint)
    }

    private var closedHint: String {
        if let group = demand.group {
            return
                "put members into the group: \(ClusterClient.line("cluster group assign", "MEMBER")) default,\(group)"
        }
        if demand.ports.contains(where: { $0.address != nil }) {
            return "leave the address out of listen, or name one that members have"
        }
        return
            "\(ClusterClient.line("cluster unset", "MEMBER")) \(ClusterMember.schedulingKey), or bcmcluster member add"
    }

    /// The places that have room for it; throws the sentence that says what is missing.
    private func fitting(_ newMember: NewMember, among places: [Int]) throws -> [Int] {
        let open = places.filter { candidates[$0].ports.conflict(among: ports) == nil }
        guard !open.isEmpty else {
            let common = ports.first { port in places.allSatisfy { candidates[$0].ports.conflict(among: [port]) != nil }
            }
            let taken = places.map { place in common ?? candidates[place].ports.conflict(among: ports) }
            let port = common?.text ?? Set(taken.compactMap(\.self)).sorted().map(\.text).joined(separator: " and ")
            let owners = zip(places, taken).compactMap { place, port in
                port.flatMap(candidates[place].owner).map { "on \(candidates[place].member) by \($0)" }
            }
            throw Failure(
                .conflict,
                "\(newMember.name) cannot be placed: on each member that it could go to, port \(port) is taken"
                    + (owners.isEmpty ? "" : ": \(owners.joined(separator: ", "))"),
                hint: "a member can use a port once: lower count, add members, or choose another port")
        }
        let strong = open.filter { candidates[$0].cores >= demand.cores }
        guard !strong.isEmpty else {
            let most = open.map { candidates[$0].cores }.max() ?? 0
            throw Failure(
                .conflict,
                "\(newMember.name) cannot be placed: it needs \(demand.cores) cores, and no member has more than \(most)",
                hint: "lower cores")
        }
        let roomy = strong.filter { candidates[$0].freeMemory >= demand.memory }
        guard !roomy.isEmpty else {
            let best = strong.max { candidates[$0].freeMemory < candidates[$1].freeMemory }.map { candidates[$0] }
            let free = ByteSize.brief(max(0, best?.freeMemory ?? 0))
            throw Failure(
                .conflict,
                "\(newMember.name) cannot be placed: it needs \(ByteSize.brief(demand.memory)) of memory, and \(best?.member ?? "no member") has most, \(free)",
                hint: "lower memory or count, or add members: bcmcluster member add")
        }
        return roomy
    }

    // MARK: What is best

    /// The places with the fewest of the unit's instances on themselves, and of these those with the fewest on their host.
    ///
    /// A host without any has no member with one either; and no member has two while another is free.
    private func leastCrowded(_ places: [Int]) -> [Int] {
        guard demand.spread != .none else { return places }
        let fewest = places.map { candidates[$0].own.count }.min() ?? 0
        let left = places.filter { candidates[$0].own.count == fewest }
        guard demand.spread == .host else { return left }
        let onHosts = left.map { onHost(of: $0) }.min() ?? 0
        return left.filter { onHost(of: $0) == onHosts }
    }

    private func onHost(of place: Int) -> Int {
        candidates.filter { $0.host == candidates[place].host }.map(\.own.count).reduce(0, +)
    }

    /// The place with most memory, then most processors, then fewest instances, then the first by name.
    private func mostFree(_ places: [Int]) -> Int {
        places.min { Self.rank(candidates[$0]) < Self.rank(candidates[$1]) } ?? 0
    }

    /// Memory counts by 64 MiB: what the machines themselves use goes up and down.
    private static func rank(_ candidate: PlacementCandidate) -> (Int, Int, Int) {
        (-(candidate.freeMemory >> 26), -candidate.freeCores, candidate.instances)
    }

    // MARK: Why

    private func memoryReason(_ best: Int, among places: [Int]) -> [String] {
        guard places.count > 1 else { return candidates.count == 1 ? ["the only member"] : [] }
        let others = places.filter { $0 != best }.map { Self.rank(candidates[$0]) }
        let rank = Self.rank(candidates[best])
        if others.allSatisfy({ rank.0 < $0.0 }) { return ["most free memory"] }
        if others.allSatisfy({ (rank.0, rank.1) < ($0.0, $0.1) }) { return ["most free cores"] }
        if others.allSatisfy({ rank < $0 }) { return ["fewest instances"] }
        return ["least loaded"]
    }

    private func spreadReason(_ candidate: PlacementCandidate, among places: [Int]) -> String? {
        guard demand.spread != .none, places.count > 1, candidate.own.isEmpty else { return nil }
        let elsewhere = candidates.filter { $0.member != candidate.member }
        let isHostEmpty = elsewhere.allSatisfy { $0.host != candidate.host || $0.own.isEmpty }
        if demand.spread == .host, isHostEmpty,
            let other = elsewhere.first(where: { $0.host != candidate.host && !$0.own.isEmpty })
        {
            return "spread from \(Self.names(other.own))"
        }
        return elsewhere.first { !$0.own.isEmpty }.map { "spread from \(Self.names($0.own))" }
    }

    private static func names(_ names: [String]) -> String { names.sorted(by: Workloads.order).first ?? "" }
}
