/// Typed commands of iproute2's `ss`.
package struct Sockets: Sendable {
    private let runner: any CommandRunner

    /// The sockets of the machine that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// The TCP ports on which somebody listens.
    package func listening() async throws -> Set<Int> {
        let text = try await runner.output(of: Command("ss", ["-Hltn"]))
        // State, two queues, and the local address, whose last part is the port.
        return Set(
            text.split(separator: "\n").compactMap { line in
                let fields = line.split(separator: " ")
                return fields.count > 3 ? fields[3].split(separator: ":").last.flatMap { Int($0) } : nil
            })
    }
}
