/// Volumes, which no run removes.
extension UnitDiff {
    mutating func compareVolumes(_ staying: [ClusterInstance]) throws {
        // What is recreated may come to another member.
        let removed = Set(changes.filter { $0.object == .instance && $0.sign == .remove }.map(\.name))
        for instance in staying where !lost.contains(instance.name) && !removed.contains(instance.name) {
            guard let number = unit.name.number(of: instance) else { continue }
            for volume in unit.volumes { try compare(volume, number, on: instance.location) }
        }
        for instance in staying where lost.contains(instance.name) {
            guard let number = unit.name.number(of: instance) else { continue }
            for volume in unit.volumes { leave(unit.volumeName(volume, number)) }
        }
    }

    /// Leaves a volume as it is, which nobody can change while its member does not answer.
    private mutating func leave(_ name: String) {
        guard let there = workloads.volumes.first(where: { $0.name == name && $0.unit == unit.name.text }),
            !changes.contains(where: { $0.object == .volume && $0.name == name })
        else { return }
        let place = there.member.map { "unreachable: \($0) does not answer" } ?? ""
        changes.append(UnitChange(.keep, .volume, name, place))
    }

    /// What is left of volumes that no instance has any more; said by whoever has compared all.
    func unusedVolumes(_ changes: [UnitChange]) -> [UnitChange] {
        let known = Set(changes.filter { $0.object == .volume }.map(\.name))
        return workloads.volumes.filter { $0.unit == unit.name.text && !known.contains($0.name) }.map { volume in
            let place = volume.member.map { "on \($0), " } ?? ""
            return UnitChange(.keep, .volume, volume.name, "\(place)kept: not used by the file")
        }
    }

    /// The volumes of new instances are compared as soon as these have a place.
    mutating func compare(_ volume: Unit.Volume, _ number: Int, on member: String) throws {
        let name = unit.volumeName(volume, number)
        if let planned = changes.first(where: { $0.object == .volume && $0.name == name }) {
            guard case .makeVolume(let place, _) = planned.work, place != member else { return }
            throw Failure(
                .conflict,
                "\(unit.name.instance(number)) on \(member) cannot have the volume \(name), which \(place) alone can reach",
                hint: "per-instance = true gives each instance one of its own")
        }
        guard let there = workloads.volumes.first(where: { $0.name == name }) else {
            let size = volume.size.map { ["size=\(ByteSize.forLXD($0))"] } ?? []
            let marks = [
                "\(UnitMark.unit)=\(unit.name)", "\(UnitMark.volume)=\(volume.name)", "\(UnitMark.name)=\(name)",
            ]
            let details = (volume.size.map { [ByteSize.forLXD($0)] } ?? []) + ["on \(member)"]
            changes.append(
                UnitChange(
                    .add, .volume, name, details.joined(separator: " "), .makeVolume(member: member, keys: size + marks)
                ))
            return
        }
        guard there.unit == unit.name.text else {
            throw Failure(
                .conflict, "volume \(name) already exists, and \(Self.owner(there.unit))",
                hint:
                    "choose another name for the volume, or rename that one: \(ClusterClient.line("storage volume rename", there.pool)) \(name) NEW"
            )
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
                hint: "write size = \"\(ByteSize.forLXD(old))\", or move the data to a new volume")
        }
        let words = "\(old.map(ByteSize.forLXD) ?? "as large as the pool") → \(ByteSize.forLXD(size))"
        changes.append(
            UnitChange(
                .change, .volume, name, words,
                .setVolume(member: there.member, keys: ["size=\(ByteSize.forLXD(size))"])))
    }
}
