import Foundation

/// A JSON schema of `docs/reference/schema/`: as much of the standard as those files use.
public struct Schema {
    /// Rules, and the file in which they stand.
    private struct Rules {
        var own: [String: Any]
        var file: String

        /// Reads the file of that name in the tree that the tests were built from.
        init(file: String) throws {
            let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
            let text = try String(contentsOfFile: "\(root)/docs/reference/schema/\(file)", encoding: .utf8)
            own = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? ["type": "nothing"]
            self.file = file
        }

        private init(_ own: [String: Any], _ file: String) { (self.own, self.file) = (own, file) }

        /// What stands below a key.
        func part(_ rules: Any?) -> Rules? { (rules as? [String: Any]).map { Rules($0, file) } }

        /// The rules that are meant where they only refer to others.
        var followed: Rules {
            guard let reference = own["$ref"] as? String else { return self }
            let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let whole = try? Rules(file: parts[0].isEmpty ? file : parts[0]) else {
                return Rules(["type": "what \(reference) would say"], file)
            }
            let path = parts.count > 1 ? parts[1].split(separator: "/").map(String.init) : []
            let found = path.reduce(Optional(whole)) { rules, key in rules.flatMap { $0.part($0.own[key]) } }
            return found?.followed ?? Rules(["type": "what \(reference) would say"], file)
        }
    }

    private let rules: Rules

    /// Reads the schema of that name.
    public init(_ name: String) throws { rules = try Rules(file: "\(name).json") }

    /// What is wrong with that JSON text; nothing where it keeps to the schema.
    public func complaints(aboutText text: String) -> [String] {
        guard let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else { return ["$ is no JSON"] }
        return Self.complaints(value, rules, "$")
    }

    /// The words that are possible at that place, given by the names of the properties on the way.
    public func words(at path: String...) -> Set<String> { Set(rules(at: path)?.own["enum"] as? [String] ?? []) }

    /// The examples at a place within the definitions of that name.
    public func examples(in definition: String, at path: String...) -> [String] {
        let start = rules.part(rules.own["$defs"]).flatMap { $0.part($0.own[definition]) }
        return Self.rules(from: start, at: path)?.own["examples"] as? [String] ?? []
    }

    private func rules(at path: [String]) -> Rules? { Self.rules(from: rules, at: path) }

    private static func rules(from start: Rules?, at path: [String]) -> Rules? {
        path.reduce(start?.followed) { rules, name in
            let list = rules.flatMap { $0.part($0.own["items"]) }?.followed ?? rules
            return list.flatMap { $0.part($0.own["properties"]) }.flatMap { $0.part($0.own[name]) }?.followed
        }
    }

    private static func complaints(_ value: Any, _ reference: Rules, _ place: String) -> [String] {
        let rules = reference.followed
        if let ways = rules.own["oneOf"] as? [Any] {
            let all = ways.compactMap { rules.part($0) }.map { complaints(value, $0, place) }
            return all.contains([]) ? [] : all.min { $0.count < $1.count } ?? []
        }
        var found: [String] = []
        if let constant = rules.own["const"] as? Int, value as? Int != constant {
            found.append("\(place) is not \(constant)")
        }
        if let words = rules.own["enum"] as? [String], !words.contains(value as? String ?? "") {
            found.append("\(place) is not one of \(words)")
        }
        switch rules.own["type"] as? String {
        case nil: break
        case "string":
            guard let text = value as? String else { return found + ["\(place) is no string"] }
            let isTime = text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/) != nil
            if rules.own["format"] as? String == "date-time", !isTime { found.append("\(place) is no time in UTC") }
        case "integer": if !(value is Int) { found.append("\(place) is no integer") }
        case "number": if !(value is Double) { found.append("\(place) is no number") }
        case "boolean": if !(value is Bool) { found.append("\(place) is no boolean") }
        case "array":
            guard let items = value as? [Any] else { return found + ["\(place) is no array"] }
            guard let rule = rules.part(rules.own["items"]) else { return found }
            for (index, item) in items.enumerated() { found += complaints(item, rule, "\(place)[\(index)]") }
        case "object":
            guard let object = value as? [String: Any] else { return found + ["\(place) is no object"] }
            found += complaints(object: object, rules, place)
        case let type?: found.append("\(place) should be \(type), of which nobody knows")
        }
        return found
    }

    private static func complaints(object: [String: Any], _ rules: Rules, _ place: String) -> [String] {
        let properties = rules.part(rules.own["properties"])
        let others = rules.part(rules.own["additionalProperties"])
        let required = rules.own["required"] as? [String] ?? []
        let missing = required.filter { object[$0] == nil }.map { "\(place) has no \($0)" }
        return missing
            + object.sorted { $0.key < $1.key }.flatMap { name, value in
                (properties.flatMap { $0.part($0.own[name]) } ?? others).map {
                    complaints(value, $0, "\(place).\(name)")
                }
                    ?? ["\(place).\(name) is unknown"]
            }
    }
}
