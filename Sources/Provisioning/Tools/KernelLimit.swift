/// A limit that a Linux kernel has once for the whole host, by the name that sysctl gives it.
package enum KernelLimit: String, CaseIterable, Sendable {
    /// How many IPv4 neighbours the kernel knows at most, over all network namespaces; with more it drops packets
    /// ("neighbour: arp_cache: neighbor table overflow!").
    case neighbours = "net.ipv4.neigh.default.gc_thresh3"
    /// From how many IPv4 neighbours on it forgets those that are not in use, which then have to be asked for again.
    case rememberedNeighbours = "net.ipv4.neigh.default.gc_thresh2"
    /// The same as `neighbours` for IPv6.
    case neighbours6 = "net.ipv6.neigh.default.gc_thresh3"
    /// The same as `rememberedNeighbours` for IPv6.
    case rememberedNeighbours6 = "net.ipv6.neigh.default.gc_thresh2"
    /// How many inotify instances a user has at most; what root has in a user namespace of its own counts too.
    case inotifyInstances = "fs.inotify.max_user_instances"
    /// How many fanotify groups a user has at most.
    case fanotifyGroups = "fs.fanotify.max_user_groups"
    /// How many numbers there are for processes and threads.
    case processes = "kernel.pid_max"
}

/// A limit that is lower than what is needed.
package struct LowLimit: Sendable, Equatable {
    package var limit: KernelLimit
    package var value: Int
    /// The least value that will do.
    package var needed: Int

    package init(_ limit: KernelLimit, value: Int, needed: Int) {
        self.limit = limit
        self.value = value
        self.needed = needed
    }
}
