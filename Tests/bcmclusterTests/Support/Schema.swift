import Foundation
import Testing

@testable import bcmcluster

/// Holds data to a JSON schema of `docs/schema/`: as much of the standard as those files use.
struct Schema {
    private let rules: [String: Any]

    init(_ name: String) throws {
        let text = try String(contentsOfFile: "\(SourceTree.root)/docs/schema/\(name).json", encoding: .utf8)
        rules = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// What is wrong with the value as it is printed; nothing where it keeps to the schema.
    func complaints(about value: some Encodable) throws -> [String] {
        let data = Data(try JSONText.text(value).utf8)
        return Self.complaints(try JSONSerialization.jsonObject(with: data), rules, "$")
    }

    private static func complaints(_ value: Any, _ rules: [String: Any], _ place: String) -> [String] {
        var found: [String] = []
        if let constant = rules["const"] as? Int, value as? Int != constant {
            found.append("\(place) is not \(constant)")
        }
        if let words = rules["enum"] as? [String], !words.contains(value as? String ?? "") {
            found.append("\(place) is none of \(words)")
        }
        switch rules["type"] as? String {
        case "string": if !(value is String) { found.append("\(place) is no string") }
        case "integer": if !(value is Int) { found.append("\(place) is no integer") }
        case "boolean": if !(value is Bool) { found.append("\(place) is no boolean") }
        case "array":
            guard let items = value as? [Any] else { return found + ["\(place) is no array"] }
            let rule = rules["items"] as? [String: Any] ?? [:]
            for (index, item) in items.enumerated() { found += complaints(item, rule, "\(place)[\(index)]") }
        case "object":
            guard let object = value as? [String: Any] else { return found + ["\(place) is no object"] }
            found += complaints(object: object, rules, place)
        default: break
        }
        return found
    }

    private static func complaints(object: [String: Any], _ rules: [String: Any], _ place: String) -> [String] {
        let properties = rules["properties"] as? [String: [String: Any]] ?? [:]
        let required = rules["required"] as? [String] ?? []
        let missing = required.filter { object[$0] == nil }.map { "\(place) has no \($0)" }
        return missing
            + object.sorted { $0.key < $1.key }.flatMap { name, value in
                properties[name].map { complaints(value, $0, "\(place).\(name)") } ?? ["\(place).\(name) is unknown"]
            }
    }
}

/// The tree that the tests were built from.
enum SourceTree {
    static let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
}
