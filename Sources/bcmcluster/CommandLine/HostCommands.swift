extension CommandTable {
    /// The commands about other machines.
    static let hosts: [CommandSpecification] = [
        CommandSpecification(
            verb: .hostAdd, words: ["host", "add"], summary: "note down a machine that is reached by SSH",
            details: """
                Tries SSH first, with your own keys, agent, ~/.ssh/config and known_hosts, looks at rights, KVM and which
                providers work there, and notes the host down only when a cluster could be made on it. Where the name is
                known already, the new address takes the place of the old one. ADDRESS may be USER@ADDRESS.
                """, flags: [.port, .identity, .dryRun],
            operands: [
                Operand("HOST", .one, "what you call it, such as rack1"),
                Operand("ADDRESS", .one, "where it is, or a host of ~/.ssh/config"),
            ], examples: ["bcmcluster host add rack1 root@192.0.2.7", "bcmcluster host add rack2 rack2 --dry-run"]),
        CommandSpecification(
            verb: .hostList, words: ["host", "list"], summary: "the hosts: what they have, and what is free",
            details: """
                All are asked at once, for five seconds at the most; local is this machine. A host that is down is a row
                that says so, and makes the exit status 4.
                """, flags: [.json], examples: ["bcmcluster host list"], schema: "host-list"),
        CommandSpecification(
            verb: .hostRemove, words: ["host", "remove"], summary: "strike a host from the list",
            details: """
                Nothing on the host is touched. One on which clusters have members is kept, unless it is given up with
                --force: then status calls those members' machines missing, and member remove --force and destroy work
                without the host. What is given up is listed on a terminal, which asks; elsewhere it needs --yes. Where
                there is no such host it says so, with exit status 0.
                """, flags: [.force, .yes, .dryRun], operands: [Operand("HOST", .one, "the host")],
            examples: ["bcmcluster host remove rack1"]),
    ]
}
