import Provisioning

extension CommandTable {
    /// The commands that copy a whole cluster, and bring it back.
    static let snapshots: [CommandSpecification] = [
        CommandSpecification(
            verb: .snapshotCreate, words: ["snapshot", "create"], group: .snapshots,
            summary: "take a snapshot of the whole cluster",
            details: """
                All members are stopped gracefully, copied, and started; a stopped cluster
                stays stopped. With the \(Flag.providers(\.snapshotsOutliveMachines)) provider, copies share blocks if
                /var/lib/bcmcluster is on btrfs or xfs; elsewhere they are full copies, and
                free space is checked first. The \(Multipass.program) provider uses snapshots of
                \(Multipass.program), 1.13 or later.
                """, flags: [.cluster, .parallel, .timeout, .wait, .dryRun, .json],
            operands: [Operand("SNAPSHOT", .optional, "its name [default: the UTC time, as s20261121-170500]")],
            examples: [
                "bcmcluster snapshot create -c DEV before-upgrade", "bcmcluster snapshot create -c DEV --dry-run",
            ], schema: "run"),
        CommandSpecification(
            verb: .snapshotList, words: ["snapshot", "list"], group: .snapshots,
            summary: "list the cluster's snapshots",
            details: "Includes incomplete snapshots, with what they lack.", flags: [.cluster, .json],
            examples: ["bcmcluster snapshot list -c DEV"], schema: "snapshot-list", onlyReads: true),
        CommandSpecification(
            verb: .snapshotRestore, words: ["snapshot", "restore"], group: .snapshots,
            summary: "restore the cluster from a snapshot",
            details: """
                All later changes are lost, and members added since lose their machines: asks
                on a terminal; elsewhere it needs --yes. Members removed since come back,
                except with the \(Multipass.program) provider, which deletes snapshots with their
                machine. Exits with 0 once the cluster reports all members of the snapshot
                online. Re-run the same command to resume an interrupted restore; until then
                no other command starts the cluster.
                """, flags: [.cluster, .yes, .parallel, .timeout, .wait, .dryRun, .json],
            operands: [Operand("SNAPSHOT", .one, "the snapshot")],
            examples: [
                "bcmcluster snapshot restore -c DEV before-upgrade",
                "bcmcluster snapshot restore -c DEV before-upgrade --dry-run",
            ], schema: "run"),
        CommandSpecification(
            verb: .snapshotDelete, words: ["snapshot", "delete"], group: .snapshots, summary: "delete a snapshot",
            details: """
                Asks on a terminal; elsewhere it needs --yes. Also deletes the rest of an
                incomplete snapshot. Multipass deletes snapshots only of stopped machines:
                stop the cluster first.
                """, flags: [.cluster, .yes, .timeout, .wait, .dryRun, .json],
            operands: [Operand("SNAPSHOT", .one, "the snapshot")],
            examples: ["bcmcluster snapshot delete -c DEV before-upgrade"], schema: "run"),
    ]
}
