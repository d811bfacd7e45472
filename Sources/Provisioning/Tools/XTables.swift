/// Typed commands of iptables and its kin, as root: what LXD uses where it finds rules of theirs already.
package struct XTables: Sendable {
    /// Both address families, each with the kernel's newer and older interface.
    private static let programs = ["iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy"]

    private let runner: any CommandRunner

    /// The rules of the machine that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// Removes the rules with such a comment, and no others; without the programs there are none.
    package func removeRules(
        touches: Set<Subject> = [], where isOurs: (_ comment: String) -> Bool
    ) async throws {
        for program in Self.programs {
            let lines = try await saved(by: program).filter {
                $0.hasPrefix("*") || Self.comment($0).map(isOurs) ?? false
            }
            guard lines.contains(where: { !$0.hasPrefix("*") }) else { continue }
            try await runner.output(
                of: Command(
                    "\(program)-restore", ["--noflush"], input: Self.removal(of: lines), effect: .changes,
                    touches: touches))
        }
    }

    private func saved(by program: String) async throws -> [String] {
        do {
            let result = try await runner.run(Command("\(program)-save", []))
            return result.output.split(separator: "\n").map(String.init)
        } catch let failure as Failure where failure.code == .missing {
            return []
        }
    }

    /// The comment of a rule, if it has one of several words.
    private static func comment(_ line: String) -> String? {
        guard line.hasPrefix("-A "), let start = line.ranges(of: "--comment \"").first?.upperBound else { return nil }
        return String(line[start...].prefix { $0 != "\"" })
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
