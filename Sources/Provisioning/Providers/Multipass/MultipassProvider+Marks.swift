/// Whose a VM is, by the mark that the user-data leaves in it.
extension MultipassProvider {
    private static func mark(_ state: ClusterState) -> String { "cluster \(state.identifier)" }
    /// How a VM is asked for it.
    private static let question = Command("cat", ["/etc/bcmcluster"], limit: .seconds(15), effect: .awaits)
    /// How a VM is asked where the state of its cluster is kept.
    private static let originQuestion = Command("cat", ["/etc/bcmcluster-state"], limit: .seconds(15), effect: .awaits)

    /// Asks the VMs that run, and that answer, whose they are; throws `Failure.conflict` for one of another cluster's.
    ///
    /// A VM may have no mark: version 0.1.0 left none, and a user's own user-data may not.
    package func checkOwnership(of state: ClusterState) async throws {
        let running = try await machines(of: state).filter { $0.value.state == .running }.keys.sorted()
        let others = await marks(of: running).filter { $0.value != Self.mark(state) }.keys.sorted().map(\.text)
        if others.isEmpty { return }
        throw Failure(
            .conflict, "\(others.joined(separator: ", ")) belongs to another cluster of this name",
            hint: "\(Failure.outdatedState(of: state.name)); nothing was removed")
    }

    /// By the marks of the VMs with names of members; a VM that tells none is of an unknown cluster, whatever its name.
    package func hostedClusters(named cluster: ClusterName?) async throws -> [HostedCluster] {
        let listed = try await multipass.list().compactMap { instance in
            (try? MemberName(coded: instance.name)).map { (name: $0, isOn: instance.isRunning) }
        }.filter { cluster == nil || $0.name.cluster == cluster }
        let on = listed.filter(\.isOn).map(\.name)
        async let marking = marks(of: on)
        async let placing = answers(of: on, to: Self.originQuestion)
        let (marks, origins) = await (marking, placing)
        let known = marks.compactMapValues { mark -> String? in
            let identifier = mark.split(separator: " ").last.map(String.init) ?? ""
            return identifier.utf8.count == 8 && UInt32(identifier, radix: 16) != nil ? identifier : nil
        }
        var found: [HostedCluster] = []
        for (name, members) in Dictionary(grouping: listed.map(\.name), by: \.cluster) {
            let grouped = Dictionary(grouping: members.sorted()) { known[$0] ?? HostedCluster.unknown }
            for (identifier, members) in grouped {
                let origin = members.compactMap { origins[$0].flatMap(StateCopy.Origin.init) }.first
                var cluster = HostedCluster(name: name, identifier: identifier, members: members, origin: origin)
                cluster.silent = members.filter { !on.contains($0) }
                found.append(cluster)
            }
        }
        return found.sorted { ($0.name.text, $0.identifier) < ($1.name.text, $1.identifier) }
    }

    /// What those VMs say that are marked and answer.
    private func marks(of members: [MemberName]) async -> [MemberName: String] {
        await answers(of: members, to: Self.question)
    }

    /// What those VMs say that answer, all asked at once.
    private func answers(of members: [MemberName], to question: Command) async -> [MemberName: String] {
        await withTaskGroup(of: (MemberName, String?).self) { group in
            for member in members {
                group.addTask {
                    let result = try? await runner(in: member).run(question)
                    return (member, result.flatMap { $0.succeeded ? $0.output.trimmed : nil })
                }
            }
            return await group.reduce(into: [:]) { marks, answer in
                if let mark = answer.1, !mark.isEmpty { marks[answer.0] = mark }
            }
        }
    }

    /// Waits until a VM whose launch this run did not begin tells whose it is.
    ///
    /// A user's own user-data may leave no mark: then the name has to do.
    func checkOwnedByCluster(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        guard try templates.template(engine.userData).names("BCM_CLUSTER_IDENTIFIER") else { return }
        let found = try await time.wait(
            for: "\(member), which is being launched already", limit: limit, every: traits.pollInterval
        ) { try await mark(of: member) }
        guard found == Self.mark(state) else {
            throw Failure(
                .taken, "a VM named \(member) already exists, which is not labelled as this cluster's",
                hint: "choose another cluster name, or inspect it with multipass info \(member)")
        }
    }

    /// The mark in a VM, empty where it has none; `nil` while it cannot be known.
    private func mark(of member: MemberName) async throws -> String? {
        switch try await multipass.list().first(where: { $0.name == member.text })?.state {
        case "Stopped"?, "Suspended"?, "Deleted"?: return ""
        case "Running"?: break
        default: return nil
        }
        do {
            let inside = runner(in: member)
            let result = try await inside.run(Self.question)
            let text = result.output.trimmed
            // What is no mark at all, as from a connection that broke, says nothing of whose the VM is.
            if result.succeeded { return text.hasPrefix("cluster ") ? text : nil }
            return try await CloudInit(inside).status(.awaits) == .running ? nil : ""
        } catch let failure as Failure where failure.code == .commandFailed {
            return nil
        }
    }
}
