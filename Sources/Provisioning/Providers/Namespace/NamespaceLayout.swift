/// Names and places of the namespace provider, all derived from the cluster's identifier or a member's name.
struct NamespaceLayout: Sendable {
    /// The folder of everything, root's.
    static let root = StateCopy.hostFolder
    /// The folder of all machines; a link `NAME.owner` beside a machine's folder says whose it is.
    static let machines = "\(root)/machines"
    /// The notes that say which cluster has which subnet.
    static let subnets = "\(root)/subnets"
    /// The notes that say for which interfaces this tool enabled forwarding, and since which boot of the host.
    static let forwarding = "\(root)/forwarding"
    /// The notes that say how many members each cluster has here, and which of the kernel's limits were raised for them.
    static let limits = "\(root)/limits"
    /// The folder of all snapshots.
    static let allSnapshots = "\(root)/snapshots"
    /// How far above the subnet's base the first member's address is; the hosts' bridges are below, from 1 on.
    static let firstAddress = 10
    /// How many hosts a cluster can be spread over.
    static let mostHosts = firstAddress - 1

    let identifier: String

    init(_ state: ClusterState) { identifier = state.identifier }

    /// The bridge of the cluster; an interface's name has 15 characters at most.
    var bridge: String { "bcm\(identifier)" }
    /// The interface by which the bridge reaches those of the cluster's other hosts.
    var tunnel: String { "x\(identifier)" }
    var table: String { "bcm\(identifier)" }
    /// The folder of what the machines of each cluster share.
    static let clusters = "\(root)/clusters"
    /// What all machines of the cluster share.
    var shared: String { "\(Self.clusters)/\(identifier)" }
    /// The program that each machine starts with.
    var entrypoint: String { "\(shared)/entrypoint" }
    /// The machines' resolver configuration.
    var resolver: String { "\(shared)/resolv.conf" }

    /// The name of the copies of states.
    static let copyName = "state.json"
    /// The copy of the cluster's state.
    var copy: String { "\(shared)/\(Self.copyName)" }

    /// The cluster's snapshots.
    var snapshots: String { "\(Self.allSnapshots)/\(identifier)" }
    func snapshot(_ name: SnapshotName) -> String { "\(snapshots)/\(name)" }
    /// A member's folder in a snapshot.
    func copy(_ name: SnapshotName, _ member: MemberName) -> String { "\(snapshot(name))/\(member)" }

    /// The host's end of a member's cable.
    func cable(_ member: MemberName) -> String { "v\(identifier).\(member.index)" }

    /// The bridge's own address on the host of that number, which its machines send to what is elsewhere.
    static func gateway(_ subnet: Subnet, _ overlay: NamespaceOverlay?) -> IPv4 {
        subnet.address(1 + (overlay?.number ?? 0))
    }

    /// A member's control group below `bcmcluster/`.
    func controlGroup(of member: MemberName) -> String { "\(member).\(identifier)" }

    /// What a machine's first process runs, without what it is told about the engine: by this it is found.
    func firstProcess(of member: MemberName) -> [String] {
        [entrypoint, "machine", member.text, Self.machine(member)]
    }

    /// What the entrypoint is told about the engine: its name, the daemon's program, and the variable that names its folder.
    static func entrypointArguments(_ engine: Engine) -> [String] {
        [engine.name, engine.daemon, engine.folderVariable]
    }

    /// A machine's folder.
    static func machine(_ member: MemberName) -> String { "\(machines)/\(member)" }
    /// The note that says whose a machine is.
    static func owner(_ member: MemberName) -> String { "\(machines)/\(member).owner" }
    /// The daemon's folder.
    static func daemon(_ member: MemberName, _ engine: Engine) -> String { "\(machine(member))/\(engine.name)" }
    /// A machine's network namespace.
    static func network(_ member: MemberName) -> String { "bcm-\(member)" }
    /// The note that claims a subnet.
    static func claim(_ subnet: Subnet) -> String { "\(subnets)/\(note(subnet))" }
    /// A subnet as a file's name.
    static func note(_ subnet: Subnet) -> String { "\(subnet.base)_\(subnet.prefix)" }
}
