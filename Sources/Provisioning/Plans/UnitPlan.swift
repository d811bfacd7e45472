/// The recipe of `run`: makes what is missing of a unit, changes what can be changed in place, and removes what is too
/// much.
package enum UnitPlan {
    /// The steps of that design.
    package static func plan(
        for design: UnitDesign, of state: ClusterState, image: ImageFingerprintProvider, supply: ImageTransfer?,
        waitingFor goal: WaitGoal? = nil, health: HealthCheck? = nil, respondingMember: MemberName
    ) throws -> ClusterPlan {
        var plan = ClusterPlan()

        // What instances are made from and hang on: the image, networks and volumes.
        let supplied = supply.map { [plan.add($0.step(into: image, of: state, by: respondingMember))] } ?? []
        // Names are there no sooner than what they lead to, and no longer.
        let comes = design.works(on: .instance).contains { $0.sign == .add }
        var changes = NetworkChanges(respondingMember: respondingMember)
        let networks = design.works(on: .network).compactMap { planned -> Int? in
            switch planned.work {
            case .makeNetwork(let network): changes.add(.make(network), to: &plan)
            case .setNetwork(let network, let isLively) where !isLively || !comes: changes.add(.set(network), to: &plan)
            default: nil
            }
        }
        let volumes = try design.works(on: .volume).compactMap { change -> Int? in
            func add(_ work: ChangeVolume.Work, _ keys: [String], on member: String?) throws -> Int {
                let place = try member.map { try name($0, in: state) }
                return plan.add(
                    ChangeVolume(
                        change.name, in: design.pool, work, keys, on: place, respondingMember: respondingMember))
            }
            switch change.work {
            case .makeVolume(let member, let keys): return try add(.make, keys, on: member)
            case .setVolume(let member, let keys): return try add(.set, keys, on: member)
            default: return nil
            }
        }

        // What goes makes room for what comes; what is recreated goes once all is there that it is made from.
        let coming = Set(design.works(on: .instance).filter { $0.sign == .add }.map(\.name))
        var removed: [String: Int] = [:]
        for change in design.works(on: .instance) {
            guard case .remove(let member) = change.work else { continue }
            removed[change.name] = plan.add(
                RemoveInstance(change.name, of: design.unit, on: try name(member, in: state)),
                after: coming.contains(change.name) || design.unit.number(of: change.name) == nil
                    ? supplied + networks + volumes : networks)
        }

        // The instances, in parallel, each on the member that was chosen for it.
        var there: [String: Int] = [:]
        for change in design.works(on: .instance) {
            switch change.work {
            case .make(let member, let form):
                there[change.name] = plan.add(
                    CreateInstance(
                        change.name, of: design.unit, on: try name(member, in: state), form, from: image),
                    after: supplied + networks + volumes + [removed[change.name]].compactMap { $0 },
                    regardless: Array(removed.values))
            case .edit(let member, let form, let starts):
                there[change.name] = plan.add(
                    EditInstance(change.name, on: try name(member, in: state), form, starts: starts),
                    after: networks + volumes)
            default: continue
            }
        }

        // A network goes when nobody is on it any more.
        for planned in design.works(on: .network) {
            let work: ChangeNetwork.Work
            switch planned.work {
            case .setNetwork(let network, isLively: true) where comes: work = .set(network)
            case .removeNetwork: work = .remove(planned.name)
            default: continue
            }
            changes.add(work, to: &plan, after: Array(removed.values) + Array(there.values))
        }

        // Only the instances themselves can say that they are up.
        if let goal {
            for (instance, member) in design.standing {
                let (place, before) = (try name(member, in: state), [there[instance]].compactMap { $0 })
                if goal == .healthy, let health {
                    let number = design.unit.number(of: instance)
                    plan.add(
                        AwaitHealth(instance, of: design.unit, number: number, on: place, health), after: before)
                } else {
                    plan.add(AwaitInstance(instance, on: place, goal), after: before)
                }
            }
        }
        return plan
    }

    /// The member of that name; throws where the state does not have it.
    static func name(_ text: String, in state: ClusterState) throws -> MemberName {
        guard let name = MemberName(text, of: state.name), state.member(name) != nil else {
            throw Failure(
                .conflict, "\(text) is a member that bcmcluster did not create",
                hint: "see bcmcluster status -c \(state.name)")
        }
        return name
    }
}
