/// What a cluster's machines are asked, host by host.
extension FleetProvider {
    /// Checks every host that is in reach: with the others, whatever needs them fails, and the rest continues.
    package func check() async throws { _ = try await forEachReachableHost { try await $0.check() } }

    /// Lets one host after the other decide, until all agree: a subnet that is free on one may be in use on the next.
    package func assign(_ state: ClusterState, newMembers: [MemberName]) async throws -> ClusterState {
        learn(state)
        var assigned = state
        var unseen = newMembers
        var mover: HostName?
        // Each round continues with a higher subnet or port than the last, and their number is small.
        for _ in 0..<256 {
            let before = assigned
            for host in hosts {
                assigned = try await onHost(named: host.name) {
                    try await $0.assign(assigned, newMembers: unseen.filter { state.host(of: $0) == host.name })
                }
                if mover == nil, (assigned.subnet, assigned.port) != (state.subnet, state.port) { mover = host.name }
            }
            unseen = []
            if assigned == before {
                if let mover { try await checkMoveAllowed(state, assigned, mover) }
                return assigned
            }
        }
        throw Failure(
            .conflict, "the hosts of \(state.name) have no free network in common",
            hint: "give a free one with --network")
    }

    /// LXD knows members by their addresses, and clients know the port: both stay from the first machine on.
    private func checkMoveAllowed(_ state: ClusterState, _ assigned: ClusterState, _ mover: HostName) async throws {
        guard let subnet = state.subnet, let port = state.port, try await !machines(of: state).isEmpty else {
            return
        }
        let what = assigned.subnet == subnet ? "port \(port)" : "subnet \(subnet)"
        throw Failure(
            .conflict, "the \(what) of \(state.name) is in use on \(mover)",
            hint: "use another host, or free it there, then run the same command again")
    }

    /// The machines of all hosts; those of a host that is unreachable are said to be so.
    package func machines(of state: ClusterState) async throws -> [MemberName: Machine] {
        learn(state)
        var machines: [MemberName: Machine] = [:]
        let answers = await all { host, provider in try await provider.machines(of: state.restricted(to: host)) }
        for (host, answer) in answers {
            if answer.isOutOfReach {
                for member in state.members(on: host) {
                    machines[member] = Machine(state: .unreachable, address: state.member(member)?.address)
                }
            } else {
                machines.merge(try answer.get()) { first, _ in first }
            }
        }
        return machines
    }

    /// As each host answers for its own.
    package func began(_ running: [MemberName], of state: ClusterState) async throws -> [MemberName: Int] {
        let answers = await all { host, provider in
            let own = running.filter { state.host(of: $0) == host }
            return own.isEmpty ? [:] : try await provider.uptimes?.began(own, of: state) ?? [:]
        }
        return answers.reduce(into: [:]) { $0.merge((try? $1.answer.get()) ?? [:]) { first, _ in first } }
    }

    /// As each host answers for its own.
    package func usage(of running: [MemberName], in state: ClusterState) async throws -> [MemberName: MachineUsage] {
        let answers = await all { host, provider in
            let own = running.filter { state.host(of: $0) == host }
            return own.isEmpty ? [:] : try await provider.usageReporting?.usage(of: own, in: state) ?? [:]
        }
        return answers.reduce(into: [:]) { $0.merge((try? $1.answer.get()) ?? [:]) { first, _ in first } }
    }

    /// As each host in reach knows them.
    package func hostedClusters(named cluster: ClusterName?) async throws -> [HostedCluster] {
        try await forEachReachableHost { try await $0.ownershipCheck?.hostedClusters(named: cluster) ?? [] }
            .flatMap { $0 }
    }

    // MARK: What is shared on each host

    /// Whether every host is.
    package func isPrepared(_ state: ClusterState) async throws -> Bool {
        await all(of: state) { try await $1.sharedNetwork?.isPrepared(state) ?? true }.allSatisfy {
            (try? $0.answer.get()) ?? false
        }
    }
    /// Prepares every host that is in reach: machines on others cannot be made.
    package func prepare(_ state: ClusterState) async throws {
        _ = try await forEachReachableHost(of: state) { try await $0.sharedNetwork?.prepare(state) }
    }
    /// What each host says of itself; one that does not answer says nothing.
    package func networkFaults(of state: ClusterState) async throws -> [NetworkFault] {
        await all(of: state) { try await $1.sharedNetwork?.networkFaults(of: state) ?? [] }.flatMap {
            (try? $0.answer.get()) ?? []
        }
    }
    /// Whether every host is.
    package func isRouted(_ state: ClusterState) async throws -> Bool {
        await all(of: state) { try await $1.sharedNetwork?.isRouted(state) ?? true }.allSatisfy {
            (try? $0.answer.get()) ?? false
        }
    }
    /// Routes on every host that is in reach.
    package func route(_ state: ClusterState) async throws {
        _ = try await forEachReachableHost(of: state) { try await $0.sharedNetwork?.route(state) }
    }
    /// On every host that is in reach.
    package func checkOwnership(of state: ClusterState) async throws {
        let answers = await all(of: state) { try await $1.ownershipCheck?.checkOwnership(of: state.restricted(to: $0)) }
        for (_, answer) in answers where !answer.isOutOfReach { try answer.get() }
    }
    /// Whether every host is.
    package func isReleased(_ state: ClusterState) async throws -> Bool {
        try await forEachHost(of: state) { try await $0.sharedNetwork?.isReleased(state) ?? true }.allSatisfy { $0 }
    }
    /// Releases every host.
    package func release(_ state: ClusterState) async throws {
        _ = try await forEachHost(of: state) { try await $0.sharedNetwork?.release(state) }
    }

    // MARK: One machine

    /// On the member's host.
    package func create(_ machine: MachineSpecification, of state: ClusterState) async throws {
        learn(state)
        try await onHost(of: machine.member) { try await $0.create(machine, of: state) }
    }
    /// On the member's host.
    package func stop(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        try await onHost(of: member) { try await $0.stop(member, of: state, limit: limit) }
    }
    /// On the member's host.
    package func start(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        try await onHost(of: member) { try await $0.start(member, of: state, limit: limit) }
    }
    /// On the member's host.
    package func stopDaemon(of member: MemberName, in state: ClusterState) async throws {
        try await onHost(of: member) { try await $0.daemonControl.stopDaemon(of: member, in: state) }
    }
    /// On the member's host.
    package func restartDaemon(of member: MemberName, in state: ClusterState) async throws {
        try await onHost(of: member) { try await $0.daemonControl.restartDaemon(of: member, in: state) }
    }
    // The hosts' providers are all of one kind.
    package var installsEngines: Bool { (try? hosts[0].provider.engineUpgrading.installsEngines) ?? false }
    package var installationHint: String { (try? hosts[0].provider.engineUpgrading.installationHint) ?? "" }
    package func check(channel: String) throws { try hosts[0].provider.engineUpgrading.check(channel: channel) }
    /// On the member's host.
    package func currency(of member: MemberName, in state: ClusterState) async throws -> EngineCurrency {
        try await onHost(of: member) { try await $0.engineUpgrading.currency(of: member, in: state) }
    }
    /// On the member's host.
    package func refreshEngine(
        of member: MemberName, to channel: String?, in state: ClusterState, limit: Duration
    ) async throws {
        try await onHost(of: member) {
            try await $0.engineUpgrading.refreshEngine(of: member, to: channel, in: state, limit: limit)
        }
    }
    /// On the member's host.
    package func isSettled(_ member: MemberName, of state: ClusterState) async throws -> Bool {
        try await onHost(of: member) { try await $0.isSettled(member, of: state) }
    }
    /// On the member's host.
    package func settle(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        try await onHost(of: member) { try await $0.settle(member, of: state, limit: limit) }
    }
    /// On the member's host.
    package func isBeingLaunched(_ member: MemberName) async throws -> Bool {
        try await onHost(of: member) { try await $0.launches?.isBeingLaunched(member) ?? false }
    }
    /// On the member's host.
    package func remove(_ member: MemberName, of state: ClusterState) async throws {
        try await onHost(of: member) { try await $0.remove(member, of: state) }
    }
    /// What any of the hosts lacks.
    package func missingSizes() async throws -> [Setting: String] {
        try await forEachReachableHost { try await $0.sizing?.missingSizes() ?? [:] }
            .reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }
    /// As the hosts that are in reach know them.
    package func differing(
        _ machines: [MachineSpecification], of state: ClusterState
    ) async throws -> [MemberName] {
        let answers = await all(of: state) { host, provider in
            let own = machines.filter { state.host(of: $0.member) == host }
            return own.isEmpty ? [] : try await provider.sizing?.differing(own, of: state) ?? []
        }
        return try answers.filter { !$0.answer.isOutOfReach }.flatMap { try $0.answer.get() }.sorted()
    }
    /// On the member's host.
    package func resize(_ machine: MachineSpecification, of state: ClusterState) async throws {
        try await onHost(of: machine.member) { try await $0.sizing?.resize(machine, of: state) }
    }
    /// As the member's host knows them.
    package func sizes(of member: MemberName, in state: ClusterState) async throws -> [Setting: String] {
        try await onHost(of: member) { try await $0.offlineSizing?.sizes(of: member, in: state) ?? [:] }
    }
    /// By the rules of the hosts' provider.
    package func isSame(_ told: String, _ wanted: String, _ setting: Setting) -> Bool {
        hosts[0].provider.offlineSizing?.isSame(told, wanted, setting) ?? setting.isSame(told, wanted)
    }
    /// On the member's host.
    package func resizeStopped(
        _ member: MemberName, to sizes: [Setting: String], of state: ClusterState
    ) async throws {
        try await onHost(of: member) { try await $0.offlineSizing?.resizeStopped(member, to: sizes, of: state) }
    }
    /// As the member's host knows it.
    package func address(of member: MemberName, in state: ClusterState) async throws -> String {
        try await onHost(of: member) { try await $0.address(of: member, in: state) }
    }
    /// As the member's host knows it; directly where this machine is one of the hosts.
    package func clientAddress(of member: MemberName, in state: ClusterState) async throws -> String {
        if state.hosts.contains(.local) { return try await "\(address(of: member, in: state)):\(state.engine.port)" }
        return try await onHost(of: member) { try await $0.apiAddress(of: member, in: state) }
    }
    /// In the machine, on the member's host.
    package func runner(in member: MemberName) -> any CommandRunner { provider(of: member).runner(in: member) }
    /// In the machine, on the member's host.
    package func userRunner(in member: MemberName) -> any CommandRunner {
        provider(of: member).interactiveRunner(in: member)
    }
    /// As on the member's host.
    package func dataFolders(of member: MemberName) -> [String] {
        provider(of: member).dataFolders(of: member, engine)
    }
    /// The same on each host.
    package func logs(of member: MemberName) -> [MachineLog] { provider(of: member).logging?.logs(of: member) ?? [] }
    /// On the member's host.
    package func reading(_ logs: [MachineLog], of member: MemberName) -> String {
        let words = provider(of: member).logging?.reading(logs, of: member) ?? "the logs of \(member)"
        return "\(words) on \(homeName(of: member))"
    }
    /// On the member's host.
    package func logRunner(for member: MemberName) -> any CommandRunner {
        provider(of: member).logging?.logRunner(for: member) ?? runner(in: member)
    }
}

extension ClusterState {
    /// The state with the members of that host alone.
    func restricted(to host: HostName) -> ClusterState {
        var own = self
        own.members = members.filter { ($0.host ?? .local) == host }
        return own
    }
}
