/// Registers a host that members and VMs can be made on: `bcmcluster host add`.
package struct AddHost: Operation {
    /// How long a host may take to let us in, and each question.
    private static let limit: Duration = .seconds(15)

    private let host: Host

    /// Throws `Failure.badInput` for a name that means something else.
    package init(_ host: Host) throws {
        guard !host.name.isLocal else {
            throw Failure(.badInput, "local is this machine, which is always a host", hint: "choose another name")
        }
        guard host.name.text != VMPlacement.mostFree else {
            throw Failure(.badInput, "auto is reserved: --host auto chooses a host", hint: "choose another name")
        }
        self.host = host
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        if let identity = host.identity, try app.files.kind(of: identity) == nil {
            throw Failure(.badInput, "--identity: file \(Shell.quoted(identity.clipped)) not found")
        }
        _ = try app.hosts.all()
        let seen = try await look(app)
        try Task.checkCancellation()
        var registered = host
        registered.lastSeen = app.time.secondsSince1970
        var plan = Plan<HostContext>()
        plan.add(RegisterHost(host: registered))
        return try await app.changeOutsideClusters(
            PlannedChange(
                plan: plan, context: app.hostContext,
                summary: { _, _ in ["host \(host.name) added: \(seen[0])"] + seen.dropFirst().map { "  \($0)" } }),
            command: "host add", subject: host.name.text, resume: "re-run the same command to resume")
    }

    /// A host that has members may get another address or user, but not become another machine: they would be lost.
    private func check(
        _ status: HostStatus, _ runner: any CommandRunner, _ root: any CommandRunner, holds cluster: ClusterState,
        _ app: AppContext
    ) async throws {
        var own = cluster
        own.members = cluster.members.filter { $0.host == host.name }
        let address = cluster.spread?.first { $0.host == host.name }?.address
        if own.members.isEmpty || address == status.address { return }
        let provider = try app.provider(cluster.settings.provider, on: runner, root: root)
        guard try await provider.machines(of: own).isEmpty else { return }
        let members = own.members.map(\.name.text).joined(separator: ", ")
        throw Failure(
            .conflict,
            "\(host.name) has the members \(members), and \(host.destination) is a different machine without them",
            hint: "choose another name; if the host is permanently lost, "
                + "bcmcluster host remove \(host.name) --force gives up its members")
    }

    /// What it has, line by line; throws `Failure.missing` where no provider works there.
    private func look(_ app: AppContext) async throws -> [String] {
        let runner = LimitedRunner(app.runner(on: host), most: Self.limit)
        let inspector = HostInspector(runner, limit: Self.limit, memberAddress: host.memberAddress)
        let status = try await inspector.observation()
        try await inspector.checkMemberAddress(of: host.name)
        let root = RootOnHost(runner)
        for cluster in try app.clusters(on: host.name) { try await check(status, runner, root, holds: cluster, app) }
        var refusal: Failure?
        do { try await root.check(limit: Self.limit) } catch let failure as Failure where failure.code == .missing {
            refusal = failure
        }
        var works: [String] = []
        var missing: [String] = []
        for name in ProviderName.allCases {
            do {
                try await checkWithAnyEngine(name, runner, root, app)
                works.append(name.rawValue)
            } catch let failure as Failure where failure.code != .unreachable {
                missing.append("\(name.rawValue): \(failure.message)")
            }
        }
        guard !works.isEmpty else {
            throw Failure(
                .missing, "host \(host.name) not added: \(refusal?.message ?? "no provider works there")",
                output: missing.joined(separator: "\n"),
                hint: refusal?.hint ?? "fix one of these on the host, then re-run the command")
        }
        let parts = [
            "\(works.joined(separator: " and ")) \(works.count == 1 ? "works" : "work") there",
            status.processors.map { "\($0) processors" },
            status.memory.map { "\(ByteSize.brief($0.free)) of memory free" },
            status.disk.map { "\(ByteSize.brief($0.free)) of disk free" }, status.hasVirtualisation ? "KVM" : "no KVM",
        ]
        let reached = host.memberAddress.map { ["members reach it at \($0)"] } ?? []
        let notThere = missing.map { "unavailable: \($0)" }
        return [parts.compactMap { $0 }.joined(separator: ", "), await programs(on: runner)] + reached + notThere
    }

    /// Throws what keeps the provider from working there, with the first engine, where it works with none.
    private func checkWithAnyEngine(
        _ name: ProviderName, _ runner: any CommandRunner, _ root: any CommandRunner, _ app: AppContext
    ) async throws {
        var first: Failure?
        for engine in try ProviderRegistry.standard.traits(of: name).candidateEngines {
            do {
                try await Engine.$current.withValue(engine) {
                    let provider = try app.provider(name, on: runner, root: root)
                    try await provider.check()
                    let problem = try await provider.preflight(making: 1, of: nil).first { $0.level == .problem }
                    if let problem { throw Failure(.missing, problem.message, hint: problem.hint) }
                }
                return
            } catch let failure as Failure where failure.code != .unreachable { first = first ?? failure }
        }
        if let first { throw first }
    }

    /// The versions of what members are made with, and the bridges to which VMs could be connected.
    private func programs(on runner: any CommandRunner) async -> String {
        let versions = Versions(runner)
        async let daemons = engines(versions)
        async let multipass = versions.line(Multipass.program, ["version"])
        async let links = IP(runner).bridges()
        let bridges = ((try? await links) ?? []).sorted().joined(separator: ", ")
        let (engines, vms) = await (daemons, multipass ?? "no \(Multipass.program)")
        return "\(engines), \(vms), bridges: \(bridges.isEmpty ? "none" : bridges)"
    }

    /// Each engine with its version, all asked at once.
    private func engines(_ versions: Versions) async -> String {
        let found = await withTaskGroup(of: (String, String?).self) { group in
            for engine in Engine.all { group.addTask { (engine.name, await versions.line(engine.daemon)) } }
            return await group.reduce(into: [String: String]()) { $0[$1.0] = $1.1 }
        }
        return Engine.all.map { engine in
            found[engine.name].map { "\(engine.title) \($0)" } ?? "no \(engine.title)"
        }.joined(separator: ", ")
    }
}

/// Removes a host from the registered ones; nothing on it is touched: `bcmcluster host remove`.
package struct RemoveHost: Operation {
    private let name: HostName
    private let isForced: Bool

    /// By force, what clusters have on it is given up.
    package init(_ name: HostName, isForced: Bool = false) {
        self.name = name
        self.isForced = isForced
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        guard !name.isLocal else { throw Failure(.badInput, "local is this machine, which is always a host") }
        guard try app.hosts.all().contains(where: { $0.name == name }) else {
            return ChangeReport(
                command: "host remove", subject: name.text,
                result: .nothing("host \(name) not found: nothing was changed"))
        }
        let given = try abandonedMembersAndNetworks(app)
        var plan = Plan<HostContext>()
        plan.add(
            UnregisterHost(name: name) {
                guard try abandonedMembersAndNetworks(app) == given else {
                    throw Failure(
                        .conflict, "the members on \(name) have just changed", hint: "run the same command again")
                }
            })
        return try await app.changeOutsideClusters(
            PlannedChange(
                plan: plan, context: app.hostContext,
                confirmation: Confirmation(
                    command: "host remove", headline: "removing \(name) gives up, for its clusters:", losses: given),
                summary: { _, _ in ["host \(name) removed; nothing on it was changed"] }),
            command: "host remove", subject: name.text, resume: "re-run the same command to resume")
    }

    /// What clusters have on the host, which nobody would find again; only by force any of it is given up.
    private func abandonedMembersAndNetworks(_ app: AppContext) throws -> [String] {
        let clusters = try app.clusters(on: name)
        let members = clusters.flatMap { $0.members(on: name) }.sorted().map(\.text).joined(separator: ", ")
        guard members.isEmpty || isForced else {
            throw Failure(
                .conflict, "\(name) has members of clusters: \(members)",
                hint:
                    "run bcmcluster member remove or destroy first; if the host is permanently lost, use --force"
            )
        }
        // A host can be a cluster's without a member; with some providers it has the cluster's network then.
        let networks = try clusters.filter {
            try ProviderRegistry.standard.traits(of: $0.settings.provider).hasHostNetwork
        }.map(\.name.text).joined(separator: ", ")
        guard networks.isEmpty || isForced else {
            throw Failure(
                .conflict, "\(name) has no members, but still the network of \(networks)",
                hint: "bcmcluster destroy removes it with the cluster; --force leaves it on the host")
        }
        return (members.isEmpty ? [] : ["the members \(members)"])
            + (networks.isEmpty ? [] : ["the network of \(networks)"])
    }
}

/// Looks at all hosts: `bcmcluster host list`.
package struct ListHosts: Operation {
    package init() {}

    /// What each host says of itself, in the order of their names.
    package func run(in app: AppContext) async throws -> [(host: Host, answer: Result<HostStatus, Failure>)] {
        let answers = try await app.asking(app.allHosts()) { _, runner, limit in
            try await HostInspector(runner, limit: limit).observation()
        }
        let now = app.time.secondsSince1970
        let seen = answers.filter { (try? $0.answer.get()) != nil && !$0.host.name.isLocal }.map(\.host.name)
        try await app.hosts.note(Dictionary(seen.map { ($0, now) }) { first, _ in first })
        return answers
    }
}
