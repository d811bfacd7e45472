import Provisioning

/// One flag of the table.
enum Flag: String, CaseIterable, Sendable {
    case cluster, members, provider, cpus, memory, disk, storage, image, channel, network, parallel, timeout, wait, yes,
        timeline
    case dryRun = "dry-run"
    case json, help, version
    case lines, bundle, watch, count, force, port, identity, host, hosts, purge
    case cloudInit = "cloud-init"
    case replace, reschedule, volumes
    case waitFor = "wait-for"
    case accept, recursive

    /// The long form.
    var long: String { "--\(rawValue)" }

    /// The short form, if there is one.
    var short: String? {
        switch self {
        case .cluster: "-c"
        case .members: "-m"
        case .yes: "-y"
        case .count: "-n"
        case .help: "-h"
        case .recursive: "-r"
        default: nil
        }
    }

    /// What stands for the value in the help; `nil` for a flag without one.
    var value: String? {
        switch self {
        case .cluster: "NAME"
        case .members: "N"
        case .count: "K"
        case .provider: "P"
        case .cpus: "N"
        case .memory, .disk: "SIZE"
        case .storage: "DRIVER"
        case .image: "IMAGE"
        case .channel: "CHANNEL"
        case .network: "NETWORK"
        case .parallel: "K"
        case .timeout: "D"
        case .timeline: "FILE"
        case .lines, .port: "N"
        case .identity, .cloudInit: "FILE"
        case .host: "HOST"
        case .hosts: "HOST,…"
        case .bundle: "FILE"
        case .replace: "NAME,…"
        case .waitFor: "GOAL"
        case .accept: "FINGERPRINT"
        case .wait, .yes, .force, .purge, .reschedule, .volumes, .recursive, .dryRun, .watch, .json, .help, .version:
            nil
        }
    }

    /// The names of the providers of which that holds.
    static func providers(_ holds: (ProviderTraits) -> Bool) -> String {
        let words = ProviderRegistry.standard.entries.map(\.traits).filter(holds).map(\.name.rawValue)
        return words.count < 2 ? words.joined() : "\(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")"
    }

    /// What it means.
    var summary: String {
        switch self {
        case .cluster: "the cluster; default $BCM_CLUSTER_NAME"
        case .members: "members beyond the first, 0 to 999; default 0, or what the cluster has"
        case .provider:
            "\(Self.providers { _ in true }); default: \(ProviderRegistry.standard.automaticHelp)"
        case .cpus: "processors of a VM"
        case .memory: "memory of a VM, such as 4G"
        case .disk: "disk of a VM, such as 30G"
        case .storage: "driver of the storage pool: zfs or dir; default zfs in a VM, else dir"
        case .image: "image of the VMs, as \(Multipass.program) find names it"
        case .channel: "snap channel of \(Engine.standard.title) in the VMs, or on hosts"
        case .network:
            ProviderRegistry.standard.entries.compactMap { entry in
                entry.traits.networkHelp.map { "\(entry.traits.name.rawValue): \($0)" }
            }.joined(separator: "; ")
        case .parallel:
            "machines created at a time; default: one per processor, maximum 3 for VMs"
        case .timeout: "how long a machine may take to be set up, and any command, such as 90s or 15m (the default)"
        case .lines: "lines of the end of each log, 1 to 100000; default 50"
        case .bundle: "write them all into that .tar.gz, with the state and the versions, and without secrets"
        case .wait: "wait for another run on the cluster to end, an hour at the most, instead of failing"
        case .yes: "do not ask; off a terminal, required before data is deleted, except by destroy"
        case .timeline: "write who did what when into FILE, a picture (.svg, .html) or data (.json)"
        case .dryRun: "print what would be done, step by step, and change nothing"
        case .count: "how many, 1 to 999; default 1"
        case .force: "also what is dead, gone for good, or does not end by itself, with what would be lost with it"
        case .hosts: "spread the members over these hosts, as host add knows them; local is this machine"
        case .purge:
            "\(Self.providers(\.membersAreHosts)): also uninstall the \(Engine.standard.title) that was installed for the cluster"
        case .port: "the port of SSH; without it what ~/.ssh/config says, or 22"
        case .identity: "the file of a private key; without it your agent's and your own"
        case .host: "the host, or roomiest for the one with most free memory; default local"
        case .replace: "these instances, or the unit, may be made anew, without what is on them"
        case .reschedule: "make elsewhere what is out of reach with its member, and has no volume there"
        case .volumes: "its volumes too, with what is on them"
        case .waitFor: "wait for each instance: running, cloud-init, or tcp:PORT"
        case .cloudInit: "a file of cloud-init user-data"
        case .accept: "a trusted client that you added yourself, as status names it: no longer reported"
        case .recursive: "folders too, with all that is in them"
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
