/// The units that a unit needs.
extension UnitFile {
    /// The names under `needs`; throws at the first that is none, its own, or there twice.
    func needs(_ instance: TOMLTable, of name: UnitName) throws -> [UnitName] {
        let names = try instance.advised("write the names of units, such as needs = [\"db\"]") {
            try instance.strings("needs") ?? []
        }
        guard !names.isEmpty, case .array(let items)? = instance["needs"]?.content else { return [] }
        let path = instance.path(of: "needs")
        var units: [UnitName] = []
        for (text, item) in zip(names, items) {
            func refusal(_ problem: String, _ hint: String) -> TOMLError {
                TOMLError(item.position, "\(path) has \(Shell.quoted(text.clipped)), which \(problem)", hint: hint)
            }
            guard UnitName.isGood(text), let unit = try? UnitName(text) else {
                throw refusal("is not a valid name for a unit", "write one \(UnitName.rule)")
            }
            if unit == name { throw refusal("is the unit itself", "leave it out") }
            if units.contains(unit) { throw refusal("is there twice", "leave one out") }
            units.append(unit)
        }
        return units
    }
}
