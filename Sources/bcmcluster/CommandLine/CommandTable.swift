/// The one table of commands and flags: the parser, the help and the suggestions all read it.
enum CommandTable {
    static let commands: [CommandSpecification] = [
        CommandSpecification(
            verb: .up, words: ["up"], summary: "make the cluster, finish it, or let it grow",
            details: """
                Makes NAME-00 and N further members, or whatever of them is missing. Exit status 0 means that
                the cluster itself says that all members are online. Running it again changes nothing.
                """,
            flags: [
                .cluster, .members, .provider, .cpus, .memory, .disk, .storage, .image, .channel, .network, .parallel,
                .timeout, .wait, .dryRun, .json,
            ]),
        CommandSpecification(
            verb: .destroy, words: ["destroy"], summary: "remove the cluster's machines, lxc remote and files",
            details: """
                Removes what the cluster's record names and nothing else. On a terminal it lists what goes and asks
                first. Where there is no such cluster it says so, with exit status 0.
                """, flags: [.cluster, .yes, .parallel, .timeout, .wait, .dryRun, .json]),
        CommandSpecification(
            verb: .envStub, words: ["env", "stub"],
            summary: "write the members' .env files alone, to be edited before up",
            details: "Files that exist are never changed.",
            flags: [
                .cluster, .members, .provider, .cpus, .memory, .disk, .storage, .image, .channel, .network, .dryRun,
                .json,
            ]),
        CommandSpecification(
            verb: .list, words: ["list"], summary: "the clusters on this machine: name, provider, members, state",
            details: "", flags: [.json]),
        CommandSpecification(
            verb: .status, words: ["status"], summary: "how the cluster is, what is wrong, and what to type",
            details: """
                Answers within two seconds, also where members hang. Exit status 4 means that something is wrong.
                --watch looks every two seconds, until Ctrl-C. The form of --json: docs/status.schema.json.
                """, flags: [.cluster, .watch, .json]),
        CommandSpecification(
            verb: .stop, words: ["stop"], summary: "turn the cluster's machines off, and what runs on them",
            details: """
                What runs on the members is stopped in good order first, and starts again with them. Members that
                have no vote on the database go first, its leader goes last.
                """, flags: [.cluster, .parallel, .timeout, .wait, .dryRun, .json]),
        CommandSpecification(
            verb: .start, words: ["start"], summary: "turn the cluster's machines on, also after a reboot of the host",
            details: """
                Exit status 0 means that the cluster itself says that all members are online. It never makes a
                machine that is missing: up does.
                """, flags: [.cluster, .parallel, .timeout, .wait, .dryRun, .json]),
        CommandSpecification(
            verb: .help, words: ["help"], summary: "what a command does, and its flags", details: "",
            flags: [], operand: "[COMMAND]"),
    ]
}

/// What a command line asks for.
enum Verb: Sendable {
    case up, destroy, envStub, list, status, stop, start, help
}

/// One command of the table.
struct CommandSpecification: Sendable {
    let verb: Verb
    /// The words that a person types.
    let words: [String]
    let summary: String
    let details: String
    let flags: [Flag]
    var operand: String?

    var title: String { words.joined(separator: " ") }
}

/// One flag of the table.
enum Flag: String, CaseIterable, Sendable {
    case cluster, members, provider, cpus, memory, disk, storage, image, channel, network, parallel, timeout, wait, yes
    case dryRun = "dry-run"
    case watch, json, help, version

    /// The long form.
    var long: String { "--\(rawValue)" }

    /// The short form, if there is one.
    var short: String? {
        switch self {
        case .cluster: "-c"
        case .members: "-m"
        case .yes: "-y"
        case .help: "-h"
        default: nil
        }
    }

    /// What stands for the value in the help; `nil` for a flag without one.
    var value: String? {
        switch self {
        case .cluster: "NAME"
        case .members: "N"
        case .provider: "P"
        case .cpus: "N"
        case .memory, .disk: "SIZE"
        case .storage: "DRIVER"
        case .image: "IMAGE"
        case .channel: "CHANNEL"
        case .network: "NETWORK"
        case .parallel: "K"
        case .timeout: "D"
        case .wait, .yes, .dryRun, .watch, .json, .help, .version: nil
        }
    }

    /// What it means.
    var summary: String {
        switch self {
        case .cluster: "the cluster; default $BCM_CLUSTER_NAME"
        case .members: "members beyond the first, 0 to 999; default 0, or what the cluster has"
        case .provider: "multipass or namespace; default: multipass where it is installed, else namespace"
        case .cpus: "processors of a VM"
        case .memory: "memory of a VM, such as 4G"
        case .disk: "disk of a VM, such as 30G"
        case .storage: "driver of the storage pool: zfs or dir; default zfs in a VM, dir in a namespace"
        case .image: "image of the VMs, as multipass find names it"
        case .channel: "snap channel of LXD in the VMs"
        case .network: "multipass: a network for a further interface; namespace: the subnet, such as 10.77.0.0/22"
        case .parallel: "machines made at a time; default 3 VMs, or as many namespaces as processors"
        case .timeout: "how long a machine may take to be set up, and any command, such as 90s or 15m (the default)"
        case .wait: "wait for another run on the cluster to end, an hour at the most, instead of failing"
        case .yes: "do not ask"
        case .dryRun: "print what would be done, step by step, and change nothing"
        case .watch: "look again and again, and draw in place"
        case .json: "print data for programs"
        case .help: "what a command does, and its flags"
        case .version: "the version"
        }
    }

    /// The setting that the flag gives, where it is one that can stand in `.env` too.
    var settingName: String? {
        switch self {
        case .provider, .cpus, .memory, .disk, .storage, .image, .channel, .network: rawValue
        default: nil
        }
    }
}
