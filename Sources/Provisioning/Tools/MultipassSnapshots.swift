/// Typed commands about multipass's snapshots, which came with 1.13.
package struct MultipassSnapshots: Sendable {
    /// What the snapshots that are ours have for a comment: the user may have others on the same machine.
    static let mark = "bcmcluster"

    private let runner: any CommandRunner

    /// The multipass that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// Throws what multipass says where it, or its driver, takes no snapshots.
    ///
    /// Asked for a snapshot of a machine that cannot be: the daemon looks first whether it takes any at all.
    package func check() async throws {
        let command = Command(Multipass.program, ["snapshot", "no-such-machine-asked-by-bcmcluster"])
        let result = try await runner.run(command)
        guard result.succeeded || result.reports(MultipassError.noInstance) else { throw Failure(command, result) }
    }

    /// The snapshots of each machine, with their comments, by name.
    package func list() async throws -> [String: [String: String]] {
        struct Snapshot: Decodable { var comment: String? }
        struct List: Decodable { var info: [String: [String: Snapshot]] }
        let assumed = #"{"info":{}}"#
        let command = Command(Multipass.program, ["list", "--snapshots", "--format", "json"], assumed: assumed)
        let result = try await runner.run(command)
        // Newer than 1.16: a command of its own.
        let isMoved = result.ending == .exited(1) && result.reports(MultipassError.unknownOption)
        let text =
            isMoved
            ? try await runner.output(
                of: Command(Multipass.program, ["snapshots", "--format", "json"], assumed: assumed))
            : result.output
        guard isMoved || result.succeeded else { throw Failure(command, result) }
        return try command.decode(List.self, from: text).info.mapValues { $0.mapValues { $0.comment ?? "" } }
    }

    /// Takes a snapshot of a machine that is off.
    package func take(_ snapshot: String, of machine: String, limit: Duration) async throws {
        try await change(["snapshot", "--name", snapshot, "--comment", Self.mark, machine], machine, limit)
    }

    /// Makes a machine that is off what it was, without a snapshot of what it is now.
    package func restore(_ machine: String, to snapshot: String, limit: Duration) async throws {
        try await change(["restore", "--destructive", "\(machine).\(snapshot)"], machine, limit)
    }

    /// Deletes a snapshot permanently; a machine that is on holds its snapshots fast.
    package func delete(_ snapshot: String, of machine: String) async throws {
        try await change(["delete", "--purge", "\(machine).\(snapshot)"], machine, .seconds(300))
    }

    private func change(_ arguments: [String], _ machine: String, _ limit: Duration) async throws {
        try await runner.output(
            of: Command(Multipass.program, arguments, limit: limit, effect: .changes, touches: [.machine(machine)]))
    }
}
