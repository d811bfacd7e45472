import Foundation
import Testing

/// As much of JSON Schema as the files in docs/ use.
struct Schema {
    private let root: [String: Any]

    /// The schema in docs/ of that name.
    init(_ name: String) throws {
        let package = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(package)/docs/\(name)"))
        root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// Where the text is not as the schema says; empty where it is.
    func complaints(about text: String) throws -> [String] {
        Self.complaints(try JSONSerialization.jsonObject(with: Data(text.utf8)), root, "$")
    }

    private static func complaints(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        if let constant = schema["const"] as? Int, value as? Int != constant { return ["\(place) is not \(constant)"] }
        if let words = schema["enum"] as? [String], !words.contains(value as? String ?? "") {
            return ["\(place) is none of \(words)"]
        }
        switch schema["type"] as? String {
        case "string": return value is String ? [] : ["\(place) is no string"]
        case "boolean": return value is Bool ? [] : ["\(place) is no boolean"]
        case "integer": return value is Int ? [] : ["\(place) is no integer"]
        case "array":
            guard let items = value as? [Any] else { return ["\(place) is no array"] }
            let inner = schema["items"] as? [String: Any] ?? [:]
            return items.enumerated().flatMap { complaints($0.element, inner, "\(place)[\($0.offset)]") }
        case "object":
            guard let fields = value as? [String: Any] else { return ["\(place) is no object"] }
            let known = schema["properties"] as? [String: [String: Any]] ?? [:]
            let required = schema["required"] as? [String] ?? []
            return required.filter { fields[$0] == nil }.map { "\(place).\($0) is missing" }
                + fields.flatMap { name, field in
                    known[name].map { complaints(field, $0, "\(place).\(name)") } ?? ["\(place).\(name) is unknown"]
                }
        default: return []
        }
    }
}
