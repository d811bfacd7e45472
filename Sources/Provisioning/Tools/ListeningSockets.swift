/// Typed commands of `ss`, as root: what listens on the machine that the runner reaches.
package struct ListeningSockets: Sendable {
    /// Something that listens.
    package struct Listener: Sendable, Equatable {
        /// The address, as `ss` prints it.
        package var address: String
        /// The name of its process; `nil` where it is unknown.
        package var process: String?
    }

    private let runner: any CommandRunner

    /// The sockets that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// What listens at that address, or at any, with TCP; nothing where `ss` cannot say.
    package func listeners(at address: IPv4, port: Int) async throws -> [Listener] {
        let result = try await runner.run(Self.question(port))
        guard result.succeeded else { return [] }
        return result.output.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count >= 4, words[3].hasSuffix(":\(port)") else { return nil }
            let local = String(words[3].dropLast("\(port)".count + 1))
            guard ["*", "0.0.0.0", "[::]", address.description].contains(local) else { return nil }
            // users:(("lxd",pid=123,fd=4))
            let process = words.dropFirst(5).joined(separator: " ").split(separator: "\"", maxSplits: 2)
            return Listener(address: local, process: process.count > 1 ? String(process[1]) : nil)
        }
    }

    static func question(_ port: Int) -> Command {
        Command(
            "ss", ["--no-header", "--listening", "--tcp", "--numeric", "--processes", "sport", "=", ":\(port)"],
            assumed: "")
    }
}
