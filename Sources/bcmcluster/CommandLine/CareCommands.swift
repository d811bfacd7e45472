import Provisioning

extension CommandTable {
    /// The commands that look after a cluster that is there.
    static let care: [CommandSpecification] = [
        CommandSpecification(
            verb: .status, words: ["status"], summary: "how the cluster is, what is wrong, and what to type",
            details: """
                Answers within two seconds, also where members hang. Exit status 4 means that something is wrong.
                --watch looks every two seconds, until Ctrl-C.
                """, flags: [.cluster, .watch, .json],
            examples: ["bcmcluster status -c DEV", "bcmcluster status -c DEV --watch"], schema: "status"),
        CommandSpecification(
            verb: .stop, words: ["stop"], summary: "turn the cluster's machines off, and what runs on them",
            details: """
                What runs on the members is stopped in good order first, and starts again with them. Members that
                have no vote on the database go first, its leader goes last.
                """, flags: [.cluster, .parallel, .timeout, .wait, .dryRun, .json],
            examples: ["bcmcluster stop -c DEV"], schema: "run"),
        CommandSpecification(
            verb: .start, words: ["start"], summary: "turn the cluster's machines on, also after a reboot of the host",
            details: """
                Exit status 0 means that the cluster itself says that all members are online. It never makes a
                machine that is missing: up does.
                """, flags: [.cluster, .parallel, .timeout, .wait, .dryRun, .json],
            examples: ["bcmcluster start -c DEV"], schema: "run"),
        CommandSpecification(
            verb: .repair, words: ["repair"], summary: "repair what status finds, as far as it can be repaired",
            details: """
                Says first what it will do, and asks on a terminal. A member whose machine is gone, or has moved, is
                made anew, without what was on it; where the majority of the voters is gone for good, one that is left
                goes on alone, with what its database holds, and lets the others come back. Both ask on a terminal;
                elsewhere they need --yes. Exit status 4 means that something is left that a person has to decide, each
                with the line to type.
                """, flags: [.cluster, .accept, .yes, .parallel, .timeout, .wait, .dryRun, .json],
            examples: ["bcmcluster repair -c DEV --dry-run", "bcmcluster repair -c DEV"], schema: "run"),
        CommandSpecification(
            verb: .memberAdd, words: ["member", "add"], summary: "let the cluster grow by a member, or several",
            details: """
                Does what up does with a larger -m. Where a run was cut off, up goes on. With --hosts the new members go to
                those hosts, which the cluster may be on already or not.
                """,
            flags: [.cluster, .count, .hosts, .parallel, .timeout, .wait, .dryRun, .json],
            examples: ["bcmcluster member add -c DEV", "bcmcluster member add -c DEV -n 2"], schema: "run"),
        CommandSpecification(
            verb: .memberRemove, words: ["member", "remove"],
            summary: "take a member out of the cluster, and its machine away",
            details: """
                Moves what lives there to other members first, by the rules for new instances of units: each instance
                is stopped for its own move, and started where it goes, with its volumes and its ports. Everything that
                could refuse is looked at before anything is changed. If the removal fails or is interrupted, what
                was stopped runs again, and the same command continues. Of the first member, the \(Engine.standard.client) remote moves to
                another one, under its name. --force is for one that is dead, or whose instances may be lost. On a
                terminal it asks first; elsewhere it needs --yes.
                """, flags: [.cluster, .force, .yes, .purge, .timeout, .wait, .dryRun, .json],
            operands: [Operand("MEMBER", .one, "the member, such as DEV-02")],
            examples: ["bcmcluster member remove -c DEV DEV-02"], schema: "run"),
    ]
}
