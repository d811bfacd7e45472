import Provisioning

extension CommandTable {
    /// The commands that look after a cluster that is there.
    static let care: [CommandSpecification] = [
        CommandSpecification(
            verb: .status, words: ["status"], group: .cluster,
            summary: "show the cluster's health and how to fix problems",
            details: """
                Answers within two seconds, even if members hang; over hosts within five, or
                fifteen if the connections to them are slow. Your access through the remote and
                the network on the hosts are checked too. Exits with 4 if there is a problem,
                and with 6 while another command is changing the cluster. --watch refreshes
                every two seconds until q or Ctrl-C.
                """, flags: [.cluster, .watch, .json],
            examples: ["bcmcluster status -c DEV", "bcmcluster status -c DEV --watch"], schema: "status",
            onlyReads: true),
        CommandSpecification(
            verb: .stop, words: ["stop"], group: .cluster, summary: "stop the cluster's machines and what runs on them",
            details: """
                Instances are stopped gracefully first, and start again with their members.
                Members without a database vote are stopped first, the database leader last.
                """, flags: [.cluster, .parallel, .timeout, .wait, .dryRun, .json],
            examples: ["bcmcluster stop -c DEV"], schema: "run"),
        CommandSpecification(
            verb: .start, words: ["start"], group: .cluster,
            summary: "start the cluster's machines, also after a host reboot",
            details: """
                Exits with 0 once the cluster reports all members online, and the instances
                that ran before a stop run again, also where the stop or a snapshot was
                interrupted; evacuated members are named, not waited for. It does not create
                missing machines; up does. A machine whose join was interrupted, and whose
                daemon cannot start any more, is recreated if it is empty.
                """, flags: [.cluster, .parallel, .timeout, .wait, .dryRun, .json],
            examples: ["bcmcluster start -c DEV"], schema: "run"),
        CommandSpecification(
            verb: .repair, words: ["repair"], group: .cluster, summary: "fix problems reported by status",
            details: """
                Lists what it will do, and asks on a terminal. A member whose machine is
                missing, or has moved, is recreated without its data; if the majority of the
                voters is permanently lost, a remaining member continues alone with its copy
                of the database, and the others join again. Both ask on a terminal; elsewhere
                they need --yes. What an interrupted up has left undone is done. If the
                cluster's state is lost or damaged, it is rebuilt from the machines first; a
                damaged file is kept beside it. Exits with 4 if problems are left that need a
                decision, each with a hint.
                """, flags: [.cluster, .accept, .identifier, .yes, .parallel, .timeout, .wait, .dryRun, .json],
            examples: ["bcmcluster repair -c DEV --dry-run", "bcmcluster repair -c DEV"], schema: "run"),
        CommandSpecification(
            verb: .memberAdd, words: ["member", "add"], group: .members, summary: "add members to the cluster",
            details: """
                Same as up with a larger -m. Re-run up to resume an interrupted run. With
                --hosts the new members are placed on those hosts, whether or not the cluster
                uses them already. Where networks or storage pools have values that are each
                member's own, such as the parent of a physical network or the source of a
                pool, --member-config gives those of the new members: without them nothing is
                changed. The state keeps them for a member that is recreated.
                """,
            flags: [
                .cluster, .count, .hosts, .cpus, .memory, .disk, .memberConfig, .parallel, .timeout, .wait, .dryRun,
                .json,
            ],
            examples: [
                "bcmcluster member add -c DEV", "bcmcluster member add -c DEV -n 2",
                "bcmcluster member add -c DEV --member-config uplink.parent=eth1",
            ], schema: "run"),
        CommandSpecification(
            verb: .memberRemove, words: ["member", "remove"], group: .members,
            summary: "remove a member and delete its machine",
            details: """
                Moves its instances to other members first, by the rules for new instances of
                units: each is stopped only for its own move, and started again at its new
                place with its volumes and ports. Everything that could prevent this is
                checked before anything is changed. If the removal fails or is interrupted,
                the stopped instances are started again; re-run the same command to resume. If
                the first member is removed, its \(Engine.standard.client) remote moves to another member and is
                renamed. --force is for a member that is dead, or whose instances may be lost.
                Asks on a terminal; elsewhere it needs --yes.
                """, flags: [.cluster, .force, .yes, .purge, .timeout, .wait, .dryRun, .json],
            operands: [Operand("MEMBER", .one, "the member, such as DEV-02")],
            examples: ["bcmcluster member remove -c DEV DEV-02"], schema: "run"),
        CommandSpecification(
            verb: .memberSet, words: ["member", "set"], group: .members, summary: "resize members' machines",
            details: """
                With the \(Flag.providers(\.resizes)) provider the limits change at once, while everything runs.
                VMs are stopped for it with their instances, resized, and started again, one
                after the other, each once the one before is online; it is refused where that
                would cost the quorum, or where a member is not online. Of a cluster that is
                stopped nothing is started. A disk can only grow; less memory than is in use is
                refused. Later runs of up keep the size, unless a flag or an edited .env says
                otherwise. Running it again changes nothing.
                """,
            flags: [.cluster, .cpus, .memory, .disk, .timeout, .wait, .dryRun, .json],
            operands: [
                Operand("MEMBER", .one, "the member, such as DEV-01"), Operand("MEMBER", .any, "further members"),
            ],
            examples: [
                "bcmcluster member set -c DEV DEV-01 --memory 8GiB --cpus 4",
                "bcmcluster member set -c DEV DEV-00 DEV-01 DEV-02 --cpus 4 --dry-run",
            ], schema: "run"),
    ]
}
