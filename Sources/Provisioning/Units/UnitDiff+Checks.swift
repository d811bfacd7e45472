/// What would go wrong later, and is refused before anything is touched.
extension UnitDiff {
    func checkOptions() throws {
        let known = Set(workloads.instances(of: unit.name).flatMap { [$0.name, $0.unitName] } + [unit.name.text])
        guard let unknown = runOptions.replaced.subtracting(known).min() else { return }
        throw Failure(
            .badInput, "--replace \(unknown): \(unit.name) has no instance of that name",
            hint: Suggestion.nearest(to: unknown, in: known).map { "did you mean \($0)?" })
    }

    func checkInterface() throws {
        guard let interface = unit.interface else { return }
        let names = Set(workloads.networks.map(\.name).filter { $0 != "lo" } + unit.networks.map(\.name))
        guard !names.contains(interface) else { return }
        throw Failure(
            .badInput, "the members have no network and no interface \(interface)",
            hint: "known: \(names.sorted().joined(separator: ", "))")
    }

    /// What is labelled and is not called like an instance, such as a copy, is nothing that a run may judge.
    func checkNumbers(_ present: [ClusterInstance]) throws {
        guard let odd = present.first(where: { unit.name.number(of: $0) == nil }) else { return }
        throw Failure(
            .conflict,
            "\(odd.name) is labelled as part of the unit \(unit.name), but not named like its instances",
            hint: "\(ClusterClient.line("config unset", odd.name)) \(UnitMark.unit), if it is yours")
    }

    /// A port that an instance is to get, or to listen on once it is started, is not another's on its member; new instances
    /// choose their place by it.
    func checkPorts() throws {
        let removed = Set(changes.filter { $0.sign == .remove }.map(\.name))
        let there = workloads.instances.filter { $0.unit != unit.name.text || !removed.contains($0.name) }
        for instance in there where instance.unit == unit.name.text && workloads.isInReach(instance) {
            let others = there.filter { $0.location == instance.location && $0.name != instance.name }
            for port in unit.ports.flatMap(\.members).sorted() {
                let isNew = instance.ports.conflict(among: [port]) == nil
                guard isNew || !instance.isRunning else { continue }
                let rival = others.first { other in
                    other.unit == unit.name.text
                        || other.ports.conflict(among: [port]) != nil && (isNew || other.isRunning)
                }
                let isEngines = isNew && PlacementCandidate.own.conflict(among: [port]) != nil
                guard let owner = isEngines ? Engine.current.title : rival?.shownOwner else { continue }
                throw instance.portConflict(port, owner)
            }
        }
    }

    /// No instance is made whose name is taken.
    func checkNames(_ present: [ClusterInstance]) throws {
        let ours = Set(present.map(\.name))
        let wanted = Set(newMembers.map { unit.name.instance($0.number) }).subtracting(ours)
        guard let taken = workloads.instances.first(where: { $0.isOfDefaultProject && wanted.contains($0.name) }) else {
            return
        }
        let owner = taken.unit.map { "belongs to the unit \($0)" } ?? "was not created by bcmcluster"
        throw Failure(
            .conflict, "instance \(taken.name) already exists, and \(owner)",
            hint:
                "choose another name for the unit, or rename that one: \(ClusterClient.line("rename", taken.name)) NEW"
        )
    }

    /// Whose it is, for a sentence.
    static func owner(_ unit: String?) -> String {
        unit.map { "belongs to the unit \($0)" } ?? "was not created by bcmcluster"
    }
}

extension ClusterInstance {
    /// The failure of an instance whose port another has on their member.
    func portConflict(_ port: MemberPort, _ owner: String) -> Failure {
        Failure(
            .conflict, "\(name) cannot have port \(port.text): on \(location) it is used by \(owner)",
            hint:
                "a member can use a port once: choose another port, or move one of them: \(ClusterClient.line("move", name)) --target MEMBER"
        )
    }
}
