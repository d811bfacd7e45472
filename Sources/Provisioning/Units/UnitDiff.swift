/// What is to be done to a unit, by its file and by what there is: the part that needs no place for new instances.
///
/// Throws `Failure.conflict` before anything is touched where a name is somebody else's, or data would be lost that nobody
/// named.
public struct UnitDiff {
    /// What a person asked for beside the file.
    public struct Wishes: Sendable {
        /// The instances, or the unit, that may be made anew, with what is on them.
        public var replaced: Set<String>
        /// Whether what is lost with its member is made elsewhere.
        public var reschedules: Bool

        /// Makes a value.
        public init(replaced: Set<String> = [], reschedules: Bool = false) {
            self.replaced = replaced
            self.reschedules = reschedules
        }
    }

    /// An instance that has to be made.
    public struct Newcomer: Sendable, Equatable {
        /// Its number.
        public var number: Int
        /// The lost instance in whose place it is made.
        public var replaces: String?
        /// Why it is made anew, where it was there.
        public var reason: String?
    }

    /// What becomes of what is there, and of networks; removals of instances first.
    public private(set) var changes: [UnitChange] = []
    /// The instances that have to be made, by number.
    public private(set) var newcomers: [Newcomer] = []
    /// What a person has to know, a sentence each.
    public private(set) var remarks: [String] = []
    /// The instances that are out of reach and stay so.
    public private(set) var lost: [String] = []

    /// How many instances within reach stay.
    var kept: Int {
        changes.filter { change in
            guard change.object == .instance, !lost.contains(change.name) else { return false }
            if case .remove = change.work { return false }
            return true
        }.count
    }

    let unit: Unit
    let workloads: Workloads
    let image: String
    let wishes: Wishes
    /// Whether instances are virtual machines.
    public let isVM: Bool

    /// Compares; `image` is what tells the image from others, and `isVM` what new instances are where the file leaves it open.
    public init(_ unit: Unit, _ workloads: Workloads, image: String, isVM: Bool, wishes: Wishes = Wishes()) throws {
        self.unit = unit
        self.workloads = workloads
        self.image = image
        self.wishes = wishes
        self.isVM = isVM
        try checkWishes()
        try checkInterface()
        let present = workloads.instances(of: unit.name)
        let inReach = present.filter { workloads.isInReach($0) }
        lost = present.filter { !workloads.isInReach($0) }.map(\.name)
        let surplus = surplus(of: inReach)
        for instance in inReach {
            if surplus.contains(instance.name) {
                changes.append(removal(of: instance, inReach))
            } else {
                try compare(instance)
            }
        }
        try addNewcomers(present, alive: inReach.count - surplus.count)
        try checkNames(present)
        for instance in present where lost.contains(instance.name) { tell(of: instance) }
        try compareNetworks()
        try compareVolumes(present.filter { !surplus.contains($0.name) })
    }

    // MARK: Instances

    /// Those that are too many: first whose place another has taken, then the highest numbers.
    private func surplus(of inReach: [ClusterInstance]) -> Set<String> {
        let taken = Set(inReach.compactMap { $0.config?[UnitMark.replaces] })
        let order = inReach.sorted { one, other in
            let ranks = (taken.contains(one.name), taken.contains(other.name))
            return ranks.0 == ranks.1 ? Workloads.order(other.name, one.name) : ranks.0
        }
        return Set(order.prefix(max(0, inReach.count - unit.count)).map(\.name))
    }

    private func removal(of instance: ClusterInstance, _ others: [ClusterInstance]) -> UnitChange {
        let heir = others.first { $0.config?[UnitMark.replaces] == instance.name }
        let why = heir.map { "\($0.name) has taken its place" } ?? "count is \(unit.count)"
        return UnitChange(.remove, .instance, instance.name, why, .remove(member: instance.location))
    }

    private mutating func compare(_ instance: ClusterInstance) throws {
        guard let number = unit.name.number(of: instance.name) else {
            throw Failure(
                .conflict,
                "\(instance.name) has the mark of the unit \(unit.name), and is not called like one of its instances",
                remedy: "lxc config unset \(instance.name) \(UnitMark.unit), if it is yours")
        }
        let form = try form(number, on: instance.location, present: instance)
        if let reason = try reasonToReplace(instance, form) {
            changes.append(UnitChange(.remove, .instance, instance.name, reason, .remove(member: instance.location)))
            newcomers.append(Newcomer(number: number, reason: reason))
            return
        }
        let differences = form.differences(from: instance)
        let start = instance.isRunning ? [] : ["is \(instance.status.lowercased()), and is started"]
        guard !(differences + start).isEmpty else {
            changes.append(
                UnitChange(
                    .keep, .instance, instance.name, "on \(instance.location)", .stay(member: instance.location)))
            return
        }
        changes.append(
            UnitChange(
                .change, .instance, instance.name, (differences + start).joined(separator: "; "),
                .edit(
                    member: instance.location, form: differences.isEmpty ? nil : form, starts: !instance.isRunning)))
    }

    /// What the instance of that number is to be on that member; an address is not given twice.
    func form(
        _ number: Int, on member: String, present: ClusterInstance? = nil, without taken: Set<String> = []
    ) throws -> InstanceForm {
        let door =
            isVM && !unit.ports.isEmpty
            ? try VMDoor(of: unit, on: member, present: present, in: workloads, without: taken) : nil
        return InstanceForm(unit, number, image: image, door: door, isVM: isVM, in: workloads)
    }

    /// Why it has to be made anew; throws where it holds something that nobody said may be lost.
    private func reasonToReplace(_ instance: ClusterInstance, _ form: InstanceForm) throws -> String? {
        if !instance.hasRun && !instance.isRunning { return "was never started: a run was cut off" }
        var reasons: [String] = []
        if let old = instance.config?[UnitMark.image], old != image { reasons.append("image \(old) → \(image)") }
        let type = instance.type ?? Unit.Kind.container.type
        let wanted = (isVM ? Unit.Kind.vm : .container).type
        if type != wanted { reasons.append("\(type) → \(wanted)") }
        if let old = instance.devices?["root"]?["size"].flatMap({ ByteSize($0)?.bytes }), let new = unit.disk, new < old
        {
            reasons.append("a smaller disk, \(ByteSize.forLXD(old)) → \(ByteSize.forLXD(new))")
        }
        if reasons.isEmpty { return nil }
        let sentence = reasons.joined(separator: ", ")
        if !wishes.replaced.isDisjoint(with: [instance.name, unit.name.text]) { return sentence }
        throw Failure(
            .conflict, "\(instance.name) would have to be made anew, without what is on it: \(sentence)",
            remedy: "--replace \(instance.name) allows that; its volumes stay")
    }

    private mutating func addNewcomers(_ present: [ClusterInstance], alive: Int) throws {
        let hopeless = present.filter { lost.contains($0.name) && !(wishes.reschedules && isStateless($0)) }
        var replaceable = wishes.reschedules ? lost.filter { name in !hopeless.contains { $0.name == name } } : []
        let heirs = Set(present.compactMap { $0.config?[UnitMark.replaces] })
        replaceable.removeAll { heirs.contains($0) }
        var used = Set(present.compactMap { unit.name.number(of: $0.name) })
        var missing = unit.count - alive - hopeless.filter { !heirs.contains($0.name) }.count
        var number = 1
        while missing > 0 {
            if used.insert(number).inserted {
                let replaces = replaceable.isEmpty ? nil : replaceable.removeFirst()
                newcomers.append(Newcomer(number: number, replaces: replaces))
                missing -= 1
            }
            number += 1
        }
        newcomers.sort { $0.number < $1.number }
    }

    /// Whether nothing would be missing that only its member has.
    private func isStateless(_ instance: ClusterInstance) -> Bool {
        !(instance.devices ?? [:]).keys.contains { $0.hasPrefix("vol-") }
    }

    private mutating func tell(of instance: ClusterInstance) {
        let heir =
            newcomers.first { $0.replaces == instance.name }.map { unit.name.instance($0.number) }
            ?? workloads.instances(of: unit.name).first { $0.config?[UnitMark.replaces] == instance.name }?.name
        let place = "out of reach: \(instance.location) does not answer"
        if let heir {
            changes.append(UnitChange(.keep, .instance, instance.name, "\(place); \(heir) is there in its place"))
            return
        }
        changes.append(UnitChange(.keep, .instance, instance.name, place))
        remarks.append(
            isStateless(instance)
                ? "\(instance.name) is out of reach with \(instance.location); --reschedule makes another one elsewhere"
                : "\(instance.name) is out of reach with \(instance.location), as are its volumes, which no other member has: bcmcluster repair brings that member back"
        )
    }

    // MARK: What would go wrong later

    private func checkWishes() throws {
        let known = Set(workloads.instances(of: unit.name).map(\.name) + [unit.name.text])
        guard let unknown = wishes.replaced.subtracting(known).min() else { return }
        throw Failure(
            .badInput, "--replace \(unknown): \(unit.name) has no instance of that name",
            remedy: Suggestion.nearest(to: unknown, in: known).map { "did you mean \($0)?" })
    }

    private func checkInterface() throws {
        guard let interface = unit.interface else { return }
        let names = workloads.networks.map(\.name).filter { $0 != "lo" } + unit.networks.map(\.name)
        guard !names.contains(interface) else { return }
        throw Failure(
            .conflict, "the members have no network and no interface \(interface)",
            remedy: "there are \(names.sorted().joined(separator: ", "))")
    }

    /// No instance is made whose name is taken.
    private func checkNames(_ present: [ClusterInstance]) throws {
        let ours = Set(present.map(\.name))
        let wanted = Set(newcomers.map { unit.name.instance($0.number) }).subtracting(ours)
        guard let taken = workloads.instances.first(where: { $0.isOfDefaultProject && wanted.contains($0.name) }) else {
            return
        }
        let owner = taken.unit.map { "belongs to the unit \($0)" } ?? "was not made by bcmcluster"
        throw Failure(
            .conflict, "there is an instance \(taken.name) already, which \(owner)",
            remedy: "choose another name for the unit, or rename that one: lxc rename \(taken.name) NEW")
    }

    // MARK: Networks and volumes

    private mutating func compareNetworks() throws {
        for network in unit.networks {
            let keys = ["ipv4.address=\(network.address)"]
            guard let there = workloads.networks.first(where: { $0.name == network.name }), there.status != "Pending"
            else {
                try checkAllOnline(for: network.name)
                let all = keys + ["ipv6.address=none", "\(UnitMark.unit)=\(unit.name)"]
                changes.append(
                    UnitChange(
                        .add, .network, network.name, "\(network.address) on every member", .makeNetwork(keys: all)))
                continue
            }
            guard there.unit == unit.name.text else {
                throw Failure(
                    .conflict, "there is a network \(network.name) already, which \(Self.owner(there.unit))",
                    remedy: "choose another name, or attach to that one: interface = \"\(network.name)\"")
            }
            let old = there.config?["ipv4.address"] ?? "none"
            changes.append(
                old == network.address
                    ? UnitChange(.keep, .network, network.name)
                    : UnitChange(
                        .change, .network, network.name, "\(old) → \(network.address)", .setNetwork(keys: keys)))
        }
        for network in workloads.networks where network.unit == unit.name.text {
            if unit.networks.contains(where: { $0.name == network.name }) { continue }
            changes.append(
                UnitChange(.remove, .network, network.name, "not in the file any more", .removeNetwork))
        }
    }

    /// LXD makes a network on all members or on none.
    private func checkAllOnline(for network: String) throws {
        guard let away = workloads.members.first(where: { !$0.isOnline && !$0.isEvacuated }) else { return }
        throw Failure(
            .conflict, "the network \(network) cannot be made while \(away.name) is \(away.status.lowercased())",
            remedy: "bcmcluster status says what is the matter with \(away.name)")
    }

    private mutating func compareVolumes(_ staying: [ClusterInstance]) throws {
        for instance in staying {
            guard let number = unit.name.number(of: instance.name) else { continue }
            for volume in unit.volumes { try compare(volume, number, on: instance.location) }
        }
    }

    /// What is left of volumes that no instance has any more; said by whoever has compared all.
    func unusedVolumes(_ changes: [UnitChange]) -> [UnitChange] {
        let known = Set(changes.filter { $0.object == .volume }.map(\.name))
        return workloads.volumes.filter { $0.unit == unit.name.text && !known.contains($0.name) }.map { volume in
            let place = volume.member.map { "on \($0), " } ?? ""
            return UnitChange(.keep, .volume, volume.name, "\(place)kept: no instance of the file has it")
        }
    }

    /// The volumes of new instances are compared as soon as these have a place.
    mutating func compare(_ volume: Unit.Volume, _ number: Int, on member: String) throws {
        let name = unit.volumeName(volume, number)
        if changes.contains(where: { $0.object == .volume && $0.name == name }) { return }
        guard let there = workloads.volumes.first(where: { $0.name == name }) else {
            let size = volume.size.map { ["size=\(ByteSize.forLXD($0))"] } ?? []
            let marks = ["\(UnitMark.unit)=\(unit.name)", "\(UnitMark.volume)=\(volume.name)"]
            let details = (volume.size.map { [ByteSize.forLXD($0)] } ?? []) + ["on \(member)"]
            changes.append(
                UnitChange(
                    .add, .volume, name, details.joined(separator: " "), .makeVolume(member: member, keys: size + marks)
                ))
            return
        }
        guard there.unit == unit.name.text else {
            throw Failure(
                .conflict, "there is a volume \(name) already, which \(Self.owner(there.unit))",
                remedy: "choose another name for the volume, or rename that one: lxc storage volume rename")
        }
        let old = there.config["size"].flatMap { ByteSize($0)?.bytes }
        guard let size = volume.size, size != old else {
            changes.append(UnitChange(.keep, .volume, name, there.member.map { "on \($0)" } ?? ""))
            return
        }
        if let old, size < old {
            throw Failure(
                .conflict,
                "the volume \(name) would shrink from \(ByteSize.forLXD(old)) to \(ByteSize.forLXD(size)), and might lose what is on it",
                remedy: "leave the size as it is, or move the data to a new volume")
        }
        let words = "\(old.map(ByteSize.forLXD) ?? "as large as the pool") → \(ByteSize.forLXD(size))"
        changes.append(
            UnitChange(
                .change, .volume, name, words,
                .setVolume(member: there.member, keys: ["size=\(ByteSize.forLXD(size))"])))
    }

    static func owner(_ unit: String?) -> String {
        unit.map { "belongs to the unit \($0)" } ?? "was not made by bcmcluster"
    }
}
