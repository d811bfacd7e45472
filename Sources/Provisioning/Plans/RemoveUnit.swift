/// What `rm` does to a unit: its instances and networks go, its volumes where the user says so.
package enum RemoveUnit {
    /// Looks at what there is of the unit; throws where there is nothing.
    package static func design(
        _ unit: UnitName, volumesToo: Bool, _ workloads: Workloads
    ) throws -> UnitDesign {
        let instances = workloads.instances(of: unit)
        let networks = workloads.networks.filter { $0.units.contains(unit.text) }
        let volumes = workloads.volumes.filter { $0.unit == unit.text }
        guard !(instances.isEmpty && networks.isEmpty && (volumes.isEmpty || !volumesToo)) else {
            throw workloads.noUnit(
                unit, hint: volumes.isEmpty ? nil : "its volumes are kept; --volumes deletes them too")
        }
        let lost = instances.filter { !workloads.isInReach($0) }
        var remarks = lost.map { "\($0.name) is kept: \($0.location) is not online" }
        var left = lost.count
        // LXD removes nothing that is used.
        func isUsed(_ name: String, by user: String) -> String {
            if !lost.contains(where: { $0.name == user }) {
                remarks.append("\(name) is kept: \(user) uses it")
                left += 1
            }
            return "is used by \(user)"
        }
        let going = instances.filter { workloads.isInReach($0) }
        let removals = going.map { UnitChange(.remove, .instance, $0.name, "", .remove(member: $0.location)) }
        var changes = networks.map { network in
            let rest = network.left(by: unit, after: removals, workloads)
            if rest == nil, let user = lost.first?.name ?? network.user(besides: going) {
                return UnitChange(.keep, .network, network.name, isUsed(network.name, by: user))
            }
            if let away = workloads.memberAway {
                remarks.append("the network \(network.name) is kept as it is while \(away.name) does not answer")
                left += 1
                return UnitChange(.keep, .network, network.name, UnitDiff.waiting("changed", for: away))
            }
            if let rest { return UnitDiff.change(network, to: rest, workloads) }
            return UnitChange(.remove, .network, network.name, "", .removeNetwork)
        }
        changes += volumes.map { volume in
            let place = volume.member.map { "on \($0)" } ?? ""
            guard volumesToo else { return UnitChange(.keep, .volume, volume.name, place) }
            if let member = volume.member, !workloads.isInReach(member) {
                remarks.append("\(volume.name) is kept: \(member) is not online")
                left += 1
                return UnitChange(.keep, .volume, volume.name, "unreachable: \(member) is not online")
            }
            if let user = volume.user(besides: going) {
                return UnitChange(.keep, .volume, volume.name, isUsed(volume.name, by: user))
            }
            return UnitChange(.remove, .volume, volume.name, place, .removeVolume(member: volume.member))
        }
        changes += instances.map { instance in
            workloads.isInReach(instance)
                ? UnitChange(
                    .remove, .instance, instance.name, "on \(instance.location)", .remove(member: instance.location))
                : UnitChange(.keep, .instance, instance.name, "unreachable: \(instance.location) does not answer")
        }
        if !volumesToo, !volumes.isEmpty {
            let names = volumes.map(\.name).sorted(by: Workloads.order).joined(separator: ", ")
            remarks.append("kept, with what is on \(volumes.count == 1 ? "it" : "them"): \(names)")
        }
        let needing = workloads.units(needing: unit)
        if let needing = Self.warning(unit, isNeededBy: needing) { remarks.append(needing) }
        return UnitDesign(removing: unit, changes, pool: workloads.pool, remarks: remarks, left: left)
    }

    /// What is said of a unit that these need; `nil` where there is none.
    static func warning(_ unit: UnitName, isNeededBy needing: [String]) -> String? {
        needing.isEmpty ? nil : "\(unit) is needed by \(needing.joined(separator: ", "))"
    }

    /// The steps: instances first, since volumes and networks are in use until then.
    package static func plan(for design: UnitDesign, of state: ClusterState, respondingMember: MemberName) throws
        -> ClusterPlan
    {
        var plan = ClusterPlan()
        var changes = NetworkChanges(respondingMember: respondingMember)
        let named = design.works(on: .network).compactMap { planned -> Int? in
            guard case .setNetwork(let network, _) = planned.work else { return nil }
            return changes.add(.set(network), to: &plan)
        }
        var removed: [Int] = []
        for change in design.works(on: .instance) {
            guard case .remove(let member) = change.work else { continue }
            let place = try UnitPlan.name(member, in: state)
            removed.append(plan.add(RemoveInstance(change.name, of: design.unit, on: place), after: named))
        }
        for change in design.works(on: .volume) {
            guard case .removeVolume(let member) = change.work else { continue }
            let place = try member.map { try UnitPlan.name($0, in: state) }
            plan.add(
                ChangeVolume(change.name, in: design.pool, .remove, on: place, respondingMember: respondingMember),
                after: removed)
        }
        for planned in design.works(on: .network) where planned.work == .removeNetwork {
            changes.add(.remove(planned.name), to: &plan, after: removed)
        }
        return plan
    }
}

extension Workloads {
    /// The units that there are, by their label.
    package var units: Set<String> {
        Set(instances.compactMap(\.unit) + volumes.compactMap(\.unit) + networks.flatMap(\.units))
    }

    /// What is said of a unit of which there is nothing.
    package func noUnit(_ unit: UnitName, hint: String? = nil) -> Failure {
        let near = Suggestion.nearest(to: unit.text, in: units).flatMap {
            $0 == unit.text ? nil : "did you mean \($0)?"
        }
        return Failure(
            .notFound, "unit \(unit) not found on the cluster",
            hint: hint ?? near ?? "see bcmcluster ps, or create one with bcmcluster run")
    }
}
