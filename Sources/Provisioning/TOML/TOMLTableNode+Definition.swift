/// What may be defined where, and what has been defined already.
extension TOMLTableNode {
    /// The table that a header opens, seen from the document's root.
    func section(_ keys: [TOMLKey], at position: TOMLPosition, isArray: Bool) throws(TOMLError) -> TOMLTableNode {
        var table = self
        for key in keys.dropLast() { table = try table.descend(header: key) }
        let key = keys[keys.count - 1]
        return isArray ? try table.append(key, at: position) : try table.define(key, at: position)
    }

    /// The table that a dotted key's last part belongs to, in which it is not there yet.
    func home(of keys: [TOMLKey]) throws(TOMLError) -> (table: TOMLTableNode, key: TOMLKey) {
        var table = self
        for key in keys.dropLast() { table = try table.descend(dotted: key) }
        let key = keys[keys.count - 1]
        if let found = table.find(key) {
            throw TOMLError(key.position, "duplicate key \(key.written), first on line \(found.key.position.line)")
        }
        return (table, key)
    }

    /// The table on a header's way; of an array of tables that is the last.
    private func descend(header key: TOMLKey) throws(TOMLError) -> TOMLTableNode {
        guard let found = find(key) else { return add(key, .implicit, at: key.position) }
        switch found.node.content {
        case .table(let table) where table.origin != .inline: return table
        case .tables(let tables): return tables.last
        default: throw complete(key, found.node)
        }
    }

    /// The table on a dotted key's way, unless a header has defined it.
    private func descend(dotted key: TOMLKey) throws(TOMLError) -> TOMLTableNode {
        guard let found = find(key) else { return add(key, .dotted, at: key.position) }
        switch found.node.content {
        case .table(let table) where table.origin == .dotted || table.origin == .implicit:
            table.origin = .dotted
            return table
        case .table(let table) where table.origin == .header:
            throw twice(key, "the table \(key.written)", table.position)
        case .tables(let tables): throw twice(key, "the array of tables \(key.written)", tables.position)
        default: throw complete(key, found.node)
        }
    }

    /// The table under the key, unless it is defined already.
    private func define(_ key: TOMLKey, at position: TOMLPosition) throws(TOMLError) -> TOMLTableNode {
        guard let found = find(key) else { return add(key, .header, at: position) }
        guard case .table(let table) = found.node.content, table.origin == .implicit else {
            throw defined(key, found.node)
        }
        table.origin = .header
        table.position = position
        return table
    }

    /// One more table in the array under the key.
    private func append(_ key: TOMLKey, at position: TOMLPosition) throws(TOMLError) -> TOMLTableNode {
        let table = TOMLTableNode(.header, position, depth: depth + 2)
        switch find(key)?.node {
        case nil: set(key, TOMLNode(.tables(TOMLTablesNode(table)), position))
        case let node? where node.tables != nil: node.tables?.append(table)
        case let node?: throw defined(key, node)
        }
        return table
    }
}

extension TOMLTableNode {
    private func complete(_ key: TOMLKey, _ node: TOMLNode) -> TOMLError {
        TOMLError(
            key.position,
            "nothing can be added to \(key.written), which is \(node.title) that was given on line \(node.line)")
    }

    private func defined(_ key: TOMLKey, _ node: TOMLNode) -> TOMLError {
        twice(key, "\(key.written), \(node.title),", TOMLPosition(line: node.line, column: 1))
    }

    private func twice(_ key: TOMLKey, _ what: String, _ first: TOMLPosition) -> TOMLError {
        TOMLError(key.position, "\(what) is defined already, on line \(first.line)")
    }
}

extension TOMLNode {
    /// The array of tables that it is, if it is one.
    fileprivate var tables: TOMLTablesNode? {
        if case .tables(let tables) = content { tables } else { nil }
    }

    /// The line on which it begins.
    fileprivate var line: Int {
        if case .table(let table) = content { table.position.line } else { position.line }
    }

    /// What it is, for messages.
    fileprivate var title: String {
        switch content {
        case .scalar(let content): content.title
        case .array: "an array"
        case .tables: "an array of tables"
        case .table(let table): table.origin == .inline ? "an inline table" : "a table"
        }
    }
}
