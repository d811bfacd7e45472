/// The units that were last seen on a cluster, kept in a file of its folder: shell completion reads no more than that.
///
/// What cannot be written is not kept, and nothing else depends on it.
struct KnownUnits: Sendable {
    private let path: String
    private let files: any Files

    init(in folder: ClusterFolder, _ files: any Files) {
        path = folder.units
        self.files = files
    }

    /// The units and their instances, such as `web` and `web/1`.
    var names: [String] {
        let text = (try? files.read(path)) ?? nil
        return (text ?? "").split(separator: "\n").map(String.init).filter { (try? UnitReference($0)) != nil }
    }

    /// Keeps all units that were seen.
    func replace(by workloads: Workloads) {
        let units = workloads.units.sorted().compactMap { try? UnitName($0) }
        write(units.flatMap { Self.names(of: $0, workloads.instances(of: $0).map(\.unitName)) })
    }

    /// Keeps that one with those instances; without any it is no more.
    func set(_ unit: UnitName, instances: [String]) {
        let others = names.filter { (try? UnitReference($0))?.unit != unit }
        write((others + (instances.isEmpty ? [] : Self.names(of: unit, instances))))
    }

    private static func names(of unit: UnitName, _ instances: [String]) -> [String] {
        [unit.text] + instances.compactMap { unit.number(of: $0) }.sorted().map { "\(unit)/\($0)" }
    }

    private func write(_ names: [String]) {
        if names == self.names { return }
        try? files.write(names.map { "\($0)\n" }.joined(), to: path, mode: ClusterFolder.fileMode)
    }
}
