import Provisioning

extension CommandTable {
    /// The commands that show what a cluster's members and instances are and do.
    static let watching: [CommandSpecification] = [
        CommandSpecification(
            verb: .memberList, words: ["member", "list"], group: .members, summary: "list the cluster's members",
            details: """
                Shows each member's roles, state, address, host, machine, sizes and version,
                as fast as status does. Members that only the cluster knows, and not its
                state, come last. Exits with 4 if a member does not answer.
                """, flags: [.cluster, .json], examples: ["bcmcluster member list -c DEV"], schema: "member-list",
            onlyReads: true),
        CommandSpecification(
            verb: .top, words: ["top"], group: .cluster, summary: "show what members and instances use",
            details: """
                Processor time is in percent of one processor, and traffic in bytes per
                second, both over one second; --watch refreshes every two seconds until
                Ctrl-C, and with --json prints one object per line. A member's disk is its
                storage pool. Exits with 4 if a member or an instance is unreachable.
                """, flags: [.cluster, .watch, .json],
            examples: ["bcmcluster top -c DEV", "bcmcluster top -c DEV --watch"], schema: "top", onlyReads: true),
        CommandSpecification(
            verb: .events, words: ["events"], group: .cluster, summary: "follow the engine's events",
            details: """
                Prints what happens on all members and in all projects, as it happens, until
                Ctrl-C: what is created, started, changed and deleted (lifecycle), what the
                engine works on (operation), and with --type the daemons' logs (logging),
                without debug lines. With --json each line is an object.
                """, flags: [.cluster, .type, .json],
            examples: ["bcmcluster events -c DEV", "bcmcluster events -c DEV --type lifecycle --json"],
            schema: "events", onlyReads: true),
    ]
}
