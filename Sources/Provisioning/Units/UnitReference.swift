/// What the user calls a unit, or one of its instances: `web`, `web/2`.
package struct UnitReference: Sendable, Equatable {
    package let unit: UnitName
    /// The instance's number; `nil` is all of them.
    package let number: Int?
    /// As the user names it.
    var text: String { number.map { "\(unit)/\($0)" } ?? unit.text }

    /// Reads `UNIT` or `UNIT/N`; throws `Failure.badInput`.
    package init(_ text: String) throws {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        unit = try UnitName(parts[0])
        guard parts.count == 2 else {
            number = nil
            return
        }
        guard let number = Int(parts[1]), number > 0, "\(number)" == parts[1] else {
            throw Failure(
                .badInput, "\(Shell.quoted(parts[1].clipped)) is not an instance number", hint: "write \(unit)/1")
        }
        self.number = number
    }

    /// The instances that it means; throws `Failure.notFound` where there are none.
    package func instances(in workloads: Workloads) throws -> [ClusterInstance] {
        let all = workloads.instances(of: unit)
        guard !all.isEmpty else { throw workloads.noUnit(unit) }
        guard let number else { return all }
        if let one = all.first(where: { unit.number(of: $0) == number }) { return [one] }
        let numbers = all.compactMap { unit.number(of: $0) }.map(String.init).joined(separator: ", ")
        throw Failure(.notFound, "\(unit) has no instance \(number)", hint: "it has \(numbers)")
    }

    /// The one instance that it means; throws `Failure.badInput` where there are several.
    package func instance(in workloads: Workloads) throws -> ClusterInstance {
        let found = try instances(in: workloads)
        guard found.count == 1 else {
            let names = found.compactMap { unit.number(of: $0).map { "\(unit)/\($0)" } }
            throw Failure(
                .badInput, "\(unit) has \(found.count) instances", hint: "specify one: \(names.joined(separator: ", "))"
            )
        }
        return found[0]
    }
}
