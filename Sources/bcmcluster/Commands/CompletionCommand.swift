import Provisioning

/// Prints a shell's completion script, and answers it: `bcmcluster completion`, `bcmcluster __complete`.
struct CompletionCommand {
    let session: Session

    /// The script for the shell that is named.
    func script() -> Int32 {
        session.terminal.result(CompletionScript.text(for: session.invocation.operands[0]) ?? "")
        return 0
    }

    /// One candidate to a line, and what it means behind a tabulator.
    ///
    /// It reads what is kept in the runtime directory alone, since the user waits.
    func answer() -> Int32 {
        let words = CompletionWords(session.app)
        let completion = Completion(
            clusters: { words.clusters }, members: words.members, snapshots: words.snapshots, units: words.units,
            hosts: { words.hosts }, defaultCluster: session.environment("BCM_CLUSTER_NAME"))
        let lines = completion.candidates(session.invocation.passedOn).map { "\($0.word)\t\($0.summary)\n" }
        session.terminal.result(lines.joined())
        return 0
    }
}
