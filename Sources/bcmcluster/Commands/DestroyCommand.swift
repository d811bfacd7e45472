import Provisioning

/// Takes a cluster down: `bcmcluster destroy`.
struct DestroyCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        _ = try (invocation.parallel(), invocation.limits())
        let folder = world.folder(name)
        guard try world.files.kind(of: folder.path) != nil else {
            world.terminal.say("cluster \(name) not found: nothing to destroy")
            if let recorder = world.recorder, invocation.isJSON {
                try await execution(nil, name, world).review(recorder, headline: "", command: "destroy")
                return 0
            }
            return try world.unchanged("destroy", name, 0, invocation)
        }
        let state = try StateStore.read(folder, world.files)
        if let recorder = world.recorder {
            let headline = "Plan of bcmcluster destroy -c \(name)."
            try await execution(state, name, world).review(recorder, headline: headline, command: "destroy")
            return 0
        }
        let lock = try await world.lock(folder, command: "destroy -c \(name)", invocation)
        return try await lock.whileHeld {
            // Asked under the lock, about what is there now: another run may have added members.
            guard try isAllowed(name, StateStore.read(folder, world.files), folder) else {
                world.terminal.say("nothing was deleted")
                return try world.unchanged("destroy", name, 1, invocation)
            }
            return try await takeDown(name, folder)
        }
    }

    private func takeDown(_ name: ClusterName, _ folder: ClusterFolder) async throws -> Int32 {
        let log = try world.openLog(folder, command: "destroy")
        let world = world.logging(to: log)
        // Read again under the lock: another run may have changed it.
        let state = try StateStore.read(folder, world.files)
        let execution = try await execution(state, name, world)
        let start = world.time.elapsed
        let outcome = try await execution.run(log)
        let took = world.time.elapsed - start
        let goOn = "re-run bcmcluster destroy -c \(name) to resume"
        let status = try await execution.report("destroy", outcome, log: log, took: took, goOn: goOn)
        if status == 0 { world.terminal.say("cluster \(name) deleted (\(took.brief))") }
        return status
    }

    private func execution(_ state: ClusterState?, _ name: ClusterName, _ world: World) async throws -> PlanExecution {
        let settings = state?.settings ?? ClusterSettings(provider: .namespace, storage: .dir)
        let provider =
            try state.map { try world.provider(for: $0, purges: invocation.values[.purge] != nil) }
            ?? world.provider(settings.provider)
        var remarks: [String] = []
        if let state { remarks = try await world.check(provider, for: state) }
        let lost = try snapshots(name)
        if world.recorder != nil, !lost.isEmpty { remarks.append("its snapshots are deleted too: \(lost)") }
        let sources = SettingSources(flags: [:], environment: world.environment)
        let known = state ?? ClusterState(name: name, identifier: "", created: 0, settings: settings)
        let context = world.context(known, provider: provider, sources: sources, limits: try invocation.limits())
        let plan = state.map(DestroyPlan.plan) ?? DestroyPlan.planForFilesAlone()
        return PlanExecution(
            plan: plan, context: context, world: world, invocation: invocation, cluster: name,
            rowOutcome: "deleted", remarks: remarks)
    }

    /// The names of the snapshots that go with the machines.
    private func snapshots(_ name: ClusterName) throws -> String {
        try SavedCluster.names(in: world.folder(name), world.files).map(\.text).joined(separator: ", ")
    }

    /// What is lost with a member; of a host that is one, what its LXD holds.
    private func what(goesWith member: ClusterState.Member, _ state: ClusterState?) -> String {
        let provider = state?.settings.provider
        if provider == .baremetal, let host = member.host {
            let after =
                invocation.values[.purge] == nil
                ? "is kept, empty" : "is uninstalled too, if it was installed for this cluster"
            return "everything in LXD on \(host) (\(member.name)); LXD itself \(after)"
        }
        let place = member.host.map { " on \($0)" } ?? ""
        return "the machine \(member.name)\(place) (\(provider?.rawValue ?? "")) and everything in it"
    }

    /// Lists exactly what goes, and asks; off a terminal it runs unasked, as scripts have always called it.
    private func isAllowed(_ name: ClusterName, _ state: ClusterState?, _ folder: ClusterFolder) throws -> Bool {
        guard world.terminal.canAsk else { return true }
        let lost = try snapshots(name)
        return try Confirmation(command: "destroy", invocation: invocation, world: world).allows(
            (state?.members ?? []).map { what(goesWith: $0, state) } + (lost.isEmpty ? [] : ["the snapshots \(lost)"])
                + (state?.remote.map { ["the lxc remote \($0.name)"] } ?? []) + ["the files in \(folder.path)"],
            headline: "destroying \(name) deletes:")
    }
}
