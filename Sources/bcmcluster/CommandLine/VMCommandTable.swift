import Provisioning

extension CommandTable {
    private static let vm = Operand("[HOST/]NAME", .one, "the VM; without HOST that one of the name which there is")

    /// The commands about VMs, whatever host they are on.
    static let vms = looks + power + inside

    private static let looks: [CommandSpecification] = [
        CommandSpecification(
            verb: .vmList, words: ["vm", "list"],
            summary: "the VMs of all hosts, and which cluster each is a member of",
            details: """
                All hosts are asked at once, for five seconds at the most; local is this machine. A host without \(Multipass.program)
                has no VMs. One that does not answer is named on standard error, and makes the exit status 4.
                """, flags: [.json], examples: ["bcmcluster vm list"], schema: "vm-list"),
        CommandSpecification(
            verb: .vmInfo, words: ["vm", "info"], summary: "what \(Multipass.program) knows about one VM", details: "",
            flags: [.json], operands: [vm], examples: ["bcmcluster vm info rack1/box"], schema: "vm-info"),
        CommandSpecification(
            verb: .vmLaunch, words: ["vm", "launch"], summary: "make a VM on one of the hosts",
            details: """
                It is made on this machine, or on the host that is named, or, with --host roomiest, on the one with most
                free memory of those where \(Multipass.program) works. What is not said \(Multipass.program) decides. Where cloud-init fails
                the VM is there all the same, and the exit status is 1.
                """, flags: [.host, .cpus, .memory, .disk, .image, .cloudInit, .timeout, .dryRun],
            operands: [Operand("[HOST/]NAME", .one, "what it is called, and where it is made")],
            examples: [
                "bcmcluster vm launch box --host roomiest --cpus 2 --memory 4G --disk 20G",
                "bcmcluster vm launch rack1/box --image 24.04 --cloud-init box.yml",
            ]),
    ]

    private static let power: [CommandSpecification] = [
        CommandSpecification(
            verb: .vmStart, words: ["vm", "start"], summary: "turn a VM on", details: "One that is on is fine.",
            flags: [.timeout, .dryRun], operands: [vm], examples: ["bcmcluster vm start rack1/box"]),
        CommandSpecification(
            verb: .vmStop, words: ["vm", "stop"], summary: "turn a VM off",
            details: """
                One that is off is fine. A cluster's member is refused: bcmcluster stop turns its cluster off in good order.
                """, flags: [.timeout, .dryRun], operands: [vm], examples: ["bcmcluster vm stop box"]),
        CommandSpecification(
            verb: .vmRestart, words: ["vm", "restart"], summary: "turn a VM off and on",
            details: "A cluster's member is refused, as by vm stop.", flags: [.timeout, .dryRun], operands: [vm],
            examples: ["bcmcluster vm restart box"]),
        CommandSpecification(
            verb: .vmDelete, words: ["vm", "delete"], summary: "remove one VM for good, and no other",
            details: """
                Its name is free afterwards; what else is in \(Multipass.program)'s trash stays there. On a terminal it asks first;
                elsewhere it needs --yes. A cluster's member is refused: bcmcluster member remove takes one out of its
                cluster.
                """, flags: [.yes, .timeout, .dryRun], operands: [vm],
            examples: ["bcmcluster vm delete rack1/box --yes"]),
    ]

    private static let inside: [CommandSpecification] = [
        CommandSpecification(
            verb: .vmShell, words: ["vm", "shell"], summary: "an interactive shell in a VM",
            details: "The shell is that of the VM's own user, who may use sudo. It ends as shells do, by exit.",
            flags: [], operands: [vm], examples: ["bcmcluster vm shell rack1/box"]),
        CommandSpecification(
            verb: .vmExec, words: ["vm", "exec"], summary: "run a command in a VM",
            details: """
                It has the terminal, or the pipes, as if it ran here, and its exit status is that of this command. A VM that
                is off is started first. Standard input of 2 MiB or more is copied into the VM first if it is a file; from
                a pipe the command is ended there, with exit status 1.
                """, flags: [.dryRun], operands: [vm], passing: .command,
            examples: ["bcmcluster vm exec rack1/box -- uptime"]),
        CommandSpecification(
            verb: .vmTransfer, words: ["vm", "transfer"], summary: "copy files into a VM, or out of one",
            details: """
                One end is [HOST/]NAME:PATH, where a relative PATH begins at the home of the VM's user; the other is a file
                here, or - for standard input or output. In a folder that exists, or whose path ends in /, the file keeps
                its name. A file that comes out of a VM is there whole or not at all. With -r folders are copied as by
                cp -r: into a folder that exists, or to the path itself.
                """, flags: [.recursive, .dryRun],
            operands: [
                Operand("SOURCE", .one, "what is copied, such as notes.txt or rack1/box:notes.txt"),
                Operand("TARGET", .one, "where to, such as rack1/box:/tmp/ or notes.txt"),
            ],
            examples: [
                "bcmcluster vm transfer notes.txt rack1/box:/tmp", "bcmcluster vm transfer rack1/box:notes.txt -",
                "bcmcluster vm transfer -r site rack1/box:/srv",
            ]),
    ]
}
