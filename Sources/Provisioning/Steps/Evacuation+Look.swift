extension Evacuation {
    /// Looks at what lives on that member and finds a place for all of it; throws where something cannot be moved.
    static func look(
        at leaving: MemberName, asking respondingMember: MemberName, _ context: PlanContext
    ) async throws -> Evacuation {
        let client = context.client(in: respondingMember)
        let state = await context.store.state
        async let volumes = client.localVolumes()
        async let immovableContents = client.immovableContents(on: leaving.text)
        let workloads = try await Workloads.look(client, try await client.members())
        let stores = MemberStores(state, client, context.provider.traits)
        var findings = Findings(
            member: leaving.text, workloads: workloads, volumes: try await volumes, candidates: [],
            store: stores.name(of: leaving))
        do {
            (findings.backups, findings.images) = try await immovableContents
        } catch let failure as Failure where failure.code == .commandFailed {
            // Only versions with another schema do not answer; LXD refuses later then, and the move is taken back.
        }
        let instances = workloads.instances.filter { $0.location == leaving.text }
        guard !instances.isEmpty || findings.volumes.contains(where: { $0.member == leaving.text }) else {
            return try Evacuation(findings)
        }
        let open = workloads.members.filter { $0.reasonForNoNewInstances == nil }.compactMap {
            MemberName($0.name, of: state.name)
        }.filter { state.member($0) != nil && $0 != leaving }
        let nothing = InstanceDemand(unit: nil, memory: 0, cores: 0, ports: [], spread: .none)
        findings.candidates = try await stores.all(open).map { member, host, store in
            PlacementCandidate(member.text, on: host, store, for: nothing, in: workloads)
        }
        if instances.contains(where: { $0.type == Unit.Kind.vm.type }) {
            for member in open where try await client.drivers(of: member.text).contains("qemu") {
                findings.hypervisors.insert(member.text)
            }
        }
        return try Evacuation(findings)
    }
}
