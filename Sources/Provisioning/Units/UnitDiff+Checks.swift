/// What would go wrong later, and is refused before anything is touched.
extension UnitDiff {
    func checkWishes() throws {
        let known = Set(workloads.instances(of: unit.name).map(\.name) + [unit.name.text])
        guard let unknown = wishes.replaced.subtracting(known).min() else { return }
        throw Failure(
            .badInput, "--replace \(unknown): \(unit.name) has no instance of that name",
            remedy: Suggestion.nearest(to: unknown, in: known).map { "did you mean \($0)?" })
    }

    func checkInterface() throws {
        guard let interface = unit.interface else { return }
        let names = workloads.networks.map(\.name).filter { $0 != "lo" } + unit.networks.map(\.name)
        guard !names.contains(interface) else { return }
        throw Failure(
            .conflict, "the members have no network and no interface \(interface)",
            remedy: "there are \(names.sorted().joined(separator: ", "))")
    }

    /// No instance is made whose name is taken.
    func checkNames(_ present: [ClusterInstance]) throws {
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

    /// Whose it is, for a sentence.
    static func owner(_ unit: String?) -> String {
        unit.map { "belongs to the unit \($0)" } ?? "was not made by bcmcluster"
    }
}
