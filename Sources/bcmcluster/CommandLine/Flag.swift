import Provisioning

/// One flag of the table.
enum Flag: String, CaseIterable, Sendable {
    case cluster, members, provider, engine, cpus, memory, disk, storage, image, channel, network, parallel, timeout,
        wait, yes,
        timeline
    case dryRun = "dry-run"
    case json, help, version
    case lines, bundle, watch, count, force, port, identity, host, hosts, purge
    case cloudInit = "cloud-init"
    case replace, reschedule, volumes
    case waitFor = "wait-for"
    case accept, recursive, address, orphaned, identifier
    case memberConfig = "member-config"
    case file, type, follow, since, format
    case quiet, verbose

    /// The flags that may stand before the command too.
    static let anywhere: [Flag] = [.cluster, .json, .dryRun, .yes, .quiet, .verbose, .help, .version]

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
        case .file, .follow: "-f"
        case .quiet: "-q"
        case .verbose: "-v"
        default: nil
        }
    }

    /// Whether it may be given several times; its values are lines then.
    var isRepeatable: Bool { self == .memberConfig }

    /// What stands for the value in the help; `nil` for a flag without one.
    var value: String? {
        switch self {
        case .cluster: "NAME"
        case .members: "N"
        case .count: "K"
        case .provider: "P"
        case .engine: "E"
        case .cpus: "N"
        case .memory, .disk: "SIZE"
        case .storage: "DRIVER"
        case .image: "IMAGE"
        case .channel: "CHANNEL"
        case .network: "NETWORK"
        case .parallel: "K"
        case .timeout: "D"
        case .timeline: "FILE"
        case .since: "D"
        case .format: "F"
        case .lines, .port: "N"
        case .identity, .cloudInit: "FILE"
        case .host: "HOST"
        case .hosts: "HOST,…"
        case .bundle, .file: "FILE"
        case .replace: "NAME,…"
        case .waitFor: "GOAL"
        case .accept: "FINGERPRINT"
        case .address: "IPV4"
        case .memberConfig: "NAME.KEY=VALUE"
        case .identifier: "ID"
        case .type: "TYPE,…"
        case .wait, .yes, .force, .purge, .reschedule, .volumes, .recursive, .orphaned, .dryRun, .watch, .json, .help,
            .version, .follow, .quiet, .verbose:
            nil
        }
    }

    /// The names of the providers of which that holds.
    static func providers(_ holds: (ProviderTraits) -> Bool) -> String {
        let words = ProviderRegistry.standard.entries.map(\.traits).filter(holds).map(\.name.rawValue)
        return words.count < 2 ? words.joined() : "\(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")"
    }

    var summary: String {
        switch self {
        case .cluster: "the cluster [default: $BCM_CLUSTER_NAME]"
        case .members: "members beyond the first, 0 to 999: -m 2 makes 3 [default: 0, or the current number]"
        case .provider:
            "\(Self.providers { _ in true }) [default: $BCM_PROVIDER_NAME, else \(ProviderRegistry.standard.automaticHelp)]"
        case .engine:
            "\(Engine.all.map(\.name).joined(separator: " or ")) [default: $BCM_ENGINE, else the one that is installed, \(Engine.standard.name) first]"
        case .cpus: "processors of a VM"
        case .memory: "memory of a VM, such as 4G"
        case .disk: "disk of a VM, such as 30G"
        case .storage:
            "driver of the storage pool: \(StorageDriver.allCases.map(\.rawValue).joined(separator: ", ")) [default: $BCM_LXD_STORAGE, else zfs in a VM, dir elsewhere]"
        case .image: "image of the VM, see \(Multipass.program) find"
        case .channel:
            "snap channel of \(Engine.standard.title) in VMs and on hosts [default: $BCM_LXD_CHANNEL, else 5.21/stable]"
        case .network:
            ProviderRegistry.standard.entries.compactMap { entry in
                entry.traits.networkHelp.map { "\(entry.traits.name.rawValue): \($0)" }
            }.joined(separator: "; ") + " [default: $BCM_NETWORK]"
        case .parallel:
            "machines created at the same time [default: one per processor, at most 3 for VMs]"
        case .timeout: "time limit for the setup of a machine, and for any command [default: 15m]"
        case .lines: "last lines of each log, 1 to 100000 [default: 50]"
        case .bundle: "write the logs, the state and the versions to a .tar.gz file, without secrets"
        case .wait: "wait for another run on the cluster to end, for at most an hour, instead of failing"
        case .yes: "do not ask; off a terminal, required before data is deleted, except by destroy"
        case .timeline: "write the execution timeline to FILE: .svg, .html or .json"
        case .dryRun: "print the planned steps and change nothing"
        case .count: "how many members to add, 1 to 999 [default: 1]"
        case .force: "also if it is dead, permanently lost or does not stop; its data is lost"
        case .hosts: "spread the members over these hosts; local is this machine"
        case .purge:
            "\(Self.providers(\.membersAreHosts)): also uninstall the \(Engine.standard.title) that was installed for the cluster"
        case .address: "where members on other hosts reach it [default: the address at which SSH does]"
        case .memberConfig:
            "value of a network or storage pool that is a joining member's own, such as uplink.parent=eth1; MEMBER:NAME.KEY=VALUE for one member; may be repeated"
        case .port: "SSH port [default: from ~/.ssh/config, else 22]"
        case .identity: "file of a private key [default: from the SSH agent and ~/.ssh]"
        case .host: "the host, or auto for the one with the most free memory [default: local]"
        case .replace: "allow these instances, or the whole unit, to be recreated without their data"
        case .reschedule:
            "create replacements for instances that are unreachable with their member and have no volume there"
        case .volumes: "also delete its volumes and their data"
        case .waitFor: "wait for each instance: running, healthy, cloud-init or tcp:PORT"
        case .cloudInit: "file of cloud-init user-data"
        case .accept: "accept a trusted client that you added yourself, so that status no longer reports it"
        case .orphaned: "delete the machines of a cluster whose state is lost or damaged; asks, or needs --yes"
        case .identifier: "identifier of the machines' cluster, where several had that name"
        case .type:
            "lifecycle, operation or logging [default: lifecycle,operation]"
        case .recursive: "copy folders with their contents"
        case .file:
            "a cluster file; - reads standard input [default without --cluster: \(ClusterFile.standardName) in this folder]"
        case .follow: "also show each line that is written from then on, until Ctrl-C"
        case .since: "only lines of that time until now, such as 90s, 10m, 2h or 3d [default: the last lines]"
        case .format: "\(ReachFormat.names) [default: \(ReachFormat.shell.rawValue)]"
        case .watch: "refresh every two seconds"
        case .json: "print JSON output"
        case .help: "show help for the command"
        case .version: "print the version"
        case .quiet: "show errors and results alone, no progress and no notes"
        case .verbose: "show each command that is run, without secrets"
        }
    }

    /// What it means to that command, with the default of members' machines where it makes some.
    func summary(in command: CommandSpecification) -> String {
        switch (command.verb, self) {
        case (.memberSet, .cpus): return "processors of the machine"
        case (.memberSet, .memory): return "memory of the machine, such as 8GiB"
        case (.memberSet, .disk): return "disk of the machine, such as 60GiB; it can only grow"
        case (.upgrade, .channel):
            return "snap channel of \(Engine.standard.title) in VMs and on hosts [default: the cluster's own]"
        case (.snapshotImport, .cluster): return "name of the new cluster [default: the one in the file]"
        case (.configInit, .cluster): return "name in the file [default: $BCM_CLUSTER_NAME, else DEV]"
        case (.copy, .recursive): return "accepted for compatibility: folders are always copied"
        default: break
        }
        guard command.flags.contains(.provider) else { return summary }
        return switch self {
        case .cpus:
            "\(summary) [default: $BCM_ENDPOINT_CPU_COUNT, else 4 for the first member and 2 for others]"
        case .memory: "\(summary) [default: $BCM_ENDPOINT_MEM_SIZE, else 4G]"
        case .disk: "\(summary) [default: $BCM_ENDPOINT_DISK_SIZE, else 30G]"
        case .image: "\(summary) [default: $BCM_VM_IMAGE, else 24.04]"
        default: summary
        }
    }

    /// The setting that the flag gives, where it is one that can stand in `.env` too.
    var settingName: String? {
        switch self {
        case .provider, .engine, .cpus, .memory, .disk, .storage, .image, .channel, .network: rawValue
        default: nil
        }
    }
}
