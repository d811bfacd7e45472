import Provisioning

extension CommandTable {
    /// The commands that reach into a cluster that is there.
    static let reach: [CommandSpecification] = [
        CommandSpecification(
            verb: .exec, words: ["exec"], group: .members, summary: "run a command on one, several or all members",
            details: """
                Runs as root in the members' machines. On one member it has the terminal, or
                the pipes, as if run here. On several it has no input, and each line of output
                begins with the member's name. Exits with the highest exit status; 4 means
                that a member is unreachable.
                """,
            flags: [.cluster, .timeout, .dryRun, .json],
            operands: [Operand("MEMBER", .any, "the members [default: all]")], passing: .command,
            examples: [
                "bcmcluster exec -c DEV -- uptime", "bcmcluster exec -c DEV DEV-01 -- \(Engine.standard.client) list",
            ],
            schema: "exec"),
        CommandSpecification(
            verb: .shell, words: ["shell"], group: .members, summary: "open a shell in a member's machine",
            details: "The shell is root's: bash, or sh if there is no bash. Leave it with exit.",
            flags: [.cluster], operands: [Operand("MEMBER", .optional, "the member [default: the first]")],
            examples: ["bcmcluster shell -c DEV DEV-01"]),
        CommandSpecification(
            verb: .envShow, words: ["env", "show"], group: .cluster,
            summary: "print what other tools need to reach the cluster",
            details: """
                Use it as eval "$(bcmcluster env show -c NAME)". It sets \(Engine.standard.remoteVariable), the
                addresses of the API, and the paths of the certificates. The cluster
                certificate is issued to BCM_LXD_SERVER_NAME. A member that has just joined
                may refuse this machine's client for some seconds. --format dotenv prints the
                same for programs that read .env files, ansible an inventory of the members
                by role and host, and terraform the configuration of the engine's Terraform
                provider. Keys are named by their paths and never printed.
                """, flags: [.cluster, .format, .json],
            examples: [
                "eval \"$(bcmcluster env show -c DEV)\"",
                "bcmcluster env show -c DEV --format ansible",
            ],
            schema: "env-show", onlyReads: true),
        CommandSpecification(
            verb: .logs, words: ["logs"], group: .members, summary: "show or follow the logs of members or of a unit",
            details: """
                Shows the last lines, those of a time with --since, and with -f each line that
                is written from then on: of all logs at once, each line behind the name of its
                member and log, or of its instance, through rotations and restarts, until
                Ctrl-C, which ends it with 0. What cannot be followed is said once, while the
                others continue. A line without a time belongs to the line before it. With
                the name of a unit or an instance it shows consoles, as unit logs does.
                --bundle writes a file for a bug report: the logs, the state, the members'
                settings, versions, and each member's view of the cluster. All secrets of the
                .env files, all tokens and the preseeds are left out. Exits with 4 if a log is
                unreachable.
                """, flags: [.cluster, .lines, .since, .follow, .bundle, .json],
            operands: [
                Operand(
                    "MEMBER", .optional,
                    "the member, or UNIT[/N] for consoles [default: all members, and bcmcluster's own logs]")
            ],
            examples: [
                "bcmcluster logs -c DEV DEV-01 --lines 200", "bcmcluster logs -c DEV -f --since 10m",
                "bcmcluster logs -c DEV -f web/2", "bcmcluster logs -c DEV --bundle DEV.tar.gz",
            ],
            schema: "logs", onlyReads: true),
        CommandSpecification(
            verb: .sshConfig, words: ["ssh-config"], group: .cluster,
            summary: "print an OpenSSH configuration for members and hosts",
            details: """
                Use it as ssh -F <(bcmcluster ssh-config -c NAME) NAME-01, or write it to a
                file that ~/.ssh/config includes. It has the members that are VMs or hosts,
                and the hosts of a cluster that is spread over hosts, each with its address,
                user, port, key and known host keys; comments name the others. The key of VMs
                is \(Multipass.program)'s own, which root alone can read. Members of the \(Flag.providers(\.sharesHost))
                provider run no SSH server: where there is nothing else it says so and exits
                with 1. bcmcluster shell opens a shell in them.
                """, flags: [.cluster, .json],
            examples: ["bcmcluster ssh-config -c DEV"], schema: "ssh-config", onlyReads: true),
        CommandSpecification(
            verb: .copy, words: ["cp"], group: .workloads,
            summary: "copy files and folders to and from members and instances",
            details: """
                Each side is a path here, MEMBER:PATH, or UNIT[/N]:PATH; at least one is not
                here, and a file here with : in its name is ./FILE. Paths there begin at the
                root. Folders are copied with all that is in them, with or without -r: into a
                folder that is there under their own name, or to the path itself; FOLDER/.
                copies what is in it. Modes and symbolic links are kept, and a link that is
                named itself is followed; the files belong to the user who gets them. They
                are streamed by tar, which both ends need. What fails leaves nothing: a file
                has its place when it is complete, and replaces one of its name. Into a VM
                they go by a file there.
                """,
            flags: [.cluster, .recursive, .dryRun, .json],
            operands: [
                Operand("SOURCE", .one, "source, such as DEV-01:/etc/hosts or web/2:/srv"),
                Operand("TARGET", .one, "target, such as web/2:/srv/ or notes.txt"),
            ],
            examples: [
                "bcmcluster cp -c DEV DEV-01:/var/log/syslog .", "bcmcluster cp -c DEV site web/2:/srv/",
                "bcmcluster cp -c DEV web/1:/srv/data web/2:/srv/",
            ], schema: "run"),
        CommandSpecification(
            verb: .imagePreload, words: ["image", "preload"], group: .workloads,
            summary: "copy an image to every member",
            details: """
                \(Engine.standard.title) itself keeps an image on three members, and copies it to others on first
                use. The image comes from a file or a remote of \(Engine.standard.client), and keeps its alias, or
                gets the file's name up to the first dot. Members that have it are unchanged.
                """,
            flags: [.cluster, .parallel, .timeout, .wait, .dryRun, .json],
            operands: [Operand("IMAGE", .one, "file, or REMOTE:ALIAS")],
            examples: [
                "bcmcluster image preload -c DEV ubuntu:24.04",
                "bcmcluster image preload -c DEV image.tar.gz --dry-run",
            ], schema: "run"),
        CommandSpecification(
            verb: .doctor, words: ["doctor"], group: .other, summary: "check whether clusters can be created here",
            details: """
                Checks privileges, KVM, the providers, both engines, control groups, the
                host's firewalls, the client, disk, memory and templates, and changes nothing.
                With -m, memory, disk and the kernel's limits have to do for that many
                members. Each result is ok, a warning or a problem, with a hint. Exits with 3
                if there is a problem. up checks the same before it creates anything.
                """, flags: [.members, .json], examples: ["bcmcluster doctor", "bcmcluster doctor -m 9"],
            schema: "doctor", onlyReads: true),
        CommandSpecification(
            verb: .completion, words: ["completion"], group: .other, summary: "print a shell completion script",
            details: """
                Use source <(bcmcluster completion bash), the same for zsh, and for fish
                bcmcluster completion fish | source. It completes commands, flags, clusters,
                members, snapshots, hosts, and the units that run, rm or ps saw last.
                """, flags: [],
            operands: [Operand("SHELL", .one, "bash, zsh or fish", choices: CompletionScript.shells)],
            examples: ["source <(bcmcluster completion bash)"], onlyReads: true),
    ]
}

/// What `env show` prints.
enum ReachFormat: String, CaseIterable {
    case shell, dotenv, json, ansible, terraform

    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
