import Provisioning

/// What the user, or a program that reads along, sees of the stand-in.
enum Terminal {
    /// What multipass prints to wipe a spinner away.
    static let wipe = "\u{1b}[2K\u{1b}[0A\u{1b}[E"

    static func say(_ text: String) { SystemCalls.write(text, to: 1) }
    static func complain(_ text: String) { SystemCalls.write(text + "\n", to: 2) }

    /// A line of the client's log.
    static func log(_ category: String, _ message: String) {
        complain("[2026-11-27T06:00:00.000] [error] [\(category)] \(message)")
    }

    /// What the client's log says of a server that it cannot reach.
    static func log(url: String) { log("url downloader", "Failed to get \(url): Host not found") }

    /// All of standard input.
    static func input() -> String {
        var lines: [String] = []
        while let line = readLine(strippingNewline: false) { lines.append(line) }
        return lines.joined()
    }

    /// Spins on standard output, terminal or not, while the work continues.
    static func spinning<Answer: Sendable>(
        _ message: String, _ work: @Sendable () async throws -> Answer
    ) async throws -> Answer {
        say("\(wipe)\(message)  ")
        let spinner = Task {
            var frame = 0
            while !Task.isCancelled {
                say("\u{8}\(["|", "/", "-", "\\"][frame % 4])")
                frame += 1
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
        do {
            let answer = try await work()
            await stop(spinner)
            return answer
        } catch {
            await stop(spinner)
            throw error
        }
    }

    private static func stop(_ spinner: Task<Void, Never>) async {
        spinner.cancel()
        await spinner.value
        say(wipe)
    }
}
