/// What the members on one host need of the limits that its kernel has once, whatever namespaces they are in.
///
/// The figures are measured with LXD 5.0.2 and members without instances, in clusters of 4, 8 and 49. LXD's page "Server
/// settings for a LXD production setup" (doc/reference/server_settings.md) names further limits, which members do not come
/// near: of 65536 events of `fs.aio-max-nr` 49 members took 12; of `kernel.keys.maxkeys` and of inotify watches they take
/// none but for instances; open files, at most 221 of a daemon and 200 a member in all, are bound by the daemon's own limit,
/// which the machine's first process raises, and by `fs.file-max`, which grows with the memory. What instances need comes on
/// top, and is the user's to know.
struct MemberNeeds: Sendable, Equatable {
    /// The members of one cluster.
    struct Part: Sendable, Equatable {
        /// How many of them are on the host.
        var here: Int
        /// How many the cluster has, over all hosts.
        var all: Int
    }

    /// What everything else on the host gets of a neighbour table: half of the kernel's default of 1024; and of what the
    /// kernel remembers, half of its 512.
    private static let otherNeighbours = 512
    private static let otherRememberedNeighbours = 256
    /// Entries of the IPv6 table, of multicast groups alone: 3 on each end of a member's veth; measured 2.5 a member.
    private static let multicastGroups = 6
    /// What everything else gets of root's inotify instances and fanotify groups: half of the kernel's default of 128.
    private static let otherWatchers = 64
    /// The dnsmasq of a member's bridge has one inotify instance; a daemon that gets no fanotify group takes another.
    private static let inotifyInstances = 2
    /// A daemon has one, to see devices come and go.
    private static let fanotifyGroups = 1
    /// What everything else gets of the numbers of processes: half of the kernel's smallest default of 32768.
    private static let otherProcesses = 16384
    /// Measured 21: a daemon's 15 to 22 threads, dnsmasq, and the machine's first process and its shells.
    private static let processes = 32

    var parts: [Part]

    /// How many members there are on the host.
    var members: Int { parts.map(\.here).reduce(0, +) }

    /// The least values that will do.
    var limits: [KernelLimit: Int] {
        // Each member knows all others of its cluster and the bridge, and the host knows each member: 2313 entries measured
        // of 2401 for 49 members.
        let neighbours = parts.map { $0.here * $0.all + $0.here }.reduce(0, +)
        let groups = members * Self.multicastGroups
        return [
            .neighbours: neighbours + Self.otherNeighbours,
            .rememberedNeighbours: neighbours + Self.otherRememberedNeighbours,
            .neighbours6: groups + Self.otherNeighbours,
            .rememberedNeighbours6: groups + Self.otherRememberedNeighbours,
            .inotifyInstances: members * Self.inotifyInstances + Self.otherWatchers,
            .fanotifyGroups: members * Self.fanotifyGroups + Self.otherWatchers,
            .processes: members * Self.processes + Self.otherProcesses,
        ]
    }
}
