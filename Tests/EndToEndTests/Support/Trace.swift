import Foundation
import Provisioning
import Testing

/// A run's own log, read back.
struct RunLogFile {
    struct Entry: Equatable {
        var step: String
        var phase: String
        var effect: String
        var status: String
        var seconds: Double
        var command: String
    }

    /// The command that took longest, and how long.
    var slowest: String {
        entries.max { $0.seconds < $1.seconds }.map { "\($0.seconds) s, \($0.step): \($0.command)" } ?? "nothing"
    }

    let entries: [Entry]

    /// The log of the last run of that command.
    static func newest(in sandbox: Sandbox, command: String, of cluster: String? = nil) throws -> RunLogFile {
        let folder = try sandbox.files(of: cluster).logs
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix("-\(command).log")
        }
        let dated = try names.map { name in
            (
                try #require(
                    FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.modificationDate] as? Date), name
            )
        }
        let newest = try #require(dated.max { $0.0 < $1.0 })
        return RunLogFile(try String(contentsOfFile: "\(folder)/\(newest.1)", encoding: .utf8))
    }

    private init(_ text: String) {
        entries = text.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return Entry(
                step: fields[1], phase: fields[2], effect: fields[3], status: fields[4],
                seconds: Double(fields[5]) ?? 0, command: fields[6])
        }
    }
}

/// A dry run, as data.
struct DryRun {
    struct Step: Decodable {
        struct Action: Decodable {
            var kind: String
            var effect: String?
            var argv: [String]?
        }
        var title: String
        var member: String?
        var done: Bool
        var actions: [Action]

        var identifier: String { member.map { "\($0) \(title)" } ?? title }
        /// The commands, as they could be pasted.
        var commands: [String] {
            actions.compactMap(\.argv).map { $0.map(Provisioning.Shell.quoted).joined(separator: " ") }
        }
    }

    private struct Document: Decodable {
        var schemaVersion: Int
        var steps: [Step]
    }

    let steps: [Step]

    init(_ sandbox: Sandbox, _ arguments: String...) async throws { try await self.init(sandbox, arguments) }

    init(_ sandbox: Sandbox, _ arguments: [String]) async throws {
        let result = try await sandbox.run(Product.bcmcluster, arguments + ["--dry-run", "--json"])
        try #require(result.succeeded, "\(result.errors)")
        let document = try JSONDecoder().decode(Document.self, from: Data(result.output.utf8))
        try #require(document.schemaVersion == 2)
        steps = document.steps
    }

    /// Holds what a real run did, step by step and command by command, to what was said before it.
    func expectTrace(in sandbox: Sandbox, command: String) throws {
        let entries = try RunLogFile.newest(in: sandbox, command: command).entries
            .filter { $0.phase == "running" && $0.effect != "reads" }
        let ran = Dictionary(grouping: entries, by: \.step)
        let identifier = try sandbox.state().identifier
        // A step that only waits may find its answer there at once, and then does not have to ask for it.
        let waiting = Set(steps.filter { $0.actions.allSatisfy { $0.effect == "awaits" } }.map(\.identifier))
        #expect(
            Set(ran.keys).union(waiting) == Set(steps.filter { !$0.commands.isEmpty }.map(\.identifier)).union(waiting))
        for step in steps where ran[step.identifier] != nil || !waiting.contains(step.identifier) {
            var commands = (ran[step.identifier] ?? []).map { Self.normalised($0.command, identifier) }
                .filter { !Self.isOfAllClusters($0) && !Self.isOfBusyHost($0) }
            // A question that is asked until the answer comes stands once in the plan.
            commands = commands.enumerated().filter { $0 == 0 || commands[$0 - 1] != $1 }.map(\.1)
            // Calls that go out in parallel end in any order.
            let planned = step.commands.map { Self.normalised($0, identifier) }.filter { !Self.isOfAllClusters($0) }
            #expect(commands.sorted() == planned.sorted(), "\(step.identifier)")
        }
    }

    /// Whether it is part of a second look at a daemon that takes more than some seconds to answer, which depends on the host.
    private static func isOfBusyHost(_ command: String) -> Bool {
        command.contains("/entrypoint daemon ") || command.contains("pgrep ")
    }

    /// Whether it is about the uplink's forwarding, or the kernel's limits.
    ///
    /// The first cluster of a host turns forwarding on, and the last one off, and limits are raised for all together: another
    /// test's may have come or gone between plan and run. `ForwardingTests` and `ManyMembersTests` hold it.
    private static func isOfAllClusters(_ command: String) -> Bool {
        command.contains("/var/lib/bcmcluster/forwarding") || command.contains(/\/var\/lib\/bcmcluster\/limits\/[^ ]+=/)
            || command.hasPrefix("sysctl -q -w ") && !command.contains("<id>")
    }

    /// What is known only later, under one name in plan and run; another test may have taken the subnet in between.
    private static func normalised(_ command: String, _ identifier: String) -> String {
        command.replacing(identifier, with: "<id>").replacing(/\b10\.\d+\./, with: "10.<subnet>.").replacing(
            /--target ('<process of [^>]+>'|\d+)/, with: "--target <process>"
        )
        .replacing("'", with: "")
        // The address of a VM, and the certificate of a client that has none yet, are known only later.
        .replacing(/https:\/\/[^ ]*( address>)?:8443/, with: "https://<address>:8443")
        .replacing(/-[0-9a-f]{12}$/, with: "-<id>")
    }
}
