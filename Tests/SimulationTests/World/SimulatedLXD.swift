import Provisioning

extension World {
    /// What a command as root in a machine sets going.
    func inside(_ machine: SimulatedVM, _ words: [String], _ input: String?) -> Operation {
        // The simulated client knows no other remote and no other project.
        let words = release.inWordsOfLXD(words.filter { !["--force-local", "--project", "default"].contains($0) })
        switch words.first {
        case "cloud-init": return .quick(300) { self.cloudInit(machine) }
        case "ls":
            return .quick(200) {
                machine.wantsRestart
                    ? CommandResult(output: words[1] + "\n") : .failed(2, "ls: No such file or directory")
            }
        case "cat" where words == ["cat", "/etc/bcmcluster"]:
            return .quick(200) {
                machine.mark.map { CommandResult(output: "\($0.dropFirst(9))") }
                    ?? .failed(1, "cat: /etc/bcmcluster: No such file or directory")
            }
        case "cat": return .refused(1, "cat: \(words.last ?? ""): No such file or directory")
        case "snap" where words == ["snap", "list", "lxd"]:
            return .quick(300) {
                CommandResult(
                    output: "Name  Version  Rev    Tracking     Publisher   Notes\n"
                        + "lxd   5.21.3   32662  5.21/stable  canonical✓  held\n")
            }
        case "ip"
        where words == "ip -json -4 address show scope global".split(separator: " ").map(String.init):
            return .quick(300) {
                let links = [("ens3", machine.address), (self.release.engine.bridge, "10.248.0.1")].map {
                    #"{"ifname":"\#($0)","addr_info":[{"family":"inet","local":"\#($1)","prefixlen":24}]}"#
                }
                return CommandResult(output: "[\(links.joined(separator: ","))]\n")
            }
        case "tail": return .quick(200) { self.log(machine, words.last ?? "") }
        case "lxc" where words[1] == "query" && words.last == "/internal/sql":
            return .quick(300) { self.rows(machine, of: words[words.count - 2]) }
        case "lxc" where words[1] == "query": return .quick(300) { self.query(machine, words[2]) }
        case "lxc": return client(machine, Array(words.dropFirst()), input)
        case "find": return .quick(200) { CommandResult() }
        case "lxd" where words == ["lxd", "init", "--preseed"]: return initialize(machine, input ?? "")
        case "lxd" where words.dropLast() == ["lxd", "cluster", "remove-raft-node", "--quiet"]:
            return .quick(400) { self.removeRaftNode(machine, words[4]) }
        default:
            violated("a command in a machine that nobody knows: \(words)")
            return .refused(127, "not found")
        }
    }

    private func cloudInit(_ machine: SimulatedVM) -> CommandResult {
        guard machine.isSetUp(clock.elapsed) else { return CommandResult(output: "status: running\n") }
        return machine.cloudInitFails
            ? CommandResult(.exited(1), output: "status: error\nerrors: runcmd\n")
            : CommandResult(output: "status: done\n")
    }

    private func log(_ machine: SimulatedVM, _ path: String) -> CommandResult {
        let module = machine.isSetUp(clock.elapsed) ? "scripts_user" : "package_update_upgrade_install"
        return CommandResult(output: "start: modules-final/config-\(module): the last line of \(path)\n")
    }

    /// The refusal of a daemon that cannot answer now, if it cannot.
    func refusal(_ machine: SimulatedVM) -> CommandResult? {
        guard machine.serves(clock.elapsed) else {
            return .failed(1, release.noDaemon)
        }
        if let cluster = machine.daemon.cluster, !hasQuorum(cluster) {
            return .failed(1, release.noLeader)
        }
        return nil
    }

    private func query(_ machine: SimulatedVM, _ path: String) -> CommandResult {
        if let refusal = refusal(machine) { return refusal }
        let cluster = machine.daemon.cluster
        switch path {
        case "/1.0": return CommandResult(output: server(machine))
        case "/1.0/cluster":
            let keys = #"{"entity":"storage-pool","name":"default","key":"source","value":"\#(release.givenSource)"}"#
            return CommandResult(output: "{\"enabled\":\(cluster != nil),\"member_config\":[\(keys)]}")
        case "/1.0/cluster/members?recursion=1":
            guard let cluster else { return .failed(1, "Error: This server is not clustered") }
            return CommandResult(output: members(cluster))
        case "/1.0/operations?recursion=1": return CommandResult(output: operations(machine))
        case "/1.0/certificates?recursion=1": return CommandResult(output: certificates(cluster))
        case "/1.0/instances?recursion=1&all-projects=true", "/1.0/instances?recursion=2&all-projects=true",
            "/1.0/storage-pools?recursion=1":
            return CommandResult(output: "[]")
        case "/1.0/networks/\(release.engine.bridge)": return network(cluster)
        case "/1.0/profiles/default":
            let card =
                cluster?.hasCard == true
                ? #""eth0":{"type":"nic","network":"\#(release.engine.bridge)","name":"eth0"}"# : ""
            return CommandResult(output: "{\"name\":\"default\",\"devices\":{\(card)}}")
        case _ where path.hasPrefix("/1.0/storage-pools/default/resources?target="): return CommandResult(output: "{}")
        default:
            violated("a query that nobody knows: \(path)")
            return .failed(1, "Error: not found")
        }
    }

    private func certificates(_ cluster: SimulatedCluster?) -> String {
        let entries = (cluster?.trusted ?? []).sorted().map { certificate in
            let text = certificate.replacing("\n", with: "\\n")
            return #"{"name":"c","type":"client","fingerprint":"of \#(text.count)","certificate":"\#(text)"}"#
        }
        return "[\(entries.joined(separator: ","))]"
    }

    private func server(_ machine: SimulatedVM) -> String {
        let certificate = machine.daemon.cluster?.certificate ?? "certificate of \(machine.name) alone"
        let extensions = release.extensions.map { "\"\($0)\"" }.joined(separator: ",")
        return """
            {"api_extensions":[\(extensions)],"environment":{"server_clustered":\
            \(machine.daemon.cluster != nil),"certificate":"\(certificate)\\n","server_version":"\(release.version)",\
            "server_name":"\(machine.name)"}}
            """
    }

    /// What the database holds.
    private func rows(_ machine: SimulatedVM, of question: String) -> CommandResult {
        if let refusal = refusal(machine) { return refusal }
        guard let cluster = machine.daemon.cluster else { return .failed(1, "Error: This server is not clustered") }
        let rows: [[String]]
        if question.contains("DELETE FROM identities ") {
            return forgetCertificate(cluster, question)
        } else if question.contains("FROM raft_nodes") {
            rows = cluster.raft.sorted().map { ["\($0):8443"] }
        } else if question.contains("WHERE state = 1") {
            rows = cluster.members.filter(\.value.isPending).sorted { $0.key < $1.key }
                .map { [$0.key, "\($0.value.address):8443"] }
        } else if question.contains("networks_nodes") {
            rows = objects(cluster)
        } else {
            return heartbeats(cluster)
        }
        let lines = rows.map { "[" + $0.map { "\"\($0)\"" }.joined(separator: ",") + "]" }
        return CommandResult(output: #"{"Results":[{"rows":[\#(lines.joined(separator: ","))]}]}"#)
    }

    /// LXD 5.21 and 6 have that table.
    private func forgetCertificate(_ cluster: SimulatedCluster, _ question: String) -> CommandResult {
        guard release.keepsFailedCertificates else { return .failed(1, "Error: no such table: identities") }
        for name in cluster.certified.keys
        where question.contains("name = '\(name)'") && cluster.members[name]?.isPending ?? true {
            cluster.certified[name] = nil
        }
        return CommandResult(
            output: #"{"Results":[{"type":"exec","columns":null,"rows":null,"rows_affected":1}]}"#)
    }

    /// The storage pool and the bridge with their states.
    private func objects(_ cluster: SimulatedCluster) -> [[String]] {
        let pool = ["storage pool", "default", "", "zfs", "", "1", ""]
        func bridge(_ state: String, on member: String = "") -> [String] {
            ["network", release.engine.bridge, "default", "0", "", state, member]
        }
        switch cluster.network {
        case nil: return [pool]
        case .created: return [pool, bridge("1")]
        case .pending(let names): return [pool, bridge("0")] + names.sorted().map { bridge("0", on: $0) }
        case .errored(let names): return [pool, bridge("2")] + names.sorted().map { bridge("0", on: $0) }
        }
    }

    /// Removes what a join has left in the configuration of the database; a member that loses its place there is lost.
    private func removeRaftNode(_ machine: SimulatedVM, _ address: String) -> CommandResult {
        if let refusal = refusal(machine) { return refusal }
        guard let cluster = machine.daemon.cluster else { return .failed(1, "Error: This server is not clustered") }
        guard leader(cluster) == machine.name else {
            return .failed(1, "Error: Failed to get current raft nodes: Not leader")
        }
        let host = address.replacing(":8443", with: "")
        if cluster.members.values.contains(where: { !$0.isPending && $0.address == host }) {
            violated("a member was taken out of the database's configuration: \(address)")
        }
        guard cluster.raft.remove(host) != nil else {
            return .failed(1, "Error: No raft node with address \"\(address)\"")
        }
        return CommandResult()
    }

    /// How many days ago each member last showed life: the leader asks all every ten seconds.
    private func heartbeats(_ cluster: SimulatedCluster) -> CommandResult {
        let now = clock.elapsed
        let rows = cluster.members.filter { !$0.value.isPending }.keys.sorted().map { name in
            let first = machines[name].map { $0.daemonAt + .seconds(3) } ?? now
            let age = now < first ? 15 : min(10, (now - first).seconds)
            return #"["\#(name)","\#(age / 86_400)"]"#
        }
        return CommandResult(output: #"{"Results":[{"rows":[\#(rows.joined(separator: ","))]}]}"#)
    }

    private func members(_ cluster: SimulatedCluster) -> String {
        let leader = leader(cluster)
        let rows = cluster.members.filter { !$0.value.isPending }.sorted { $0.key < $1.key }.map { name, member in
            let words = name == leader ? release.roles.leader : release.roles.voter
            let roles = words.map { "\"\($0)\"" }.joined(separator: ",")
            return """
                {"server_name":"\(name)","url":"https://\(member.address):8443","database":true,\
                "status":"\(status(member))","message":"","roles":[\(roles)]}
                """
        }
        return "[\(rows.joined(separator: ","))]"
    }

    /// A join that continues is an operation of the daemon that joins.
    private func operations(_ machine: SimulatedVM) -> String {
        machine.daemon.isConfiguring
            ? #"{"running":[{"description":"Joining cluster","status":"Running","class":"task"}]}"# : "{}"
    }

    private func network(_ cluster: SimulatedCluster?) -> CommandResult {
        switch cluster?.network {
        case nil: .failed(1, "Error: Network not found")
        case .pending: CommandResult(output: #"{"status":"Pending","type":"bridge","config":{},"used_by":null}"#)
        case .errored: CommandResult(output: bridge("Errored"))
        case .created: CommandResult(output: bridge("Created"))
        }
    }

    private func bridge(_ status: String) -> String {
        #"{"status":"\#(status)","type":"bridge","config":{"ipv4.address":"10.248.0.1/24"},"used_by":null}"#
    }
}
