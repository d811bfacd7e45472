import Provisioning

/// What becomes of each object of a unit, as it is shown and as data.
enum ChangeListing {
    /// One object as data.
    struct Item: Encodable, Equatable {
        /// `create`, `update`, `delete` or `none`.
        var action: String
        var kind: String
        var name: String
        var message: String
    }

    /// The objects as data; `nil` where the plan is about no unit.
    static func data(_ changes: [UnitChange]) -> [Item]? {
        if changes.isEmpty { return nil }
        return changes.map {
            Item(action: $0.sign.action, kind: $0.object.rawValue, name: $0.name, message: $0.details)
        }
    }

    /// A line for each object, and one that counts them.
    static func lines(_ changes: [UnitChange]) -> [String] {
        if changes.isEmpty { return [] }
        let rows = changes.map { [$0.sign.rawValue, $0.object.rawValue, $0.name, $0.details] }
        let counts = [
            (UnitChange.Sign.add, "to add"), (.change, "to change"), (.remove, "to remove"), (.keep, "unchanged"),
        ]
        .map { sign, words in "\(changes.filter { $0.sign == sign }.count) \(words)" }
        return TextTable.lines(rows, width: .max).map(\.trimmed) + [counts.joined(separator: ", ")]
    }
}

extension UnitChange.Sign {
    /// What it stands for, in a word for programs.
    fileprivate var action: String {
        switch self {
        case .add: "create"
        case .change: "update"
        case .remove: "delete"
        case .keep: "none"
        }
    }
}
