/// A part of a key, and where it stands.
package struct TOMLKey: Sendable {
    /// Its text, without quotation marks.
    package let text: String
    /// Where it begins.
    package let position: TOMLPosition

    /// As it could stand in a document.
    var written: String { TOMLPath.written(text) }
    /// What tells it from other keys.
    var name: TOMLName { TOMLName(text: text) }
}

/// A key's text, scalar by scalar: `String` takes an accented letter and a letter with an accent for the same.
struct TOMLName: Hashable {
    let text: String

    static func == (one: TOMLName, other: TOMLName) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

/// A table of a TOML document: keys with their values, in the order of the document.
package struct TOMLTable: Sendable {
    /// A key with its value.
    package struct Entry: Sendable {
        /// The key, where it stands first.
        package let key: TOMLKey
        package let value: TOMLValue
    }

    /// The keys with their values, in the order of the document.
    package let entries: [Entry]
    /// The way to this table from the document's root.
    package let path: TOMLPath
    /// Where it begins.
    package let position: TOMLPosition
    private let places: [TOMLName: Int]

    init(_ entries: [Entry], places: [TOMLName: Int], path: TOMLPath, position: TOMLPosition) {
        self.entries = entries
        self.places = places
        self.path = path
        self.position = position
    }

    /// The entry with exactly that key.
    package func entry(_ key: String) -> Entry? { places[TOMLName(text: key)].map { entries[$0] } }

    /// The value of exactly that key.
    package subscript(key: String) -> TOMLValue? { entry(key)?.value }
}
