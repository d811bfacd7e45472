/// A place in a TOML document.
public struct TOMLPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// The column, from 1, in Unicode scalars.
    public let column: Int

    /// The place at that line and column.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// As it stands in front of a message.
    public var description: String { "line \(line), column \(column)" }

    /// Whether the one place stands before the other.
    public static func < (one: TOMLPosition, other: TOMLPosition) -> Bool {
        (one.line, one.column) < (other.line, other.column)
    }
}

/// Why a TOML document is refused, and where.
public struct TOMLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it is refused.
    public let position: TOMLPosition
    /// One sentence for the user, without a full stop.
    public let problem: String
    /// What to do about it, without a full stop.
    public let hint: String?

    /// Makes an error; `problem` and `hint` are sentences without a full stop.
    public init(_ position: TOMLPosition, _ problem: String, hint: String? = nil) {
        self.position = position
        self.problem = problem
        self.hint = hint
    }

    /// The line, from 1.
    public var line: Int { position.line }
    /// The column, from 1, in Unicode scalars.
    public var column: Int { position.column }
    /// Place and sentence.
    public var description: String { "\(position): \(problem)" }

    /// The failure that it amounts to, with the file's path in front.
    public func failure(in path: String) -> Failure { Failure(.badInput, "\(path), \(self)", hint: hint) }
}
