import Provisioning

extension World {
    /// What `lxc` in a machine sets going, where it is more than a query.
    func client(_ machine: SimulatedVM, _ words: [String], _ input: String?) -> Operation {
        if let cluster = machine.daemon.cluster, refusal(machine) == nil { beginCreation(cluster, words) }
        return .quick(400) {
            if let refusal = self.refusal(machine) { return refusal }
            guard let cluster = machine.daemon.cluster else { return .failed(1, "Error: This server is not clustered") }
            return self.administer(cluster, words, input)
        }
    }

    private func administer(_ cluster: SimulatedCluster, _ words: [String], _ input: String?) -> CommandResult {
        switch words.prefix(2) {
        case ["cluster", "add"]: joinToken(cluster, words[2])
        case ["cluster", "remove"]: forget(cluster, words)
        case ["config", "trust"]: trust(cluster, words, input)
        case ["network", "create"]: createNetwork(cluster, words)
        case ["network", "delete"]: deleteNetwork(cluster)
        case ["profile", "device"]: addCard(cluster, words)
        default: unknown(words)
        }
    }

    private func unknown(_ words: [String]) -> CommandResult {
        violated("an lxc command that nobody knows: \(words)")
        return .failed(1, "Error: unknown command")
    }

    private func joinToken(_ cluster: SimulatedCluster, _ name: String) -> CommandResult {
        if let member = cluster.members[name], !member.isPending, !release.givesTokensForMembers {
            return .failed(1, "Error: The cluster already has a member with name: \(name)")
        }
        let token = newSecret("JOINTOKEN", 24)
        cluster.joinTokens[name] = token
        return CommandResult(output: "Member \(name) join token:\n\(token)\n")
    }

    private func forget(_ cluster: SimulatedCluster, _ words: [String]) -> CommandResult {
        guard words.count == 5, words.contains("--force"), words.contains("--yes") else { return unknown(words) }
        guard cluster.members[words[4]]?.isPending == false else {
            return .failed(1, "Error: Cluster member not found")
        }
        cluster.forget(words[4])
        return CommandResult(output: "Member \(words[4]) removed\n")
    }

    /// A certificate on standard input; LXD 5 and 6 have this form (engines/*/05-trust.json).
    private func trust(_ cluster: SimulatedCluster, _ words: [String], _ input: String?) -> CommandResult {
        let isNamed = words.count == 6 && words[4] == "--name" && !release.extensions.isEmpty
        guard isNamed || words.count == 4 && release.extensions.isEmpty, Array(words[2...3]) == ["add", "-"], let input
        else { return unknown(words) }
        guard cluster.trusted.insert(input).inserted else {
            return .failed(1, "Error: Certificate already in trust store")
        }
        return CommandResult()
    }

    /// LXD calls a network errored from the beginning of its creation, and takes that back at the end.
    private func beginCreation(_ cluster: SimulatedCluster, _ words: [String]) {
        guard words.prefix(2) == ["network", "create"], !words.contains("--target"),
            case .pending(let names) = cluster.network
        else { return }
        let members = cluster.members.filter { !$0.value.isPending }.keys
        if Set(members).isSubset(of: names) {
            cluster.network = .errored(names)
            cluster.creations += 1
        }
    }

    private func createNetwork(_ cluster: SimulatedCluster, _ words: [String]) -> CommandResult {
        if let place = words.firstIndex(of: "--target") { return prepare(cluster, on: words[place + 1]) }
        let members = cluster.members.filter { !$0.value.isPending }
        switch cluster.network {
        case .created: return .failed(1, "Error: The network is already created")
        case nil: return .failed(1, "Error: Network not pending on any node (use --target <node> first)")
        case .pending(let names):
            let lacking = Set(members.keys).subtracting(names).sorted()
            return .failed(1, "Error: Network not defined on nodes: \(lacking.joined(separator: ", "))")
        case .errored:
            guard cluster.creations > 0 else {
                return .failed(
                    1,
                    "Error: Network already partially created. Please do not specify any global config when re-running create"
                )
            }
            cluster.creations -= 1
            guard members.values.allSatisfy({ serves($0.daemon) }) else {
                return .failed(1, "Error: Failed to create network on a member: connection refused")
            }
            cluster.network = .created
            return CommandResult(output: "Network \(release.engine.bridge) created\n")
        }
    }

    private func deleteNetwork(_ cluster: SimulatedCluster) -> CommandResult {
        guard cluster.network != nil else { return .failed(1, "Error: Failed loading network: Network not found") }
        if cluster.network == .created { violated("a finished bridge was deleted") }
        let members = cluster.members.values.filter { !$0.isPending }
        if let away = members.first(where: { !serves($0.daemon) }) {
            return .failed(1, "Error: peer node \(away.address):8443 is down")
        }
        cluster.network = nil
        cluster.creations = 0
        return CommandResult(output: "Network \(release.engine.bridge) deleted\n")
    }

    private func prepare(_ cluster: SimulatedCluster, on member: String) -> CommandResult {
        guard let target = cluster.members[member], !target.isPending else {
            return .failed(1, "Error: Cluster member not found")
        }
        switch cluster.network {
        case .created, .errored: return .failed(1, "Error: Network is not in pending state")
        case nil: cluster.network = .pending([member])
        case .pending(let names):
            if names.contains(member) {
                return .failed(1, "Error: The network is already defined on member \"\(member)\"")
            }
            cluster.network = .pending(names.union([member]))
        }
        return CommandResult(output: "Network \(release.engine.bridge) pending on member \(member)\n")
    }

    private func addCard(_ cluster: SimulatedCluster, _ words: [String]) -> CommandResult {
        if cluster.hasCard { return .failed(1, "Error: The device already exists") }
        guard cluster.network == .created else { return .failed(1, "Error: Network not found") }
        cluster.hasCard = true
        return CommandResult()
    }
}
