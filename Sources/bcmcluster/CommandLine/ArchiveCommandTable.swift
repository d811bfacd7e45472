import Provisioning

extension CommandTable {
    /// The command that brings a cluster to another version of its engine.
    static let upgrades: [CommandSpecification] = [
        CommandSpecification(
            verb: .upgrade, words: ["upgrade"], group: .cluster,
            summary: "upgrade the engine on all members, one after the other",
            details: """
                Instances keep running. In VMs and on hosts the snap is refreshed, to the
                cluster's channel or the one that is given, or the package is upgraded. With
                the \(Flag.providers { $0.usesHostEngine && !$0.membersAreHosts }) provider, members run what is installed on their host: upgrade
                that first; their daemons are restarted on it. Between versions whose
                database differs, upgraded members give no answer until the last one is
                upgraded: this is normal. Refused unless all members are online. An upgrade
                cannot be undone: take a snapshot first. Re-run to resume.
                """, flags: [.cluster, .channel, .yes, .timeout, .wait, .dryRun, .json],
            examples: ["bcmcluster upgrade -c DEV", "bcmcluster upgrade -c DEV --channel 6/stable"], schema: "run")
    ]

    /// The commands that take a whole cluster to another machine.
    static let archives: [CommandSpecification] = [
        CommandSpecification(
            verb: .snapshotExport, words: ["snapshot", "export"], group: .snapshots,
            summary: "write a snapshot of the whole cluster to a file",
            details: """
                The file is a tar archive of a manifest, one compressed file for each member
                (zstd, or xz where that is not installed), and the checksums. It holds the
                cluster's keys and all data of its instances: only its owner can read it
                (mode 0600). Works with the \(Flag.providers(\.snapshotsOutliveMachines)) provider, for clusters on this machine.
                """, flags: [.cluster, .timeout, .wait, .dryRun, .json],
            operands: [
                Operand("SNAPSHOT", .one, "the snapshot"), Operand("FILE", .one, "the file, which must not exist"),
            ],
            examples: ["bcmcluster snapshot export -c DEV before-upgrade dev.tar"], schema: "run"),
        CommandSpecification(
            verb: .snapshotImport, words: ["snapshot", "import"], group: .snapshots,
            summary: "create a cluster from a file of snapshot export",
            details: """
                Creates the cluster as it was, under its own name or, with -c, another one,
                also beside the original. It gets the addresses that it had; where they are
                in use on this machine, others. Refused before anything is unpacked: a file
                that is truncated or was changed, another architecture, an engine that is
                older than the one that the cluster ran. The file is unpacked as root, and
                whoever had access to the original has access to the copy: import only files
                that you trust. Re-run the same command to resume.
                """, flags: [.cluster, .parallel, .timeout, .wait, .dryRun, .json],
            operands: [Operand("FILE", .one, "the file")],
            examples: [
                "bcmcluster snapshot import dev.tar", "bcmcluster snapshot import dev.tar -c DEV2",
            ], schema: "run"),
    ]
}
