import Provisioning

extension CommandTable {
    private static let vm = Operand("[HOST/]NAME", .one, "the VM; HOST is needed if several hosts have one")

    /// The commands about VMs, whatever host they are on.
    static let vms = looks + power + inside

    private static let looks: [CommandSpecification] = [
        CommandSpecification(
            verb: .vmList, words: ["vm", "list"], group: .vms,
            summary: "list the VMs of all hosts, with their clusters",
            details: """
                Asks all hosts at once, for at most five seconds; local is this machine. A
                host without \(Multipass.program) has no VMs. A host that does not answer is named on
                standard error, and the exit status is 4.
                """, flags: [.json], examples: ["bcmcluster vm list"], schema: "vm-list", onlyReads: true),
        CommandSpecification(
            verb: .vmInfo, words: ["vm", "info"], group: .vms, summary: "show details of a VM", details: "",
            flags: [.json], operands: [vm], examples: ["bcmcluster vm info rack1/box"], schema: "vm-info",
            onlyReads: true),
        CommandSpecification(
            verb: .vmLaunch, words: ["vm", "launch"], group: .vms, summary: "create and start a VM on one of the hosts",
            details: """
                Created on this machine, on the named host, or, with --host auto, on the host
                with the most free memory among those where \(Multipass.program) works. Values not given
                are \(Multipass.program)'s defaults. If cloud-init fails, the VM is kept, and the exit
                status is 1.
                """, flags: [.host, .cpus, .memory, .disk, .image, .cloudInit, .timeout, .dryRun],
            operands: [Operand("[HOST/]NAME", .one, "name of the VM, and its host")],
            examples: [
                "bcmcluster vm launch box --host auto --cpus 2 --memory 4G --disk 20G",
                "bcmcluster vm launch rack1/box --image 24.04 --cloud-init box.yml",
            ]),
    ]

    private static let power: [CommandSpecification] = [
        CommandSpecification(
            verb: .vmStart, words: ["vm", "start"], group: .vms, summary: "start a VM",
            details: "A VM that runs already is unchanged.",
            flags: [.timeout, .dryRun], operands: [vm], examples: ["bcmcluster vm start rack1/box"]),
        CommandSpecification(
            verb: .vmStop, words: ["vm", "stop"], group: .vms, summary: "stop a VM",
            details: """
                A stopped VM is unchanged. A member of a cluster is refused: bcmcluster stop
                stops its cluster gracefully.
                """, flags: [.timeout, .dryRun], operands: [vm], examples: ["bcmcluster vm stop box"]),
        CommandSpecification(
            verb: .vmRestart, words: ["vm", "restart"], group: .vms, summary: "restart a VM",
            details: "A member of a cluster is refused, as by vm stop.", flags: [.timeout, .dryRun], operands: [vm],
            examples: ["bcmcluster vm restart box"]),
        CommandSpecification(
            verb: .vmDelete, words: ["vm", "delete"], group: .vms, summary: "delete one VM permanently",
            details: """
                Purges this VM alone; other deleted VMs of \(Multipass.program) are kept. Asks on a
                terminal; elsewhere it needs --yes. A member of a cluster is refused: use
                bcmcluster member remove.
                """, flags: [.yes, .timeout, .dryRun], operands: [vm],
            examples: ["bcmcluster vm delete rack1/box --yes"]),
    ]

    private static let inside: [CommandSpecification] = [
        CommandSpecification(
            verb: .vmShell, words: ["vm", "shell"], group: .vms, summary: "open a shell in a VM",
            details: """
                The shell is that of the VM's default user, who may use sudo. Leave it with
                exit.
                """,
            flags: [], operands: [vm], examples: ["bcmcluster vm shell rack1/box"]),
        CommandSpecification(
            verb: .vmExec, words: ["vm", "exec"], group: .vms, summary: "run a command in a VM",
            details: """
                It has the terminal, or the pipes, as if run here, and its exit status is
                returned. A stopped VM is started first. Standard input of 2 MiB or more is
                copied into the VM first if it is a file; from a pipe, the command is ended at
                that size, with exit status 1.
                """, flags: [.dryRun], operands: [vm], passing: .command,
            examples: ["bcmcluster vm exec rack1/box -- uptime"]),
        CommandSpecification(
            verb: .vmTransfer, words: ["vm", "transfer"], group: .vms, summary: "copy files to or from a VM",
            details: """
                One side is [HOST/]NAME:PATH, where a relative PATH starts at the home of the
                VM's user; the other is a local file, or - for standard input or output. In an
                existing folder, or one whose path ends in /, the file keeps its name. A file
                copied from a VM is written completely or not at all. With -r folders are
                copied as by cp -r: into an existing folder, or to the path itself.
                """, flags: [.recursive, .dryRun],
            operands: [
                Operand("SOURCE", .one, "source, such as notes.txt or rack1/box:notes.txt"),
                Operand("TARGET", .one, "target, such as rack1/box:/tmp/ or notes.txt"),
            ],
            examples: [
                "bcmcluster vm transfer notes.txt rack1/box:/tmp", "bcmcluster vm transfer rack1/box:notes.txt -",
                "bcmcluster vm transfer -r site rack1/box:/srv",
            ]),
    ]
}
