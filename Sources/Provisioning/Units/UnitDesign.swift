/// Everything that a run does to a unit, object by object: what the user is shown, and what the steps are made from.
package struct UnitDesign: Sendable {
    package let unit: UnitName
    /// The objects, in the order in which they are shown.
    package private(set) var changes: [UnitChange]
    /// What the user has to know, a sentence each.
    package let remarks: [String]
    /// The instances that are unreachable and stay so.
    package let lost: [String]
    /// How many instances will be missing all the same.
    package let missing: Int
    /// The pool of the volumes.
    package let pool: String

    /// Puts the new instances in their places; `image` is what is to be done about their image.
    package init(_ diff: UnitDiff, _ choices: [InstancePlacement.Choice], image: UnitChange?, remarks: [String] = [])
        throws
    {
        var diff = diff
        unit = diff.unit.name
        pool = diff.workloads.pool
        lost = diff.lost
        var made: [UnitChange] = []
        for (newMember, choice) in zip(diff.newMembers, choices) {
            for volume in diff.unit.volumes { try diff.compare(volume, newMember.number, on: choice.member) }
            let taken = Set(made.addresses(on: choice.member))
            var form = try diff.form(newMember.number, on: choice.member, without: taken)
            form.config[UnitMark.replaces] = newMember.replaces
            let why = newMember.replaces.map { "\(choice.reason), replacing \($0)" } ?? choice.reason
            made.append(
                UnitChange(
                    .add, .instance, choice.name, "on \(choice.member): \(why)",
                    .make(member: choice.member, form: form)))
        }
        missing = max(0, diff.unit.count - diff.kept - made.count)
        let known = diff.changes + made
        changes =
            ([image].compactMap { $0 } + (try diff.networkChanges(known)) + known + diff.unusedVolumes(diff.changes))
            .inOrder
        self.remarks = remarks + diff.remarks
    }

    /// The design of taking a unit away.
    package init(removing unit: UnitName, _ changes: [UnitChange], pool: String, remarks: [String], left: Int) {
        self.unit = unit
        self.changes = changes.inOrder
        self.remarks = remarks
        self.pool = pool
        lost = []
        missing = left
    }

    /// What is to be done to objects of that kind.
    package func works(on object: UnitChange.Object) -> [UnitChange] {
        changes.filter { $0.object == object && !$0.isIdle }
    }

    /// The instances that there will be within reach, each with its member.
    package var standing: [(instance: String, member: String)] {
        changes.compactMap { change in
            guard change.object == .instance, !lost.contains(change.name) else { return nil }
            switch change.work {
            case .make(let member, _), .edit(let member, _, _), .stay(let member): return (change.name, member)
            default: return nil
            }
        }
    }

    /// Whether an instance is made or started.
    package var beginsInstances: Bool {
        changes.contains { change in
            switch change.work {
            case .make, .edit(_, _, starts: true): true
            default: false
            }
        }
    }

    /// Whether every instance is there that should be, once all is done.
    package var isComplete: Bool { missing == 0 }

    /// The instances that are deleted with what is on their root disks.
    package var losses: [UnitChange] { changes.filter(\.losesData) }

    /// Whether nothing is to be done.
    package var isIdle: Bool { changes.allSatisfy(\.isIdle) }
}

extension [UnitChange] {
    /// Kind by kind, and by name; what goes stands before what comes in its place.
    fileprivate var inOrder: [UnitChange] {
        let objects: [UnitChange.Object] = [.image, .network, .volume, .instance]
        return objects.flatMap { object in
            filter { $0.object == object }.enumerated().sorted { one, other in
                one.element.name == other.element.name
                    ? one.offset < other.offset : Workloads.order(one.element.name, other.element.name)
            }.map(\.element)
        }
    }
}
