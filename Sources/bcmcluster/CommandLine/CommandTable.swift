import Provisioning

/// The one table of commands and flags: the parser, the help and the suggestions all read it.
enum CommandTable {
    static let commands =
        life + config + care + watching + upgrades + snapshots + archives + units + reach + hosts + vms
        + [version, help]

    /// The commands that make, show and remove clusters.
    private static let life: [CommandSpecification] = [
        CommandSpecification(
            verb: .up, words: ["up"], group: .cluster, summary: "create a cluster, finish creating it, or add members",
            details: """
                Creates NAME-00 and N further members, or whichever of them are missing; -m 2
                makes 3. Exits with 0 once the cluster reports all members online. Running it
                again changes nothing. With --hosts the members are spread over machines
                reached by SSH, evenly, then by free memory, and each host is the failure
                domain of its members; with --provider \(Flag.providers(\.membersAreHosts)) the hosts themselves are the
                members, one each. Hosts named later are added.

                --cpus, --memory and --disk also apply to members added later, unless their
                .env says otherwise; machines that exist are resized, or the flag is refused.
                --image, --channel, --network and --storage apply to the whole cluster;
                another up can change them while it has no machine, and --channel also to
                the version that all machines run. A VM whose \(Engine.standard.title) does not
                match the channel's version is an error. --member-config gives joining members
                their own values of networks and storage pools, as with member add; of a new
                cluster those of the pool default, such as default.source=/dev/sdb.

                With -f, or alone in a folder that has a \(ClusterFile.standardName), the cluster becomes
                what the file says: members, their sizes, pools, images and units are created,
                changed and removed, and each is listed with + ~ - or =. What deletes data asks
                on a terminal, and elsewhere needs --yes; what cannot be changed is refused
                before anything is. See docs/reference/cluster-file.md.
                """,
            flags: [
                .cluster, .members, .file, .hosts, .provider, .engine, .cpus, .memory, .disk, .storage, .image,
                .channel, .network, .memberConfig, .yes, .parallel, .timeout, .wait, .timeline, .dryRun, .json,
            ],
            examples: [
                "bcmcluster up -c DEV -m 2", "bcmcluster up -f dev.toml --dry-run",
                "bcmcluster up -c DEV -m 3 --dry-run",
                "bcmcluster up -c DEV -m 5 --hosts rack1,rack2,rack3",
            ], schema: "run"),
        CommandSpecification(
            verb: .destroy, words: ["destroy"], group: .cluster,
            summary: "delete the cluster's machines, \(Engine.standard.client) remote and files",
            details: """
                Deletes what the cluster state names and nothing else. On a terminal it lists
                what is deleted and asks first; elsewhere it does not ask. If the cluster does
                not exist, it says so and exits with 0. If its machines are there and the
                state is lost or damaged, it names them and exits with 1: repair rebuilds the
                state, --orphaned deletes the machines of that one cluster.
                """,
            flags: [.cluster, .yes, .orphaned, .identifier, .purge, .parallel, .timeout, .wait, .dryRun, .json],
            examples: [
                "bcmcluster destroy -c DEV", "bcmcluster destroy -c DEV --yes --wait",
                "bcmcluster destroy --orphaned -c DEV",
            ], schema: "run"),
        CommandSpecification(
            verb: .envStub, words: ["env", "stub"], group: .cluster,
            summary: "write the members' .env files, to be edited before up",
            details: "Existing files are never changed.",
            flags: [
                .cluster, .members, .file, .provider, .engine, .cpus, .memory, .disk, .storage, .image, .channel,
                .network,
                .dryRun,
                .json,
            ], examples: ["bcmcluster env stub -c DEV -m 2 --memory 2G"], schema: "run"),
        CommandSpecification(
            verb: .list, words: ["list"], group: .cluster, summary: "list the clusters on this machine",
            details: """
                Looks at all clusters at once, and answers within two seconds; over hosts
                five, or fifteen if connections are slow. Machines whose cluster has lost
                its state are shown as orphaned; not those of version 0.1.0, which do not
                tell where their state was: status -c NAME names them.
                """, flags: [.json], examples: ["bcmcluster list --json"], schema: "list", onlyReads: true),
    ]

    /// The first words that stand for several commands, such as `member`.
    static let families = Set(commands.filter { $0.words.count > 1 }.map { $0.words[0] })

    /// The commands that begin with those words, fewer than their own.
    static func commands(below words: [String]) -> [CommandSpecification] {
        commands.filter { $0.words.count > words.count && $0.words.starts(with: words) }
    }

    /// Commands that programs call; the user is not shown them.
    static let hidden = [
        CommandSpecification(
            verb: .complete, words: ["__complete"], group: .other, summary: "print the completions of a command line",
            details: "", flags: [], passing: .words),
        CommandSpecification(
            verb: .manual, words: ["__manual"], group: .other, summary: "write the manual pages", details: "",
            flags: [],
            operands: [Operand("FOLDER", .one, "folder of the pages")]),
        CommandSpecification(
            verb: .manPages, words: ["__man"], group: .other, summary: "write the pages of man", details: "",
            flags: [],
            operands: [
                Operand("FOLDER", .one, "folder of the pages"), Operand("DATE", .one, "date of the pages"),
            ]),
    ]

    private static let help = CommandSpecification(
        verb: .help, words: ["help"], group: .other, summary: "show help for a command", details: "",
        flags: [], operands: [Operand("COMMAND", .any, "the command, such as up, env stub or member")],
        examples: ["bcmcluster help env stub", "bcmcluster help member"])

    private static let version = CommandSpecification(
        verb: .version, words: ["version"], group: .other, summary: "show the version, the build and the engines",
        details: """
            The commit is the one that make build was run on; a plain swift build does not
            know it. The engines are those whose programs are found here. The version alone:
            bcmcluster --version.
            """, flags: [.json], examples: ["bcmcluster version", "bcmcluster version --json"], schema: "version",
        onlyReads: true)
}

/// A heading of the help and the manual.
enum CommandGroup: String, CaseIterable, Sendable {
    case cluster = "Cluster"
    case members = "Members"
    case snapshots = "Snapshots"
    case workloads = "Workloads"
    case hosts = "Hosts"
    case vms = "VMs"
    case other = "Other"

    /// Its commands, in the order of the table.
    var commands: [CommandSpecification] { CommandTable.commands.filter { $0.group == self } }

    /// What they do, in a line.
    var summary: String {
        switch self {
        case .cluster: "create, show, change and delete clusters"
        case .members: "list, add, resize, remove and enter members of a cluster"
        case .snapshots: "take, restore, export and import snapshots of a cluster"
        case .workloads: "run units of instances on a cluster, from files"
        case .hosts: "add, list and remove hosts that are reached by SSH"
        case .vms: "use the VMs of all hosts"
        case .other: "check this machine; completion, help and version"
        }
    }
}

/// What a command line asks for.
enum Verb: Sendable {
    case up, destroy, envStub, list, help, version
    case configInit, configValidate, configShow
    case status, stop, start, repair, memberAdd, memberRemove
    case run, ps, rm, volumeList, networkList, api
    case unitStop, unitStart, unitPause, unitResume, unitRestart, unitLogs, unitConsole, unitExec
    case hostAdd, hostList, hostRemove
    case vmList, vmInfo, vmLaunch, vmStart, vmStop, vmRestart, vmDelete, vmShell, vmExec, vmTransfer
    case snapshotCreate, snapshotList, snapshotRestore, snapshotDelete, snapshotExport, snapshotImport, upgrade
    case memberList, top, events
    case memberSet, copy, sshConfig
    case exec, shell, envShow, logs, doctor, completion, imagePreload
    /// What the completion scripts ask, and what writes the pages of `docs/` and of `man`.
    case complete, manual, manPages
}

/// One command of the table.
struct CommandSpecification: Sendable {
    let verb: Verb
    /// The words that the user types.
    let words: [String]
    /// Where help and manual list it.
    let group: CommandGroup
    let summary: String
    let details: String
    let flags: [Flag]
    /// What stands behind the flags, in this order.
    var operands: [Operand] = []
    /// What follows behind `--`, and is passed on as it is.
    var passing = Passing.nothing

    /// Lines that could be typed as they are.
    var examples: [String] = []
    /// The schema in `docs/reference/schema/` of what it prints with `--json`, where it ends as it should.
    var schema: String?
    /// Whether it changes nothing: then the only cluster that there is need not be named.
    var onlyReads = false

    /// What may follow behind `--`.
    enum Passing: Sendable {
        case nothing
        /// The command line of another program.
        case command
        /// Any words, or none.
        case words
    }

    /// The schemas of everything that it prints or writes as data.
    var schemas: [String] {
        guard let schema else { return [] }
        if streams { return ["progress", schema] + furtherSchemas }
        return [schema] + furtherSchemas
    }

    /// Whether it runs a plan, and streams what happens with `--json`: its schema is that of the last line.
    var streams: Bool { schema == "run" }

    private var furtherSchemas: [String] {
        let others = [(Flag.dryRun, "plan"), (.timeline, "timeline"), (.follow, "log-line")].filter {
            flags.contains($0.0)
        }.map(\.1)
        return others + ["error"]
    }

    /// The summary as a sentence.
    var sentence: String { summary.prefix(1).uppercased() + summary.dropFirst() + "." }

    var title: String { words.joined(separator: " ") }

    /// All flags that it takes, those of every command last.
    var allFlags: [Flag] { flags + [.quiet, .verbose, .help] }

    /// Whether the cluster may be given as its operand: it has no other.
    var takesClusterOperand: Bool { flags.contains(.cluster) && operands.isEmpty && passing == .nothing }

    /// Its operands as they are typed, the cluster among them.
    var allOperands: [Operand] {
        takesClusterOperand ? [Operand("CLUSTER", .optional, "the cluster, instead of -c")] : operands
    }

    /// What may stand behind its flags, as it is typed, and what each is.
    var operandRows: [(shape: String, summary: String)] {
        allOperands.map { ($0.shape, $0.summary) }
            + (passing == .command ? [("-- CMD…", "the command to run, with its arguments")] : [])
    }

    /// How it is called, for the user.
    var usage: String {
        let words = flags.isEmpty ? [] : ["[FLAGS]"]
        let shapes = allOperands.map(\.shape) + (passing == .command ? ["-- CMD…"] : [])
        return (["bcmcluster", title] + words + shapes).joined(separator: " ")
    }
}
