import Provisioning

extension CommandTable {
    /// The commands that copy a whole cluster, and bring it back.
    static let snapshots: [CommandSpecification] = [
        CommandSpecification(
            verb: .snapshotCreate, words: ["snapshot", "create"], summary: "copy the whole cluster, to go back to",
            details: """
                All members are stopped in good order, copied, and started; a cluster that is off stays off. Copies by
                \(Flag.providers(\.snapshotsOutliveMachines)) are cheap where /var/lib/bcmcluster is on btrfs or xfs, and full elsewhere: then it is checked
                first that they fit. Multipass takes snapshots of its own, from 1.13 on.
                """, flags: [.cluster, .parallel, .timeout, .wait, .dryRun, .json],
            operands: [Operand("SNAPSHOT", .optional, "its name; without one the time, in UTC: s20261121-170500")],
            examples: [
                "bcmcluster snapshot create -c DEV before-upgrade", "bcmcluster snapshot create -c DEV --dry-run",
            ], schema: "run"),
        CommandSpecification(
            verb: .snapshotList, words: ["snapshot", "list"],
            summary: "the cluster's snapshots: name, state, age, members, size",
            details: "Also those that are incomplete, with what they lack.", flags: [.cluster, .json],
            examples: ["bcmcluster snapshot list -c DEV"], schema: "snapshot-list"),
        CommandSpecification(
            verb: .snapshotRestore, words: ["snapshot", "restore"],
            summary: "make the cluster what it was in a snapshot",
            details: """
                Whatever has changed since is lost, and members that came since lose their machines: on a terminal it
                asks first; elsewhere it needs --yes. Members that were removed since come back, but by \(Multipass.program), where
                snapshots go with their machine. Exit status 0 means that the cluster itself says that all members of then
                are online. A run that was cut off is ended by the same command, and until then nothing else starts the
                cluster.
                """, flags: [.cluster, .yes, .parallel, .timeout, .wait, .dryRun, .json],
            operands: [Operand("SNAPSHOT", .one, "the snapshot")],
            examples: [
                "bcmcluster snapshot restore -c DEV before-upgrade",
                "bcmcluster snapshot restore -c DEV before-upgrade --dry-run",
            ], schema: "run"),
        CommandSpecification(
            verb: .snapshotDelete, words: ["snapshot", "delete"], summary: "delete a snapshot for good",
            details: """
                On a terminal it asks first; elsewhere it needs --yes. It also removes what is left of one that is
                incomplete. Multipass deletes snapshots of machines that are off alone: stop the cluster first.
                """, flags: [.cluster, .yes, .timeout, .wait, .dryRun, .json],
            operands: [Operand("SNAPSHOT", .one, "the snapshot")],
            examples: ["bcmcluster snapshot delete -c DEV before-upgrade"], schema: "run"),
    ]
}
