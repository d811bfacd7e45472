/// The versions of the programs that matter here, as they say themselves.
package struct Versions: Sendable {
    private let runner: any CommandRunner

    /// The programs that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// The first line that the program prints about its version; `nil` where it is not there or says nothing.
    package func line(_ program: String, _ arguments: [String] = ["--version"]) async -> String? {
        let result = try? await runner.run(Command(program, arguments, limit: .seconds(20)).needed)
        guard let result, result.succeeded else { return nil }
        return result.output.split(separator: "\n").first?.trimmed
    }

    /// Whether a version such as `1.16.3` or `5.0.2 LTS` is that one or a later one.
    package static func isVersion(_ text: String, atLeast major: Int, _ minor: Int) -> Bool {
        let numbers = text.split { !($0.isASCII && $0.isNumber) }.prefix(2).compactMap { Int($0) }
        guard let first = numbers.first else { return false }
        return (first, numbers.dropFirst().first ?? 0) >= (major, minor)
    }
}
