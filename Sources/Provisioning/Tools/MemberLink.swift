/// A member's interface into a network of units, where members share no Ethernet: VXLAN to each of the others at its address.
///
/// It sends what has no known place to all of them (head-end replication), and learns from what comes (RFC 7348).
package struct MemberLink: Sendable, Equatable {
    /// IANA's port for VXLAN.
    package static let port = 4789
    /// What VXLAN puts before each packet: the Ethernet inside, its own header, UDP and IPv4.
    package static let overhead = 50

    /// The identifier of the cluster.
    package let cluster: String
    /// The network's number, 24 bits.
    package let number: Int
    /// The network's bridge, on which the interface is.
    package let bridge: String
    /// Where the others reach this member.
    package let own: IPv4
    /// Where this member reaches the others.
    package let peers: Set<IPv4>
    /// The largest packet inside.
    package let packetSize: Int

    /// The interface's name, 15 characters, which is that of no other network and no other cluster.
    package var name: String { Self.name(number, in: cluster) }

    /// The name for the network of that number.
    package static func name(_ number: Int, in cluster: String) -> String {
        let digits = String(number & 0xFFFFFF, radix: 16)
        return "\(prefix(cluster))\(String(repeating: "0", count: 6 - digits.count))\(digits)"
    }

    /// Whether an interface of that name is one of the cluster's.
    package static func isName(_ name: String, of cluster: String) -> Bool {
        name.hasPrefix(prefix(cluster)) && name.count == prefix(cluster).count + 6
            && name.suffix(6).allSatisfy { $0.isHexDigit && !$0.isUppercase }
    }

    /// Whether an interface of that name is one of some cluster's.
    package static func isName(_ name: String) -> Bool {
        name.hasPrefix("u") && isName(name, of: String(name.dropFirst().prefix(8)))
            && name.dropFirst().allSatisfy { $0.isHexDigit && !$0.isUppercase }
    }

    private static func prefix(_ cluster: String) -> String { "u\(cluster)" }

    /// What ip is told to make it.
    fileprivate var creation: String {
        "link add \(name) mtu \(packetSize) type vxlan id \(number) local \(own) dstport \(Self.port)"
    }

    /// What bridge is told of its peers.
    fileprivate var entries: [String] {
        peers.sorted { $0.bits < $1.bits }.map { Bridge.entry(for: $0, of: name) }
    }
}

/// The interfaces into networks of units on one member, as root: those of one cluster, and no others.
package struct MemberLinks: Sendable {
    private let runner: any CommandRunner
    private let cluster: String
    /// The units of the daemons that are to find the interfaces when the machine starts.
    private let services: [String]
    private let touches: Set<Subject>

    /// Those of the cluster with that identifier, on the member that the runner reaches.
    package init(
        _ runner: any CommandRunner, cluster: String, before services: [String] = [], touches: Set<Subject> = []
    ) {
        self.runner = runner
        self.cluster = cluster
        self.services = services
        self.touches = touches
    }

    /// What is to be done for the interfaces to be as wanted.
    package struct Changes: Sendable, Equatable {
        /// Lines for ip.
        var links: [String] = []
        /// The interfaces that gain peers, and which.
        var gained: [(name: String, peers: [IPv4])] = []
        /// The interfaces that lose peers, and which.
        var lost: [(name: String, peers: [IPv4])] = []
        /// The interfaces that nobody wants any more.
        var leftovers: [String] = []
        /// Whether the encrypted way to the other members is not as it should be.
        var isMeshDifferent = false
        /// Whether there is one that no network needs.
        var hasMesh = false
        /// The unit that makes them when the machine starts; empty is none, `nil` is the one that is there.
        var unit: String?

        package var isEmpty: Bool {
            links.isEmpty && gained.isEmpty && lost.isEmpty && leftovers.isEmpty && unit == nil && !isMeshDifferent
                && !hasMesh
        }

        package static func == (one: Changes, other: Changes) -> Bool {
            func words(_ pairs: [(name: String, peers: [IPv4])]) -> [String] { pairs.map { "\($0)" } }
            return (one.links, one.leftovers, one.unit) == (other.links, other.leftovers, other.unit)
                && (one.isMeshDifferent, one.hasMesh) == (other.isMeshDifferent, other.hasMesh)
                && words(one.gained) == words(other.gained) && words(one.lost) == words(other.lost)
        }
    }

    // MARK: Comparison

    /// What differs from the wanted interfaces; others of the cluster's stay unless told otherwise.
    package func changes(
        to wanted: [MemberLink], over mesh: MemberMesh? = nil, removesOthers: Bool = true
    ) async throws -> Changes {
        async let tunnels = IP(runner).tunnels()
        async let bridges = IP(runner).bridges()
        async let peers = Bridge(runner).peers()
        async let unit = unitText()
        let present = try await tunnels.filter { MemberLink.isName($0.key, of: cluster) }
        var changes = Self.changes(
            from: present, peers: try await peers, bridges: try await bridges, to: wanted, removesOthers: removesOthers)
        let text = Self.unit(for: wanted, over: mesh, of: cluster, before: services)
        if let found = try await unit, removesOthers, found != text { changes.unit = text }
        if let mesh {
            changes.isMeshDifferent = try await !mesh.isThere(runner)
        } else if removesOthers {
            changes.hasMesh = try await IP(runner).interfaces().contains(MemberMesh.name(cluster))
        }
        return changes
    }

    /// What differs, by what the kernel has.
    static func changes(
        from present: [String: IP.Tunnel], peers known: [String: Set<IPv4>], bridges: Set<String>,
        to wanted: [MemberLink], removesOthers: Bool
    ) -> Changes {
        var changes = Changes()
        for link in wanted {
            var found = present[link.name]
            var peers = known[link.name] ?? []
            if let other = found, other.own != link.own || other.number != link.number {
                changes.links.append("link delete \(link.name)")
                (found, peers) = (nil, [])
            }
            if found == nil {
                changes.links.append(link.creation)
                peers = []
            } else if found?.packetSize != link.packetSize {
                changes.links.append("link set \(link.name) mtu \(link.packetSize)")
            }
            // Before the engine has made the bridge, or while it is off, there is none.
            let lacksBridge = bridges.contains(link.bridge) && found?.bridge != link.bridge
            if lacksBridge || found?.isUp != true {
                changes.links.append("link set \(link.name)\(lacksBridge ? " master \(link.bridge)" : "") up")
            }
            let gained = link.peers.subtracting(peers).sorted { $0.bits < $1.bits }
            let lost = peers.subtracting(link.peers).sorted { $0.bits < $1.bits }
            if !gained.isEmpty { changes.gained.append((link.name, gained)) }
            if !lost.isEmpty { changes.lost.append((link.name, lost)) }
        }
        if removesOthers {
            let names = Set(wanted.map(\.name))
            changes.leftovers = present.keys.filter { !names.contains($0) }.sorted()
        }
        return changes
    }

    // MARK: Change

    /// Makes the interfaces as wanted; others of the cluster's stay unless told otherwise.
    package func put(_ wanted: [MemberLink], over mesh: MemberMesh? = nil, removesOthers: Bool = true) async throws {
        let changes = try await changes(to: wanted, over: mesh, removesOthers: removesOthers)
        if let mesh, changes.isMeshDifferent { try await mesh.put(runner) }
        if !changes.links.isEmpty { try await IP(runner).batch(changes.links, touches: touches) }
        for (name, peers) in changes.gained { try await Bridge(runner).change(name, adding: peers, removing: []) }
        for (name, peers) in changes.lost { try await Bridge(runner).change(name, adding: [], removing: peers) }
        try await remove(changes.leftovers)
        if changes.hasMesh { try await removeMesh() }
        if let unit = changes.unit { try await writeUnit(unit) }
    }

    /// Removes those interfaces of the cluster's; one that is not there is fine.
    package func remove(_ names: [String]) async throws {
        let own = names.filter { MemberLink.isName($0, of: cluster) }
        if !own.isEmpty { try await IP(runner).delete(own.map { "link delete \($0)" }, touches: touches) }
    }

    /// Removes all interfaces of the cluster's, the key of the encrypted ones, and the unit that makes them.
    package func removeAll() async throws {
        let present = try await IP(runner).interfaces()
        try await remove(present.filter { MemberLink.isName($0, of: cluster) }.sorted())
        if present.contains(MemberMesh.name(cluster)) { try await removeMesh() }
        let key = MemberMesh.key(cluster)
        let files = try await RootFiles(runner).inodes(of: [key, unitPath])
        if files[key] != nil {
            try await RootFiles(runner).remove([key], touches: touches)
            try await RootFiles(runner).removeEmptyFolders([MemberMesh.keys])
        }
        if files[unitPath] != nil { try await writeUnit("") }
    }

    private func removeMesh() async throws {
        try await IP(runner).delete(["link delete \(MemberMesh.name(cluster))"], touches: touches)
    }

    // MARK: When the machine starts

    /// The name of the unit that makes the interfaces before the engine's daemon starts, which skips those that are missing.
    private static func unitName(_ cluster: String) -> String { "bcm-\(cluster)-networks.service" }
    private static let units = "/etc/systemd/system"
    private var unitPath: String { "\(Self.units)/\(Self.unitName(cluster))" }
    /// The link by which systemd starts it.
    private var enabledPath: String { "\(Self.units)/multi-user.target.wants/\(Self.unitName(cluster))" }

    /// The unit's text; empty where there are no interfaces.
    static func unit(
        for links: [MemberLink], over mesh: MemberMesh? = nil, of cluster: String, before services: [String]
    ) -> String {
        if links.isEmpty { return "" }
        let commands =
            (mesh?.commands ?? [])
            + links.sorted { $0.name < $1.name }.flatMap { link in
                ["ip \(link.creation)", "ip link set \(link.name) up"] + link.entries.map { "bridge \($0)" }
            }
        return """
            # Made by bcmcluster for the cluster \(cluster); what is changed here is lost.
            [Unit]
            Description=Interfaces into the networks of the bcmcluster cluster \(cluster)
            Before=\(services.joined(separator: " "))

            [Service]
            Type=oneshot
            RemainAfterExit=yes
            \(commands.map { "ExecStart=-\($0)" }.joined(separator: "\n"))

            [Install]
            WantedBy=multi-user.target

            """
    }

    /// The text of the unit that is there, empty where none is; `nil` where systemd does not run the machine.
    private func unitText() async throws -> String? {
        // By this folder programs know whether it does (sd_booted(3)).
        let systemd = "/run/systemd/system"
        guard try await RootFiles(runner).inodes(of: [systemd])[systemd] != nil else { return nil }
        return try await RootFiles(runner).read(unitPath) ?? ""
    }

    private func writeUnit(_ text: String) async throws {
        let files = RootFiles(runner)
        if text.isEmpty {
            try await files.remove([enabledPath, unitPath], touches: touches)
        } else {
            try await files.makeFolders(["\(Self.units)/multi-user.target.wants"], mode: "0755", touches: touches)
            try await files.write(text, to: unitPath, mode: "0644", touches: touches)
            _ = try await files.leaveNote(enabledPath, saying: unitPath, touches: touches)
        }
        try await Systemd(runner).reloadUnits(touches: touches)
    }
}
