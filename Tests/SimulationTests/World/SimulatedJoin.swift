import Provisioning

extension World {
    /// `lxd init --preseed`: a first configuration or a join, by what the preseed says.
    func initialize(_ machine: SimulatedVM, _ preseed: String) -> Operation {
        let daemon = machine.daemon
        if let refusal = refusal(machine) { return .quick(300) { refusal } }
        let isJoin = preseed.contains("cluster_token: ") || preseed.contains("cluster_password: ")
        if daemon.cluster != nil {
            return .refused(1, release.joinFails("This server is already clustered"))
        }
        if daemon.isConfiguring { return busy(machine) }
        if daemon.hasDebris {
            return .refused(
                1, "Error: Failed to create storage pool \"default\": Storage pool \"default\" already exists")
        }
        return isJoin ? join(machine, preseed) : bootstrap(machine, preseed)
    }

    /// Another client's try is under way: this one waits for it, and finds its traces.
    private func busy(_ machine: SimulatedVM) -> Operation {
        Operation(dice.seconds(1...4)) {
            .failed(1, self.release.joinFails("This server is already clustered"))
        }
    }

    private func bootstrap(_ machine: SimulatedVM, _ preseed: String) -> Operation {
        let daemon = machine.daemon
        let address = machine.address
        guard preseed.contains("\"\(address):8443\"") else {
            return .refused(1, "Error: cannot listen on that address: cannot assign requested address")
        }
        daemon.begin()
        return Operation(dice.oneIn(12) ? dice.seconds(3...40) : .milliseconds(500)) {
            daemon.end()
            daemon.hasDebris = true
            return .failed(1, "Error: Failed to update cluster: database is locked")
        } finish: {
            guard daemon.end(), self.serves(daemon) else { return .failed(255, "") }
            let cluster = SimulatedCluster(certificate: self.dice.text("CERTIFICATE-", 8))
            cluster.password = Self.value(of: "core.trust_password", in: preseed)
            cluster.add(machine.name, .init(daemon: daemon, address: address, isPending: false))
            daemon.cluster = cluster
            daemon.home = address
            return CommandResult()
        }
    }

    private func join(_ machine: SimulatedVM, _ preseed: String) -> Operation {
        let (daemon, name, address) = (machine.daemon, machine.name, machine.address)
        guard preseed.contains("server_address: \"\(address):8443\"") else {
            return .refused(1, "Error: cannot listen on that address: cannot assign requested address")
        }
        guard preseed.contains("server_name: \"\(name)\"") else {
            violated("\(name) was given another's preseed")
            return .refused(1, "Error: wrong name")
        }
        guard let cluster = cluster(thatLetsIn: name, by: preseed), hasQuorum(cluster) else {
            return .refused(1, release.trustRefused)
        }
        // Pending members are replaced (LXD 5.0.2).
        let members = cluster.members.filter { !$0.value.isPending }
        if members[name] != nil || members.values.contains(where: { $0.address == address }) {
            let hasName = members[name] != nil
            if hasName, release.givesTokensForMembers { return .refused(1, release.nameIsMembers) }
            let what = hasName ? "name: \(name)" : "address: \(address)"
            return .refused(1, release.joinFails("The cluster already has a member with \(what)"))
        }
        if release.keepsFailedCertificates, let server = cluster.certified[name], server !== daemon {
            return .refused(1, release.nameHeld)
        }
        cluster.certified[name] = daemon
        cluster.joinTokens[name] = nil
        cluster.add(name, .init(daemon: daemon, address: address, isPending: true))
        return underWay(daemon, cluster, address)
    }

    private func underWay(_ daemon: SimulatedDaemon, _ cluster: SimulatedCluster, _ address: String) -> Operation {
        let name = daemon.name
        daemon.begin(joining: cluster)
        if cluster.joins > 1, !release.joinsSeveralAtOnce {
            violated("two joins at once: \(name) hangs for good")
            daemon.hasDebris = true
            return Operation(.seconds(1_000_000)) { .failed(1, "") }
        }
        if cluster.joins > 1, dice.oneIn(8) {
            // The member that is pending is forgotten, and nothing is in the server's folder.
            cluster.members[name] = nil
            return Operation(dice.seconds(1...2)) {
                daemon.end()
                return .failed(1, self.release.joinFails("Failed request to add member: server ID already in use"))
            }
        }
        if cluster.raft.contains(address) {
            // The address is in the configuration of the database already: that is tried for ever.
            return Operation(.seconds(1_000_000)) { .failed(1, "") }
        }
        let takes = dice.oneIn(8) ? dice.seconds(3...40) : dice.oneIn(20) ? .seconds(400) : .milliseconds(800)
        return Operation(takes) {
            daemon.end()
            daemon.hasDebris = true
            // Half-way the address is in the configuration of the database, and nothing of what LXD undoes.
            cluster.raft.insert(address)
            return .failed(1, self.release.joinFails("Failed request to add member: context deadline exceeded"))
        } finish: {
            guard daemon.end(), self.serves(daemon), cluster.members[name]?.daemon === daemon else {
                daemon.hasDebris = true
                return .failed(1, self.release.joinFails("Cluster member not found"))
            }
            if case .errored = cluster.network {
                self.violated("\(name) joined with an unfinished network: LXD deletes storage pools")
            }
            cluster.add(name, .init(daemon: daemon, address: address, isPending: false))
            daemon.cluster = cluster
            daemon.home = address
            return CommandResult()
        }
    }

    /// By the token that was made last for the name, or without tokens by address and password.
    private func cluster(thatLetsIn name: String, by preseed: String) -> SimulatedCluster? {
        if release.extensions.isEmpty {
            guard let address = Self.value(of: "cluster_address", in: preseed),
                let password = Self.value(of: "cluster_password", in: preseed)
            else { return nil }
            let server = machines.values.first { "\($0.address):8443" == address && serves($0.daemon) }
            return server?.daemon.cluster.flatMap { $0.password == password ? $0 : nil }
        }
        return machines.values.compactMap(\.daemon.cluster).first { cluster in
            cluster.joinTokens[name].map { preseed.contains("cluster_token: \"\($0)\"") } ?? false
        }
    }

    /// The quoted value of a key of a preseed.
    private static func value(of key: String, in preseed: String) -> String? {
        guard let start = preseed.firstRange(of: "\(key): \"")?.upperBound else { return nil }
        return String(preseed[start...].prefix { $0 != "\"" })
    }
}
