#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension CommandRunner {
    /// Runs a command that prints JSON, and decodes what it printed.
    func decoded<Answer: Decodable>(_ type: Answer.Type, from command: Command) async throws -> Answer {
        let result = try await run(command)
        guard result.succeeded else { throw Failure(command, result) }
        if result.isAssumedEmpty, let answer: Answer = .empty { return answer }
        return try command.decode(type, from: result.output)
    }
}

extension Decodable {
    /// The value without anything in it; `nil` where the type has none.
    fileprivate static var empty: Self? {
        ["[]", "{}"].lazy.compactMap { try? JSONDecoder().decode(Self.self, from: Data($0.utf8)) }.first
    }
}

extension Command {
    /// Decodes what the command printed; an answer that is no such JSON is a failure of the command.
    func decode<Answer: Decodable>(_ type: Answer.Type, from text: String) throws -> Answer {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            let place = (error as? DecodingError)?.place ?? ""
            throw Failure(
                .commandFailed, "\(invocation.program) returned unexpected JSON\(place)",
                command: invocation.pasteable,
                output: invocation.output == .secret ? nil : String(text.trimmed.prefix(400)))
        }
    }
}

extension DecodingError {
    /// Where in the JSON it went wrong, as far as it is JSON; no values, which can be secrets.
    fileprivate var place: String {
        let path: [any CodingKey] =
            switch self {
            case .keyNotFound(let key, let context): context.codingPath + [key]
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            @unknown default: []
            }
        return path.isEmpty
            ? "" : ", at \(path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "."))"
    }
}
