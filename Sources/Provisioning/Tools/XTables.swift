/// Typed commands of iptables and its kin, as root: what LXD uses where it finds rules of theirs already.
public struct XTables: Sendable {
    /// Both address families, each with the kernel's newer and older interface.
    private static let programs = ["iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy"]

    private let runner: any CommandRunner

    /// The rules of the machine that the runner reaches.
    public init(_ runner: any CommandRunner) { self.runner = runner }

    /// Removes the rules of which a comment begins so, and no others; without the programs there are none.
    public func removeRules(commented prefix: String, touches: Set<Subject> = []) async throws {
        for program in Self.programs {
            let lines = try await saved(by: program).filter { $0.hasPrefix("*") || Self.isRule($0, commented: prefix) }
            guard lines.contains(where: { !$0.hasPrefix("*") }) else { continue }
            try await runner.output(
                of: Command(
                    "\(program)-restore", ["--noflush"], input: Self.removal(of: lines), effect: .changes,
                    touches: touches))
        }
    }

    private func saved(by program: String) async throws -> [String] {
        do {
            let result = try await runner.run(Command("\(program)-save", [], assumed: ""))
            return result.output.split(separator: "\n").map(String.init)
        } catch let failure as Failure where failure.code == .missing {
            return []
        }
    }

    private static func isRule(_ line: String, commented prefix: String) -> Bool {
        line.hasPrefix("-A ") && line.contains("--comment \"\(prefix)")
    }

    /// Each table's rules as the program itself has printed them, to be deleted; a table ends with `COMMIT`.
    private static func removal(of lines: [String]) -> String {
        var text = ""
        for line in lines {
            if line.hasPrefix("*") {
                text += (text.isEmpty ? "" : "COMMIT\n") + "\(line)\n"
            } else {
                text += "-D \(line.dropFirst(3))\n"
            }
        }
        return text + "COMMIT\n"
    }
}
