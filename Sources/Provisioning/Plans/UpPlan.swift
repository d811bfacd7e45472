/// The recipe of `up`: makes the cluster, finishes it, or adds members.
package enum UpPlan {
    /// The steps for the members of the state; machines of those that are `resized` get other sizes.
    package static func plan(
        for state: ClusterState, decided: [Setting: String], values: [MemberValue] = [], resized: [MemberName] = []
    ) -> ClusterPlan {
        var plan = ClusterPlan()
        let first = state.first
        let names = state.members.map(\.name)
        let provider = state.settings.provider

        // Nothing is made for members that could not join.
        let checked = plan.add(CheckObjects(first: first, isForLaunches: true, given: values))

        // What is about to be made is recorded before anything is, so that destroy finds it.
        let recorded = plan.add(WriteState(), after: [checked])

        // Every member has a .env that the user may have edited; what is there is kept.
        let stubbed = names.map { name in
            plan.add(WriteEnvironment(name: name, provider: provider, decided: decided), after: [recorded])
        }

        // What machines share, such as a bridge; then the machines, in parallel, each with its daemon.
        let host = plan.add(PrepareHost(), after: [recorded])
        let routed = plan.add(RouteTraffic(), after: [host])
        let ready = zip(names, stubbed).map { name, stub in
            let launched = plan.add(LaunchMachine(name: name), after: [stub, host])
            let sized = resized.contains(name) ? [plan.add(ResizeMachine(name: name), after: [launched])] : []
            return plan.add(AwaitDaemon(name: name, first: first), after: [launched] + sized)
        }
        let readiness = Dictionary(uniqueKeysWithValues: zip(names, ready))

        // Where there are several hosts, their members have to reach each other before LXD counts on it.
        let firsts =
            [first] + state.hosts.filter { $0 != state.host(of: first) }.compactMap { state.members(on: $0).first }
        let atHand = firsts.compactMap { readiness[$0] }
        let reached = firsts.count > 1 ? [plan.add(CheckReach(members: firsts), after: atHand + [routed])] : []

        // The first member becomes a cluster of one. What the others will ask of it may pass the host's firewalls.
        let cluster = plan.add(
            BootstrapCluster(name: first), after: reached + [routed] + [readiness[first]].compactMap { $0 })

        // The user's client gets its remote while the others join.
        let certificate = plan.add(FetchCertificate(name: first), after: [cluster])
        plan.add(AddRemote(name: first), after: [certificate])

        // Joins go one at a time, in the order in which machines get ready.
        // LXD gives the first three a vote: they are on different hosts, where there are several.
        func join(_ name: MemberName, after: [Int]) -> Int {
            plan.add(
                JoinMember(name: name, first: first, given: values),
                after: [cluster] + [readiness[name]].compactMap { $0 } + after)
        }
        let leading = names.filter { $0 != first && firsts.contains($0) }.map { join($0, after: []) }
        let following = names.filter { !firsts.contains($0) }.map { join($0, after: Array(leading.prefix(2))) }
        let joined = leading + following
        let named = addDomains(&plan, state, after: [cluster] + joined)

        // The bridge is made once for all members, which is cheaper than once for each join.
        let bridge = plan.add(CreateBridge(first: first), after: [cluster] + joined)

        // Members that were there learn of those that have joined.
        let connected = state.connection.map { plan.add($0, after: [bridge]) }

        // Only the cluster itself can say that it is complete.
        let whole = plan.add(
            VerifyCluster(first: first, wanted: names), after: [bridge, routed] + [connected].compactMap { $0 } + named)

        // Instances that an interrupted stop has left stopped.
        plan.add(ResumeInstances(first: first), after: [whole])
        return plan
    }

    /// What is on one host is lost with it: LXD is told.
    private static func addDomains(_ plan: inout ClusterPlan, _ state: ClusterState, after: [Int]) -> [Int] {
        if state.spread == nil { return [] }
        return state.members.map { member in
            let host = state.host(of: member.name)
            return plan.add(SetFailureDomain(name: member.name, first: state.first, host: host), after: after)
        }
    }
}

extension ClusterState {
    /// The step that connects the members' networks; `nil` where the engine always does it.
    var connection: ConnectMembers? {
        let traits = try? ProviderRegistry.standard.traits(of: settings.provider)
        let isNeeded = spread != nil || !(traits?.sharedEthernet.covers(self) ?? true)
        return isNeeded ? ConnectMembers(first: first) : nil
    }
}
