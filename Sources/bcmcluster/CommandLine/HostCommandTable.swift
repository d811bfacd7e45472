extension CommandTable {
    /// The commands about other machines.
    static let hosts: [CommandSpecification] = [
        CommandSpecification(
            verb: .hostAdd, words: ["host", "add"], group: .hosts, summary: "add a host that is reached by SSH",
            details: """
                Connects first, with your own keys, agent, ~/.ssh/config and known_hosts,
                checks privileges, KVM and which providers work there, and adds the host only
                if a cluster could be created on it. If the name exists already, the new
                address replaces the old one. ADDRESS may be USER@ADDRESS; an IPv6 address
                may stand in brackets. With --identity no other key of the agent is tried.

                --address says where members on other hosts reach it, where that is not the
                address at which SSH does: the API listens there, and the network between
                hosts goes there. The host has to have it. Clusters keep the address with
                which they were created.
                """, flags: [.port, .identity, .address, .dryRun],
            operands: [
                Operand("HOST", .one, "name of the host, such as rack1"),
                Operand("ADDRESS", .one, "[USER@]ADDRESS, or a host of ~/.ssh/config"),
            ],
            examples: [
                "bcmcluster host add rack1 root@192.0.2.7",
                "bcmcluster host add rack1 root@192.0.2.7 --address 10.0.0.7",
                "bcmcluster host add rack2 rack2 --dry-run",
            ]),
        CommandSpecification(
            verb: .hostList, words: ["host", "list"], group: .hosts, summary: "list the hosts with their resources",
            details: """
                Asks all hosts at once, for at most five seconds; local is this machine. If a
                host is down, its row says so, and the exit status is 4.
                """, flags: [.json], examples: ["bcmcluster host list"], schema: "host-list", onlyReads: true),
        CommandSpecification(
            verb: .hostRemove, words: ["host", "remove"], group: .hosts, summary: "remove a host from the list",
            details: """
                Nothing on the host is changed. A host that has members of clusters is kept,
                unless --force gives it up: then status reports those members' machines as
                missing, and member remove --force and destroy work without the host. Lists on
                a terminal what is given up, and asks; elsewhere it needs --yes. If the host
                does not exist, it says so and exits with 0.
                """, flags: [.force, .yes, .dryRun], operands: [Operand("HOST", .one, "the host")],
            examples: ["bcmcluster host remove rack1"]),
    ]
}
