import Provisioning

/// Notes a host down that can be used: `bcmcluster host add`.
struct HostAddCommand {
    let invocation: Invocation
    let world: World

    /// How long a host may take to let us in, and each question.
    private static let limit: Duration = .seconds(15)

    func run() async throws -> Int32 {
        let name = try HostName(invocation.operands[0])
        guard !name.isLocal else {
            throw Failure(.badInput, "local is this machine, which is always a host", hint: "choose another name")
        }
        guard name.text != VMPlacement.roomiest else {
            throw Failure(.badInput, "auto is reserved: --host auto chooses a host", hint: "choose another name")
        }
        if let identity = try invocation.identity(), try world.files.kind(of: identity) == nil {
            throw Failure(.badInput, "--identity: file \(Shell.quoted(identity.clipped)) not found")
        }
        let host = try Host(
            name: name, destination: invocation.operands[1], port: invocation.port(), identity: invocation.identity())
        _ = try world.hosts.all()
        let seen = try await world.untilSignal { try await look(at: host) }
        if world.recorder != nil {
            world.terminal.result("# \(name) would be added to \(world.hosts.path); nothing was changed\n")
            return 0
        }
        var noted = host
        noted.lastSeen = world.time.secondsSince1970
        try await world.untilSignal { [noted] in try await world.hosts.add(noted) }
        world.terminal.say("host \(name) added: \(seen[0])")
        for line in seen.dropFirst() { world.terminal.say("  \(line)") }
        return 0
    }

    /// A host that has members may get another address or user, but not become another machine: they would be lost.
    private func check(
        _ host: Host, _ observation: HostStatus, _ runner: any CommandRunner, holds cluster: ClusterState
    ) async throws {
        var own = cluster
        own.members = cluster.members.filter { $0.host == host.name }
        let address = cluster.spread?.first { $0.host == host.name }?.address
        if own.members.isEmpty || address == observation.address { return }
        let provider = try world.provider(cluster.settings.provider, on: runner, isRoot: observation.isRoot)
        guard try await provider.machines(of: own).isEmpty else { return }
        let members = own.members.map(\.name.text).joined(separator: ", ")
        throw Failure(
            .conflict,
            "\(host.name) has the members \(members), and \(host.destination) is a different machine without them",
            hint: "choose another name; if the host is permanently lost, "
                + "bcmcluster host remove \(host.name) --force gives up its members")
    }

    /// What it has, line by line; throws `Failure.missing` where no provider works there.
    private func look(at host: Host) async throws -> [String] {
        let runner = LimitedRunner(world.runner(on: host), most: Self.limit)
        let observation = try await HostInspector(runner, limit: Self.limit).observation()
        for cluster in try world.clusters(on: host.name) { try await check(host, observation, runner, holds: cluster) }
        var works: [String] = []
        var missing: [String] = []
        for name in ProviderName.allCases {
            do {
                try await world.provider(name, on: runner, isRoot: observation.isRoot).check()
                works.append(name.rawValue)
            } catch let failure as Failure where failure.code != .unreachable {
                missing.append("\(name.rawValue): \(failure.message)")
            }
        }
        guard !works.isEmpty else {
            throw Failure(
                .missing, "host \(host.name) not added: no provider works there",
                output: missing.joined(separator: "\n"), hint: "fix one of these on the host, then re-run the command")
        }
        let parts = [
            "\(works.joined(separator: " and ")) \(works.count == 1 ? "works" : "work") there",
            observation.processors.map { "\($0) processors" },
            observation.memory.map { "\(ByteSize.brief($0.free)) of memory free" },
            observation.disk.map { "\(ByteSize.brief($0.free)) of disk free" },
            observation.hasVirtualisation ? "KVM" : "no KVM",
        ]
        let notThere = missing.map { "unavailable: \($0)" }
        return [parts.compactMap { $0 }.joined(separator: ", "), await programs(on: runner)] + notThere
    }

    /// The versions of what members are made with, and the bridges to which VMs could be connected.
    private func programs(on runner: any CommandRunner) async -> String {
        let versions = Versions(runner)
        async let daemon = versions.line(Engine.lxd.daemon)
        async let multipass = versions.line("multipass", ["version"])
        async let links = IP(runner).bridges()
        let bridges = ((try? await links) ?? []).sorted().joined(separator: ", ")
        let (lxd, vms) = await (daemon.map { "LXD \($0)" } ?? "no LXD", multipass ?? "no multipass")
        return "\(lxd), \(vms), bridges: \(bridges.isEmpty ? "none" : bridges)"
    }
}
