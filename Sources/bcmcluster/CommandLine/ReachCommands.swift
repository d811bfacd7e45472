import Provisioning

extension CommandTable {
    /// The commands that reach into a cluster that is there.
    static let reach: [CommandSpecification] = [
        CommandSpecification(
            verb: .exec, words: ["exec"], summary: "run a command on one, several or all members at once",
            details: """
                It runs as root in the members' machines. On one member it has the terminal, or the pipe, as if it ran
                here. On several it reads nothing, and each line that it prints begins with the member's name. The exit
                status is the worst of theirs; 4 stands for a member that is out of reach.
                """,
            flags: [.cluster, .timeout, .dryRun, .json],
            operands: [Operand("MEMBER", .any, "on these alone; without one on all members")], passing: .command,
            examples: [
                "bcmcluster exec -c DEV -- uptime", "bcmcluster exec -c DEV DEV-01 -- \(Engine.standard.client) list",
            ],
            schema: "exec"),
        CommandSpecification(
            verb: .shell, words: ["shell"], summary: "an interactive shell in a member's machine",
            details: "The shell is root's: bash, or sh where there is none. It ends as shells do, by exit.",
            flags: [.cluster], operands: [Operand("MEMBER", .optional, "in this one; without one in the first")],
            examples: ["bcmcluster shell -c DEV DEV-01"]),
        CommandSpecification(
            verb: .envShow, words: ["env", "show"],
            summary: "shell lines that tell other programs where the cluster is",
            details: """
                To be taken over with: eval "$(bcmcluster env show -c NAME)". They set \(Engine.standard.remoteVariable), the addresses of the
                API, and the paths of the certificates. The cluster's certificate is made out to BCM_LXD_SERVER_NAME.
                A member that has just joined may refuse this machine's client for some seconds.
                """, flags: [.cluster, .json], examples: ["eval \"$(bcmcluster env show -c DEV)\""],
            schema: "env-show"),
        CommandSpecification(
            verb: .logs, words: ["logs"],
            summary: "the ends of the logs: cloud-init's, \(Engine.standard.title)'s, and this tool's own",
            details: """
                With --bundle the file is what one attaches to a bug report: the logs, the state, the members' settings,
                versions, and what each member says of its cluster. Every secret of the .env files and every token is
                left out, and so are the preseeds. Exit status 4 stands for a log that is out of reach.
                """, flags: [.cluster, .lines, .bundle, .json],
            operands: [Operand("MEMBER", .optional, "of this one alone; without one of all, and the tool's own")],
            examples: ["bcmcluster logs -c DEV DEV-01 --lines 200", "bcmcluster logs -c DEV --bundle DEV.tar.gz"],
            schema: "logs"),
        CommandSpecification(
            verb: .imagePreload, words: ["image", "preload"], summary: "put an image onto every member",
            details: """
                \(Engine.standard.title) itself keeps an image on three members, and fetches it where it is launched elsewhere. It comes from
                a file, or from one of \(Engine.standard.client)'s remotes, and keeps its alias, or has the file's name up to the first dot.
                What a member has already is left as it is.
                """,
            flags: [.cluster, .parallel, .timeout, .dryRun, .json],
            operands: [Operand("IMAGE", .one, "a file, or REMOTE:ALIAS")],
            examples: [
                "bcmcluster image preload -c DEV ubuntu:24.04",
                "bcmcluster image preload -c DEV image.tar.gz --dry-run",
            ], schema: "run"),
        CommandSpecification(
            verb: .doctor, words: ["doctor"], summary: "whether clusters can be made here, and what is in the way",
            details: """
                Looks at rights, KVM, the providers, \(Engine.standard.client), disk, memory and templates, and changes nothing. Each finding
                is fine, a warning or a problem, with the line to type. Exit status 3 stands for a problem.
                """, flags: [.json], examples: ["bcmcluster doctor"], schema: "doctor"),
        CommandSpecification(
            verb: .completion, words: ["completion"], summary: "what makes a shell complete bcmcluster's command lines",
            details: """
                Prints a script: source <(bcmcluster completion bash), the same for zsh, and for fish bcmcluster
                completion fish | source. It completes commands, flags, clusters, members and hosts.
                """, flags: [],
            operands: [Operand("SHELL", .one, "bash, zsh or fish", choices: CompletionScript.shells)],
            examples: ["source <(bcmcluster completion bash)"]),
    ]
}
