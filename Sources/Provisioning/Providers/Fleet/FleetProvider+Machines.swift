/// What a cluster's machines are asked, host by host.
extension FleetProvider {
    /// Checks every host that is in reach: with the others, whatever needs them fails, and the rest goes on.
    public func check() async throws { _ = try await everyoneInReach { try await $0.check() } }

    /// Lets one host after the other decide, until all agree: a subnet that is free on one may be in use on the next.
    public func assign(_ record: ClusterRecord, newcomers: [MemberName]) async throws -> ClusterRecord {
        learn(record)
        var assigned = record
        var unseen = newcomers
        var mover: HostName?
        // Each round goes on with a higher subnet or port than the last, and their number is small.
        for _ in 0..<256 {
            let before = assigned
            for host in hosts {
                assigned = try await onHost(named: host.name) {
                    try await $0.assign(assigned, newcomers: unseen.filter { record.host(of: $0) == host.name })
                }
                if mover == nil, (assigned.subnet, assigned.port) != (record.subnet, record.port) { mover = host.name }
            }
            unseen = []
            if assigned == before {
                if let mover { try await checkThatItMayMove(record, assigned, mover) }
                return assigned
            }
        }
        throw Failure(
            .conflict, "the hosts of \(record.name) agree on no network", remedy: "give a free one with --network")
    }

    /// LXD knows members by their addresses, and clients know the port: both stay from the first machine on.
    private func checkThatItMayMove(_ record: ClusterRecord, _ assigned: ClusterRecord, _ mover: HostName) async throws
    {
        guard let subnet = record.subnet, let port = record.port, try await !machines(of: record).isEmpty else {
            return
        }
        let what = assigned.subnet == subnet ? "port \(port)" : "subnet \(subnet)"
        throw Failure(
            .conflict, "the \(what) of \(record.name) is in use on \(mover)",
            remedy: "take another host, or free it there, then run the same command again")
    }

    /// The machines of all hosts; those of a host that is out of reach are said to be so.
    public func machines(of record: ClusterRecord) async throws -> [MemberName: Machine] {
        learn(record)
        var machines: [MemberName: Machine] = [:]
        let answers = await all { host, provider in try await provider.machines(of: record.restricted(to: host)) }
        for (host, answer) in answers {
            if answer.isOutOfReach {
                for member in record.members(on: host) {
                    machines[member] = Machine(state: .outOfReach, address: record.member(member)?.address)
                }
            } else {
                machines.merge(try answer.get()) { first, _ in first }
            }
        }
        return machines
    }

    /// As each host answers for its own.
    public func began(_ running: [MemberName], of record: ClusterRecord) async throws -> [MemberName: Int] {
        let answers = await all { host, provider in
            let own = running.filter { record.host(of: $0) == host }
            return own.isEmpty ? [:] : try await provider.began(own, of: record)
        }
        return answers.reduce(into: [:]) { $0.merge((try? $1.answer.get()) ?? [:]) { first, _ in first } }
    }

    /// As all hosts know them.
    public func namesakes(of cluster: ClusterName) async throws -> [String: [MemberName]] {
        try await everyoneInReach { try await $0.namesakes(of: cluster) }
            .reduce(into: [:]) { $0.merge($1) { one, other in (one + other).sorted() } }
    }

    // MARK: What is shared on each host

    /// Whether every host is.
    public func isPrepared(_ record: ClusterRecord) async throws -> Bool {
        await all(of: record) { try await $1.isPrepared(record) }.allSatisfy { (try? $0.answer.get()) ?? false }
    }
    /// Prepares every host that is in reach: machines on others cannot be made.
    public func prepare(_ record: ClusterRecord) async throws {
        _ = try await everyoneInReach(of: record) { try await $0.prepare(record) }
    }
    /// Whether every host is.
    public func isRouted(_ record: ClusterRecord) async throws -> Bool {
        await all(of: record) { try await $1.isRouted(record) }.allSatisfy { (try? $0.answer.get()) ?? false }
    }
    /// Routes on every host that is in reach.
    public func route(_ record: ClusterRecord) async throws {
        _ = try await everyoneInReach(of: record) { try await $0.route(record) }
    }
    /// On every host that is in reach.
    public func checkOwnership(of record: ClusterRecord) async throws {
        let answers = await all(of: record) { try await $1.checkOwnership(of: record.restricted(to: $0)) }
        for (_, answer) in answers where !answer.isOutOfReach { try answer.get() }
    }
    /// Whether every host is.
    public func isReleased(_ record: ClusterRecord) async throws -> Bool {
        try await everyone(of: record) { try await $0.isReleased(record) }.allSatisfy { $0 }
    }
    /// Releases every host.
    public func release(_ record: ClusterRecord) async throws {
        _ = try await everyone(of: record) { try await $0.release(record) }
    }

    // MARK: One machine

    /// On the member's host.
    public func create(_ machine: MachineSpecification, of record: ClusterRecord) async throws {
        learn(record)
        try await onHost(of: machine.member) { try await $0.create(machine, of: record) }
    }
    /// On the member's host.
    public func stop(_ member: MemberName, of record: ClusterRecord, limit: Duration) async throws {
        try await onHost(of: member) { try await $0.stop(member, of: record, limit: limit) }
    }
    /// On the member's host.
    public func start(_ member: MemberName, of record: ClusterRecord, limit: Duration) async throws {
        try await onHost(of: member) { try await $0.start(member, of: record, limit: limit) }
    }
    /// On the member's host.
    public func stopDaemon(of member: MemberName, in record: ClusterRecord) async throws {
        try await onHost(of: member) { try await $0.stopDaemon(of: member, in: record) }
    }
    /// On the member's host.
    public func restartDaemon(of member: MemberName, in record: ClusterRecord) async throws {
        try await onHost(of: member) { try await $0.restartDaemon(of: member, in: record) }
    }
    /// On the member's host.
    public func isSettled(_ member: MemberName, of record: ClusterRecord) async throws -> Bool {
        try await onHost(of: member) { try await $0.isSettled(member, of: record) }
    }
    /// On the member's host.
    public func settle(_ member: MemberName, of record: ClusterRecord, limit: Duration) async throws {
        try await onHost(of: member) { try await $0.settle(member, of: record, limit: limit) }
    }
    /// On the member's host.
    public func isOnItsWay(_ member: MemberName) async throws -> Bool {
        try await onHost(of: member) { try await $0.isOnItsWay(member) }
    }
    /// On the member's host.
    public func remove(_ member: MemberName, of record: ClusterRecord) async throws {
        try await onHost(of: member) { try await $0.remove(member, of: record) }
    }
    /// As the member's host knows it.
    public func address(of member: MemberName, in record: ClusterRecord) async throws -> String {
        try await onHost(of: member) { try await $0.address(of: member, in: record) }
    }
    /// As the member's host knows it; directly where this machine is one of the hosts.
    public func clientAddress(of member: MemberName, in record: ClusterRecord) async throws -> String {
        if record.hosts.contains(.local) { return try await "\(address(of: member, in: record)):8443" }
        return try await onHost(of: member) { try await $0.clientAddress(of: member, in: record) }
    }
    /// In the machine, on the member's host.
    public func runner(in member: MemberName) -> any CommandRunner { provider(of: member).runner(in: member) }
    /// In the machine, on the member's host.
    public func userRunner(in member: MemberName) -> any CommandRunner {
        provider(of: member).userRunner(in: member)
    }
    /// As on the member's host.
    public func dataFolders(of member: MemberName) -> [String] { provider(of: member).dataFolders(of: member) }
    /// The same on each host.
    public func logs(of member: MemberName) -> [MachineLog] { provider(of: member).logs(of: member) }
    /// On the member's host.
    public func reading(_ logs: [MachineLog], of member: MemberName) -> String {
        "\(provider(of: member).reading(logs, of: member)) on \(homeName(of: member))"
    }
    /// On the member's host.
    public func logRunner(for member: MemberName) -> any CommandRunner { provider(of: member).logRunner(for: member) }
}

extension ClusterRecord {
    /// The record with the members of that host alone.
    func restricted(to host: HostName) -> ClusterRecord {
        var own = self
        own.members = members.filter { ($0.host ?? .local) == host }
        return own
    }
}
