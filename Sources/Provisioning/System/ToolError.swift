/// What a program reports, told by its own words; the file that declares the enum is the only one that knows them.
///
/// Programs whose output is read speak English: they run with `LC_ALL=C`.
protocol ToolError: Error, Equatable {
    /// Words of each case in what the program prints on standard error, the more specific ones first.
    static var signs: [(sign: String, error: Self)] { get }

    /// The part of what the program printed in which the words are looked for.
    static func significantPart(of text: String) -> String
}

extension ToolError {
    static func significantPart(of text: String) -> String { text }

    /// Reads what the program printed; `nil` where that is none of the cases.
    init?(_ text: String) {
        let text = Self.significantPart(of: text)
        guard let error = Self.signs.first(where: { text.contains($0.sign) })?.error else { return nil }
        self = error
    }
}

extension CommandResult {
    /// Whether the program failed with one of these errors.
    func reports<Reported: ToolError>(_ expected: Reported...) -> Bool {
        !succeeded && Reported(errors).map(expected.contains) ?? false
    }
}

extension Failure {
    /// Whether it is that of a program with one of these errors.
    func reports<Reported: ToolError>(_ expected: Reported...) -> Bool {
        code == .commandFailed && output.flatMap { Reported($0) }.map(expected.contains) ?? false
    }
}
