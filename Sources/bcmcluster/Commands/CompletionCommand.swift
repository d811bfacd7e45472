import Provisioning

/// Prints a shell's completion script, and answers it: `bcmcluster completion`, `bcmcluster __complete`.
struct CompletionCommand {
    let invocation: Invocation
    let world: World

    /// The script for the shell that is named.
    func script() -> Int32 {
        world.terminal.result(CompletionScript.text(for: invocation.operands[0]) ?? "")
        return 0
    }

    /// One candidate to a line, and what it means behind a tabulator.
    ///
    /// It reads names of folders alone, since the user waits with a finger on a key.
    func answer() -> Int32 {
        let (files, runtime) = (world.files, world.runtime)
        let completion = Completion(
            clusters: {
                let names = try? files.names(in: ClusterFolder.clusters(in: runtime))
                return (names ?? []).filter { (try? ClusterName($0)) != nil }
            },
            members: { text in
                guard let name = try? ClusterName(text) else { return [] }
                let names = try? files.names(in: ClusterFolder(runtime: runtime, cluster: name).endpoints)
                return (names ?? []).filter { MemberName($0, of: name) != nil }
            },
            snapshots: { text in
                guard let name = try? ClusterName(text) else { return [] }
                let names = try? SavedCluster.names(in: ClusterFolder(runtime: runtime, cluster: name), files)
                return (names ?? []).map(\.text)
            }, hosts: { [hosts = world.hosts] in ((try? hosts.all()) ?? []).map(\.name.text) },
            defaultCluster: world.environment("BCM_CLUSTER_NAME"))
        let lines = completion.candidates(invocation.passedOn).map { "\($0.word)\t\($0.summary)\n" }
        world.terminal.result(lines.joined())
        return 0
    }
}
