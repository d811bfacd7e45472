/// A value while the document is read, when lines to come may still add to it.
struct TOMLNode {
    enum Content {
        /// A value without others in it.
        case scalar(TOMLValue.Content)
        /// An array that was written as a value, to which nothing is added.
        case array([TOMLNode])
        case table(TOMLTableNode)
        case tables(TOMLTablesNode)
    }

    let content: Content
    let position: TOMLPosition

    init(_ content: Content, _ position: TOMLPosition) {
        self.content = content
        self.position = position
    }
}

/// An array of tables while the document is read.
final class TOMLTablesNode {
    let position: TOMLPosition
    private(set) var nodes: [TOMLNode]
    private(set) var last: TOMLTableNode

    init(_ first: TOMLTableNode) {
        position = first.position
        nodes = [TOMLNode(.table(first), position)]
        last = first
    }

    func append(_ table: TOMLTableNode) {
        nodes.append(TOMLNode(.table(table), table.position))
        last = table
    }
}

/// A table while the document is read.
final class TOMLTableNode {
    /// What made it, which decides what may still be added.
    enum Origin {
        /// The header of a table inside it, `[it.other]`.
        case implicit
        /// A header of its own.
        case header
        /// A dotted key, `it.key = 1`.
        case dotted
        /// Braces: it is complete.
        case inline
    }

    var origin: Origin
    var position: TOMLPosition
    /// How many keys and arrays lead here from the document's root, or from where an inline table begins.
    let depth: Int
    private var keys: [TOMLKey] = []
    private var nodes: [TOMLNode] = []
    private var places: [TOMLName: Int] = [:]

    init(_ origin: Origin, _ position: TOMLPosition, depth: Int = 0) {
        self.origin = origin
        self.position = position
        self.depth = depth
    }

    /// The key that is there already, and its value.
    func find(_ key: TOMLKey) -> (key: TOMLKey, node: TOMLNode)? { places[key.name].map { (keys[$0], nodes[$0]) } }

    /// Puts in a key that is not there.
    func set(_ key: TOMLKey, _ node: TOMLNode) {
        places[key.name] = keys.count
        keys.append(key)
        nodes.append(node)
    }

    /// Puts in a table under a key that is not there.
    func add(_ key: TOMLKey, _ origin: Origin, at position: TOMLPosition) -> TOMLTableNode {
        let table = TOMLTableNode(origin, position, depth: depth + 1)
        set(key, TOMLNode(.table(table), position))
        return table
    }
}

extension TOMLTableNode {
    func table(_ path: TOMLPath) -> TOMLTable {
        // Loops, here and below: closures would take much of the stack at each level.
        var entries: [TOMLTable.Entry] = []
        entries.reserveCapacity(keys.count)
        for place in keys.indices {
            let value = nodes[place].value(.key(keys[place].text, in: path))
            entries.append(TOMLTable.Entry(key: keys[place], value: value))
        }
        return TOMLTable(entries, places: places, path: path, position: position)
    }
}

extension TOMLNode {
    fileprivate func value(_ path: TOMLPath) -> TOMLValue {
        switch content {
        case .scalar(let content): TOMLValue(content: content, position: position)
        case .array(let items): Self.array(items, position, path)
        case .table(let node): Self.table(node, path)
        case .tables(let node): Self.array(node.nodes, position, path)
        }
    }

    private static func table(_ node: TOMLTableNode, _ path: TOMLPath) -> TOMLValue {
        TOMLValue(content: .table(node.table(path)), position: node.position)
    }

    private static func array(_ items: [TOMLNode], _ position: TOMLPosition, _ path: TOMLPath) -> TOMLValue {
        var values: [TOMLValue] = []
        values.reserveCapacity(items.count)
        for (place, item) in items.enumerated() { values.append(item.value(.item(place, in: path))) }
        return TOMLValue(content: .array(values), position: position)
    }
}
