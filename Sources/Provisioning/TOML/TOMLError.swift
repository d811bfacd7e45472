/// A place in a TOML document.
package struct TOMLPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let line: Int
    /// The column, from 1, in Unicode scalars.
    package let column: Int

    /// The place at that line and column.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// As it stands in front of a message.
    package var description: String { "line \(line), column \(column)" }

    /// Whether the one place stands before the other.
    package static func < (one: TOMLPosition, other: TOMLPosition) -> Bool {
        (one.line, one.column) < (other.line, other.column)
    }
}

/// Why a TOML document is refused, and where.
package struct TOMLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it is refused.
    package let position: TOMLPosition
    /// One sentence for the user, without a full stop.
    package let problem: String
    /// What to do about it, without a full stop.
    package let hint: String?

    /// Makes an error; `problem` and `hint` are sentences without a full stop.
    package init(_ position: TOMLPosition, _ problem: String, hint: String? = nil) {
        self.position = position
        self.problem = problem
        self.hint = hint
    }

    package var line: Int { position.line }
    /// The column, from 1, in Unicode scalars.
    package var column: Int { position.column }
    /// Place and sentence.
    package var description: String { "\(position): \(problem)" }

    /// The failure that it amounts to, with the file's path in front.
    package func failure(in path: String) -> Failure { Failure(.badInput, "\(path), \(self)", hint: hint) }
}
