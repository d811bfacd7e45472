/// A text of a unit's file, and where it stands.
struct PlacedText {
    let text: String
    let path: TOMLPath
    let position: TOMLPosition

    /// The error that it is refused; `problem` continues behind its path.
    func refusal(_ problem: String, hint: String? = nil) -> TOMLError {
        TOMLError(position, "\(path) \(problem)", hint: hint)
    }

    /// What another file gives; what is wrong with it gets this place.
    func reading<Value>(_ read: () throws -> Value) throws -> Value {
        do { return try read() } catch let failure as Failure {
            throw refusal("cannot be read: \(failure.message)", hint: failure.hint)
        }
    }
}

extension TOMLTable {
    /// The texts under the key, which takes one or an array of them.
    func oneOrMore(_ key: String) throws -> [PlacedText] {
        guard let value = self[key] else { return [] }
        if case .string(let text) = value.content {
            return [PlacedText(text: text, path: path(of: key), position: value.position)]
        }
        guard case .array(let items) = value.content else {
            throw TOMLError(
                value.position, "\(path(of: key)) is \(value.content.title), but must be a string or an array")
        }
        return try items.enumerated().map { place, item in
            let path = TOMLPath.item(place, in: path(of: key))
            guard case .string(let text) = item.content else {
                throw TOMLError(item.position, "\(path) is \(item.content.title), but must be a string")
            }
            return PlacedText(text: text, path: path, position: item.position)
        }
    }

    /// What is checked; what is wrong gets the place of that key.
    func refusing(_ key: String, _ check: () throws -> Void) throws {
        do { try check() } catch let failure as Failure {
            throw TOMLError(self[key]?.position ?? position, failure.message, hint: failure.hint)
        }
    }

    /// Names of the engine's things under the key, one or several, each once.
    func names(_ key: String, _ noun: String, most: Int = .max) throws -> [String] {
        var names: [String] = []
        for place in try oneOrMore(key) {
            guard place.text.isName(in: 1...63, besides: "._-"), !"._-".utf8.contains(place.text.utf8.first ?? 0) else {
                throw place.refusal("is not the name of a \(noun)", hint: "write one such as \"gpu\"")
            }
            guard !names.contains(place.text) else { throw place.refusal("names \(place.text) a second time") }
            guard names.count < most else { throw place.refusal("is one too many", hint: "name one \(noun)") }
            names.append(place.text)
        }
        return names
    }
}
