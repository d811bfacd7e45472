/// Instances: which stay, change, go, and have to be made.
extension UnitDiff {
    /// Those that are too many: first whose place another has taken, then the highest numbers.
    func surplus(of inReach: [ClusterInstance]) -> Set<String> {
        let taken = Set(inReach.compactMap { $0.config?[UnitMark.replaces] })
        let order = inReach.sorted { one, other in
            let ranks = (taken.contains(one.unitName), taken.contains(other.unitName))
            return ranks.0 == ranks.1 ? Workloads.order(other.unitName, one.unitName) : ranks.0
        }
        return Set(order.prefix(max(0, inReach.count - unit.count)).map(\.name))
    }

    func removal(of instance: ClusterInstance, _ others: [ClusterInstance]) -> UnitChange {
        let successor = others.first { $0.config?[UnitMark.replaces] == instance.unitName }
        let why = successor.map { "replaced by \($0.name)" } ?? "count is \(unit.count)"
        return deletion(of: instance, why)
    }

    /// One that was never started has nothing on its root disk that could be lost.
    private func deletion(of instance: ClusterInstance, _ why: String) -> UnitChange {
        UnitChange(
            .remove, .instance, instance.name, why, .remove(member: instance.location),
            losesData: !instance.isUnfinished)
    }

    /// Compares an instance that stays with what its file says.
    mutating func compare(_ instance: ClusterInstance) throws {
        guard let number = unit.name.number(of: instance) else { return }
        let form = try form(number, on: instance.location, present: instance)
        if let reason = try reasonToReplace(instance, number) {
            changes.append(deletion(of: instance, reason))
            newMembers.append(
                NewMember(number: number, replaces: instance.config?[UnitMark.replaces], reason: reason))
            return
        }
        let differences = form.differences(from: instance)
        let start = instance.isRunning ? [] : ["is \(instance.status.lowercased()), and is started"]
        guard !(differences + start).isEmpty else {
            changes.append(
                UnitChange(
                    .keep, .instance, instance.name, instance.shownPlace, .stay(member: instance.location)))
            return
        }
        changes.append(
            UnitChange(
                .change, .instance, instance.name, (differences + start).joined(separator: "; "),
                .edit(
                    member: instance.location, form: differences.isEmpty ? nil : form, starts: !instance.isRunning)))
    }

    /// What the instance of that number is to be on that member; an address is not given twice.
    mutating func form(
        _ number: Int, on member: String, present: ClusterInstance? = nil, without taken: Set<String> = []
    ) throws -> InstanceForm {
        let cards = try cards(number, present: present)
        let taken = taken.union(changes.addresses(on: member))
        let (unit, workloads) = (unit, workloads)
        func found() throws -> FixedAddress {
            if let card = cards.first(where: { $0.interface == "eth0" }) {
                return try FixedAddress(card, on: member, in: workloads)
            }
            return try FixedAddress(of: unit, on: member, present: present, in: workloads, without: taken)
        }
        let fixed: FixedAddress? =
            switch unit.image {
            case _ where isVM: unit.ports.isEmpty ? nil : try found()
            // What it runs asks for no address; on a network that is not LXD's it has none.
            case .registry: try? found()
            default: nil
            }
        return InstanceForm(unit, number, image: image, fixed: fixed, cards: cards, isVM: isVM, in: workloads)
    }

    /// Why it has to be recreated; throws where it holds something that nobody said may be lost.
    func reasonToReplace(_ instance: ClusterInstance, _ number: Int) throws -> String? {
        if instance.isUnfinished { return "was never started: a run was interrupted" }
        var reasons: [String] = []
        if let old = instance.config?[UnitMark.image], old != image, !isOfTheSameImage(instance) {
            reasons.append("image \(UnitMark.short(old)) → \(UnitMark.short(image))")
        }
        let type = instance.type ?? Unit.Kind.container.type
        let wanted = (isVM ? Unit.Kind.vm : .container).type
        if type != wanted { reasons.append("\(type) → \(wanted)") }
        if let old = instance.devices?["root"]?["size"].flatMap({ ByteSize($0)?.bytes }), let new = unit.disk, new < old
        {
            reasons.append("a smaller disk, \(ByteSize.forLXD(old)) → \(ByteSize.forLXD(new))")
        }
        for name in unit.volumes.map({ unit.volumeName($0, number) }) {
            let volume = workloads.volumes.first { $0.name == name && $0.unit == unit.name.text }
            guard let place = volume?.member, place != instance.location else { continue }
            reasons.append("its volume \(name) is on \(place)")
        }
        if reasons.isEmpty { return nil }
        let sentence = reasons.joined(separator: ", ")
        if !runOptions.replaced.isDisjoint(with: [instance.name, instance.unitName, unit.name.text]) {
            return sentence
        }
        throw Failure(
            .conflict, "\(instance.name) would be recreated without its data: \(sentence)",
            hint:
                "allow it with --replace \(instance.name), or --replace \(unit.name) for all of them; volumes are kept")
    }

    /// Whether what it was made from is the image that the file names in other words.
    private func isOfTheSameImage(_ instance: ClusterInstance) -> Bool {
        fingerprint != nil && instance.config?["volatile.base_image"] == fingerprint
    }

    mutating func addNewMembers(_ staying: [ClusterInstance], besides present: [ClusterInstance], alive: Int) {
        let replaced = Set(staying.compactMap { $0.config?[UnitMark.replaces] })
        let orphans = staying.filter { lost.contains($0.name) && !replaced.contains($0.unitName) }
        let isGivenUp = orphans.map { runOptions.reschedules && isStateless($0) }
        var replaceable = zip(orphans, isGivenUp).filter(\.1).map(\.0.unitName)
        var missing = unit.count - alive - isGivenUp.filter { !$0 }.count
        // The number of an instance in whose place another one is stays its own: the mark says so.
        var used = Set((present.flatMap { [$0.name, $0.unitName] } + replaced).compactMap(unit.name.number))
        var number = 1
        while missing > 0 {
            if used.insert(number).inserted {
                let replaces = replaceable.isEmpty ? nil : replaceable.removeFirst()
                newMembers.append(NewMember(number: number, replaces: replaces))
                missing -= 1
            }
            number += 1
        }
        newMembers.sort { $0.number < $1.number }
    }

    /// Whether nothing would be missing that only its member has.
    func isStateless(_ instance: ClusterInstance) -> Bool {
        !(instance.devices ?? [:]).keys.contains { $0.hasPrefix("vol-") }
    }

    mutating func tell(of instance: ClusterInstance, _ staying: [ClusterInstance], isMissed: Bool) {
        let successor =
            newMembers.first { $0.replaces == instance.unitName }.map { unit.name.instance($0.number) }
            ?? staying.first { $0.config?[UnitMark.replaces] == instance.unitName }?.name
        let place = "unreachable: \(instance.location) does not answer"
        let rest = successor.map { "; replaced by \($0)" } ?? (isMissed ? "" : "; the other instances suffice")
        changes.append(UnitChange(.keep, .instance, instance.name, place + rest))
        guard successor == nil, isMissed else { return }
        remarks.append(
            isStateless(instance)
                ? "\(instance.name) is unreachable with \(instance.location); --reschedule creates a replacement elsewhere"
                : "\(instance.name) is unreachable with \(instance.location), as are its volumes: repair the member with bcmcluster repair"
        )
    }
}
