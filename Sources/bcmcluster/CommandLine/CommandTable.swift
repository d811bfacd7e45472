import Provisioning

/// The one table of commands and flags: the parser, the help and the suggestions all read it.
enum CommandTable {
    static let commands = life + care + snapshots + reach + units + hosts + vms + flow + [help]

    /// The commands that make, show and remove clusters.
    private static let life: [CommandSpecification] = [
        CommandSpecification(
            verb: .up, words: ["up"], summary: "create a cluster, finish creating it, or add members",
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
                """,
            flags: [
                .cluster, .members, .hosts, .provider, .engine, .cpus, .memory, .disk, .storage, .image, .channel,
                .network,
                .memberConfig,
                .parallel, .timeout, .wait, .timeline, .dryRun, .json,
            ],
            examples: [
                "bcmcluster up -c DEV -m 2", "bcmcluster up -c DEV -m 3 --dry-run",
                "bcmcluster up -c DEV -m 5 --hosts rack1,rack2,rack3",
            ], schema: "run"),
        CommandSpecification(
            verb: .destroy, words: ["destroy"],
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
            verb: .envStub, words: ["env", "stub"],
            summary: "write the members' .env files, to be edited before up",
            details: "Existing files are never changed.",
            flags: [
                .cluster, .members, .provider, .engine, .cpus, .memory, .disk, .storage, .image, .channel, .network,
                .dryRun,
                .json,
            ], examples: ["bcmcluster env stub -c DEV -m 2 --memory 2G"], schema: "run"),
        CommandSpecification(
            verb: .list, words: ["list"], summary: "list the clusters on this machine",
            details: """
                Looks at all clusters at once, and answers within two seconds; over hosts
                five, or fifteen if connections are slow. Machines whose cluster has lost
                its state are shown as orphaned; not those of version 0.1.0, which do not
                tell where their state was: status -c NAME names them.
                """, flags: [.json], examples: ["bcmcluster list --json"], schema: "list"),
    ]

    /// Commands that programs call; the user is not shown them.
    static let hidden = [
        CommandSpecification(
            verb: .complete, words: ["__complete"], summary: "print the completions of a command line",
            details: "", flags: [], passing: .words),
        CommandSpecification(
            verb: .manual, words: ["__manual"], summary: "write the manual pages", details: "", flags: [],
            operands: [Operand("FOLDER", .one, "folder of the pages")]),
    ]

    private static let help = CommandSpecification(
        verb: .help, words: ["help"], summary: "show help for a command", details: "",
        flags: [], operands: [Operand("COMMAND", .any, "the command, such as up or env stub")],
        examples: ["bcmcluster help env stub"])
}

/// What a command line asks for.
enum Verb: Sendable {
    case up, destroy, envStub, list, help
    case status, stop, start, repair, memberAdd, memberRemove
    case run, ps, rm, volumeList, api
    case unitStop, unitStart, unitPause, unitResume, unitRestart, unitLogs, unitConsole, unitExec
    case hostAdd, hostList, hostRemove
    case vmList, vmInfo, vmLaunch, vmStart, vmStop, vmRestart, vmDelete, vmShell, vmExec, vmTransfer
    case snapshotCreate, snapshotList, snapshotRestore, snapshotDelete
    case memberSet, copy, sshConfig
    case exec, shell, envShow, logs, doctor, completion, imagePreload
    /// What the completion scripts ask, and what writes the manual.
    case complete, manual
}

/// One command of the table.
struct CommandSpecification: Sendable {
    let verb: Verb
    /// The words that the user types.
    let words: [String]
    let summary: String
    let details: String
    let flags: [Flag]
    /// What stands behind the flags, in this order.
    var operands: [Operand] = []
    /// What follows behind `--`, and is passed on as it is.
    var passing = Passing.nothing

    /// Lines that could be typed as they are.
    var examples: [String] = []
    /// The schema in `docs/schema/` of what it prints with `--json`, where it ends as it should.
    var schema: String?

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
        let others = [(Flag.dryRun, "plan"), (.timeline, "timeline"), (.follow, "log-line")].filter {
            flags.contains($0.0)
        }.map(\.1)
        return [schema] + others + ["error"]
    }

    /// The summary as a sentence.
    var sentence: String { summary.prefix(1).uppercased() + summary.dropFirst() + "." }

    var title: String { words.joined(separator: " ") }

    /// How it is called, for the user.
    var usage: String {
        let words = flags.isEmpty ? [] : ["[FLAGS]"]
        let shapes = operands.map(\.shape) + (passing == .command ? ["-- CMD…"] : [])
        return (["bcmcluster", title] + words + shapes).joined(separator: " ")
    }
}
