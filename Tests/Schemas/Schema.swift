import Foundation

/// A JSON schema of `docs/schema/`: as much of the standard as those files use.
public struct Schema {
    private let rules: [String: Any]

    /// Reads the schema of that name in the tree that the tests were built from.
    public init(_ name: String) throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let text = try String(contentsOfFile: "\(root)/docs/schema/\(name).json", encoding: .utf8)
        rules = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? ["type": "nothing"]
    }

    /// What is wrong with that JSON text; nothing where it keeps to the schema.
    public func complaints(aboutText text: String) -> [String] {
        guard let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else { return ["$ is no JSON"] }
        return Self.complaints(value, rules, "$")
    }

    /// The words that are possible at that place, given by the names of the properties on the way.
    public func words(at path: String...) -> Set<String> {
        var rules = rules
        for name in path {
            rules = rules["items"] as? [String: Any] ?? rules
            rules = (rules["properties"] as? [String: Any])?[name] as? [String: Any] ?? [:]
        }
        return Set(rules["enum"] as? [String] ?? [])
    }

    private static func complaints(_ value: Any, _ rules: [String: Any], _ place: String) -> [String] {
        var found: [String] = []
        if let constant = rules["const"] as? Int, value as? Int != constant {
            found.append("\(place) is not \(constant)")
        }
        if let words = rules["enum"] as? [String], !words.contains(value as? String ?? "") {
            found.append("\(place) is not one of \(words)")
        }
        switch rules["type"] as? String {
        case nil: break
        case "string": if !(value is String) { found.append("\(place) is no string") }
        case "integer": if !(value is Int) { found.append("\(place) is no integer") }
        case "number": if !(value is Double) { found.append("\(place) is no number") }
        case "boolean": if !(value is Bool) { found.append("\(place) is no boolean") }
        case "array":
            guard let items = value as? [Any] else { return found + ["\(place) is no array"] }
            let rule = rules["items"] as? [String: Any] ?? [:]
            for (index, item) in items.enumerated() { found += complaints(item, rule, "\(place)[\(index)]") }
        case "object":
            guard let object = value as? [String: Any] else { return found + ["\(place) is no object"] }
            found += complaints(object: object, rules, place)
        case let type?: found.append("\(place) should be \(type), of which nobody knows")
        }
        return found
    }

    private static func complaints(object: [String: Any], _ rules: [String: Any], _ place: String) -> [String] {
        let properties = rules["properties"] as? [String: [String: Any]] ?? [:]
        let others = rules["additionalProperties"] as? [String: Any]
        let required = rules["required"] as? [String] ?? []
        let missing = required.filter { object[$0] == nil }.map { "\(place) has no \($0)" }
        return missing
            + object.sorted { $0.key < $1.key }.flatMap { name, value in
                (properties[name] ?? others).map { complaints(value, $0, "\(place).\(name)") }
                    ?? ["\(place).\(name) is unknown"]
            }
    }
}
