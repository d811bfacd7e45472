import FoundationEssentials

extension CommandRunner {
    /// Runs a command that prints JSON, and decodes what it printed.
    func decoded<Answer: Decodable>(_ type: Answer.Type, from command: Command) async throws -> Answer {
        try command.decode(type, from: try await output(of: command))
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
                .commandFailed, "\(program) returned unexpected JSON\(place)",
                command: pasteable, output: output == .secret ? nil : String(text.trimmed.prefix(400)))
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
