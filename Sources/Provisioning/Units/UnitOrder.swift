/// The order in which units that one command names are begun: each after those among them that it needs.
package enum UnitOrder {
    /// The entries in that order, and otherwise in the one in which they were named.
    ///
    /// Throws `Failure.badInput` with the names where units need each other in a circle.
    package static func sorted<Entry>(_ entries: [Entry], _ unit: (Entry) -> Unit) throws -> [Entry] {
        let names = Set(entries.map { unit($0).name })
        var waiting = entries
        var sorted: [Entry] = []
        var begun: Set<UnitName> = []
        while !waiting.isEmpty {
            guard
                let place = waiting.firstIndex(where: { entry in
                    unit(entry).needs.allSatisfy { begun.contains($0) || !names.contains($0) }
                })
            else { throw circle(waiting.map(unit)) }
            let next = waiting.remove(at: place)
            begun.insert(unit(next).name)
            sorted.append(next)
        }
        return sorted
    }

    /// Whether another one of them needs the unit.
    package static func isNeeded(_ name: UnitName, by units: [Unit]) -> Bool {
        units.contains { $0.needs.contains(name) }
    }

    /// The failure of units of which each waits for another of them.
    private static func circle(_ units: [Unit]) -> Failure {
        var way: [UnitName] = []
        var next: UnitName? = units.first?.name
        while let name = next, !way.contains(name) {
            way.append(name)
            next = units.first { $0.name == name }?.needs.first { need in units.contains { $0.name == need } }
        }
        let start = next.flatMap { way.firstIndex(of: $0) } ?? 0
        let names = (way[start...] + [next].compactMap { $0 }).map(\.text)
        return Failure(
            .badInput, "units need each other: \(names.joined(separator: " needs "))",
            hint: "remove one of these from needs in its file")
    }
}

/// What a unit needs of others that are on its cluster.
package struct UnitNeeds: Sendable {
    private let unit: Unit
    /// The instances of the units that it needs, as far as their members answer.
    package let instances: [ClusterInstance]
    /// Those that do not run.
    private let off: [ClusterInstance]
    private let cluster: ClusterName

    /// Throws `Failure.notFound` with the name of a unit that is not on the cluster.
    package init(_ unit: Unit, _ workloads: Workloads, on cluster: ClusterName) throws {
        self.unit = unit
        self.cluster = cluster
        for need in unit.needs where workloads.instances(of: need).isEmpty {
            throw Self.missing(need, of: unit, among: workloads.units)
        }
        instances = unit.needs.flatMap { workloads.instances(of: $0) }.filter { workloads.isInReach($0) }
        off = instances.filter { !$0.isRunning }
    }

    /// Throws where instances of the unit cannot be begun yet: another that it needs does not run.
    package func check() throws {
        for need in unit.needs where !instances.contains(where: { $0.unit == need.text }) {
            throw Failure(
                .conflict, "\(unit.name) needs the unit \(need), whose instances are unreachable",
                hint: "bcmcluster repair -c \(cluster)")
        }
        guard let first = off.first, let need = first.unit else { return }
        throw Failure(
            .conflict, "\(unit.name) needs the unit \(need), and \(first.name) is \(first.status.lowercased())",
            hint: "bcmcluster unit start -c \(cluster) \(need)")
    }

    /// The failure of a unit that needs one which is in no file, and not on the cluster.
    package static func missing(_ need: UnitName, of unit: Unit, among known: Set<String>) -> Failure {
        let near = Suggestion.nearest(to: need.text, in: known.subtracting([need.text, unit.name.text]))
        return Failure(
            .notFound,
            "\(unit.name) needs the unit \(need), which is in no file of this command and not on the cluster",
            hint: near.map { "did you mean \($0)?" } ?? "add its file: bcmcluster run \(need).toml \(unit.name).toml")
    }
}

extension Workloads {
    /// The units whose instances say that they need that one.
    package func units(needing name: UnitName) -> [String] {
        Set(instances.filter { $0.needs.contains(name.text) }.compactMap(\.unit)).sorted()
    }
}

extension ClusterInstance {
    /// The units that its own needs, as its mark says.
    var needs: [String] { (config?[UnitMark.needs] ?? "").split(separator: ",").map(String.init) }
}
