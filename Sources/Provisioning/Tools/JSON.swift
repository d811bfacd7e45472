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
            throw Failure(
                .commandFailed, "\(program) answered with something that is not the JSON expected",
                command: pasteable, output: output == .secret ? nil : String(text.trimmed.prefix(400)))
        }
    }
}
