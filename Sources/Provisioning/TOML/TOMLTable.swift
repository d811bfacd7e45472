/// A part of a key, and where it stands.
public struct TOMLKey: Sendable {
    /// Its text, without quotation marks.
    public let text: String
    /// Where it begins.
    public let position: TOMLPosition

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
public struct TOMLTable: Sendable {
    /// A key with its value.
    public struct Entry: Sendable {
        /// The key, where it stands first.
        public let key: TOMLKey
        /// The value.
        public let value: TOMLValue
    }

    /// The keys with their values, in the order of the document.
    public let entries: [Entry]
    /// The way to this table from the document's root.
    public let path: TOMLPath
    /// Where it begins.
    public let position: TOMLPosition
    private let places: [TOMLName: Int]

    init(_ entries: [Entry], places: [TOMLName: Int], path: TOMLPath, position: TOMLPosition) {
        self.entries = entries
        self.places = places
        self.path = path
        self.position = position
    }

    /// The entry with exactly that key.
    public func entry(_ key: String) -> Entry? { places[TOMLName(text: key)].map { entries[$0] } }

    /// The value of exactly that key.
    public subscript(key: String) -> TOMLValue? { entry(key)?.value }
}
