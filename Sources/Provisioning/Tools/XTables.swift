/// Typed commands of iptables and its kin, as root: what LXD uses where it finds rules of theirs already.
package struct XTables: Sendable {
    /// Both address families, each with the kernel's newer and older interface.
    private static let allPrograms = ["iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy"]
    /// The program for the kernel's older interface.
    static let legacy = "iptables-legacy"

    private let runner: any CommandRunner
    private let programs: [String]

    /// The rules of the machine that the runner reaches, by all programs, or by those alone.
    package init(_ runner: any CommandRunner, programs: [String]? = nil) {
        self.runner = runner
        self.programs = programs ?? Self.allPrograms
    }

    /// The chains of IPv4, by the newer and the older interface; a system may have but one program, by whatever interface.
    func filterChains() async throws -> [FilterChain] {
        var chains: [FilterChain] = []
        var isOne = true
        for program in ["iptables-nft", Self.legacy] {
            guard let text = try await saved(by: program) else { continue }
            isOne = false
            chains += FilterChain.chains(saved: text, by: program)
        }
        guard isOne, let text = try await saved(by: "iptables") else { return chains }
        return FilterChain.chains(saved: text, by: "iptables")
    }

    /// Removes the rules with such a comment, and no others; without the programs there are none.
    package func removeRules(
        touches: Set<Subject> = [], where isOurs: (_ comment: String) -> Bool
    ) async throws {
        for program in programs {
            let lines = try await (saved(by: program) ?? "").split(separator: "\n").map(String.init).filter {
                $0.hasPrefix("*") || Self.comment($0).map(isOurs) ?? false
            }
            guard lines.contains(where: { !$0.hasPrefix("*") }) else { continue }
            try await runner.output(
                of: Command(
                    "\(program)-restore", ["--noflush", "--wait"], input: Self.removal(of: lines), effect: .changes,
                    touches: touches))
        }
    }

    /// Puts rules, given in words, before all others of a chain, and removes those with such a comment from it, in one go.
    func replaceRules(
        in chain: String, of table: String, by rules: [[String]], where isOurs: (_ comment: String) -> Bool
    ) async throws {
        for program in programs {
            let all = try await (saved(by: program) ?? "").split(separator: "\n").map(String.init)
            let listed = all.drop { $0 != "*\(table)" }.dropFirst().prefix { !$0.hasPrefix("*") }
            let old = listed.filter { $0.hasPrefix("-A \(chain) ") && Self.comment($0).map(isOurs) ?? false }
            // What goes stands first: a rule is deleted by its words, and the new one may have the same.
            let lines =
                old.map { "-D \($0.dropFirst(3))" }
                + rules.map { words in
                    "-I \(chain) \(words.map { $0.contains(" ") ? "\"\($0)\"" : $0 }.joined(separator: " "))"
                }
            try await runner.output(
                of: Command(
                    "\(program)-restore", ["--noflush", "--wait"],
                    input: (["*\(table)"] + lines + ["COMMIT", ""]).joined(separator: "\n"), effect: .changes))
        }
    }

    /// What the program prints of all its rules; `nil` where it is not installed, or does not work.
    private func saved(by program: String) async throws -> String? {
        do {
            let result = try await runner.run(Command("\(program)-save", []).needed)
            return result.succeeded ? result.output : nil
        } catch let failure as Failure where failure.code == .missing {
            return nil
        }
    }

    /// The comment of a rule, if it has one of several words.
    static func comment(_ line: String) -> String? {
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
