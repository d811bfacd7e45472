/// Ends the engine of a host, and removes everything that it keeps.
struct BaremetalTeardown: Sendable {
    /// How long what has been killed may take to end.
    private static let timeout: Duration = .seconds(60)
    private static let pause: Duration = .milliseconds(100)

    let root: any CommandRunner
    let engine: Engine
    let time: any TimeSource
    let package: EnginePackage
    let subject: Subject

    private var processes: HostProcesses { HostProcesses(root) }

    /// Ends the daemon and everything that it has started, gracefully as far as that goes within the grace.
    ///
    /// The services are stopped twice: systemd may have started the daemon again that was killed.
    func end(grace: Duration) async throws {
        try await Systemd(root).stop(package.units, isAwaited: false, touches: [subject])
        try await waitForEnd(within: grace)
        try await killAll()
        try await Systemd(root).stop(package.units, touches: [subject])
        try await killAll()
    }

    private func waitForEnd(within grace: Duration) async throws {
        let end = time.elapsed + grace
        while time.elapsed < end {
            if try await processes.matching(package.daemonPattern, about: [subject]).isEmpty { return }
            try await time.sleep(Self.pause)
        }
    }

    private func killAll() async throws {
        _ = try await time.wait(for: "the end of \(engine.title)'s processes", limit: Self.timeout, every: Self.pause) {
            try await processes.send("KILL", toMatching: package.rootPattern, touches: [subject])
            try await processes.send("KILL", toMatching: package.helperPattern, of: .anyone, touches: [subject])
            // Only root's are waited for: any user can have a command line that looks like a helper's.
            return try await processes.matching(package.rootPattern, about: [subject]).isEmpty ? true : nil
        }
    }

    /// Removes what the dead daemon has left in the kernel and on the disk.
    func empty(_ storage: StorageDriver) async throws {
        let traces = try await traces()
        try await removeBridges(traces)
        try await ControlGroups(root).removeContainers(traces.instances.sorted(), touches: [subject])
        try await KernelSettings(root).removeChains(of: engine.table, touches: [subject], where: traces.own(chain:))
        try await XTables(root).removeRules(touches: [subject], where: traces.own(comment:))
        if storage == .zfs { try await destroyPools() }
        try await unmount()
        try await RootFiles(root).empty(package.folder, touches: [subject])
        try await removeLogsOfInstances()
    }

    /// What it has made outside of its folder, in which it keeps a folder for each bridge and a link for each instance.
    private func traces() async throws -> EngineTraces {
        var traces = EngineTraces(engine: engine)
        traces.networks = Set(try await RootCopies(root).folders(below: "\(package.folder)/networks", depth: 1))
        for kind in ["containers", "virtual-machines"] {
            traces.instances.formUnion(
                try await RootFiles(root).links(below: "\(package.folder)/\(kind)", depth: 1).keys)
        }
        return traces
    }

    private func removeBridges(_ traces: EngineTraces) async throws {
        if traces.networks.isEmpty { return }
        let bridges = try await IP(root).bridges().intersection(traces.networks).sorted()
        if !bridges.isEmpty { try await IP(root).delete(bridges.map { "link delete \($0)" }, touches: [subject]) }
    }

    /// What a container had open can keep a pool busy for a moment after its end.
    private func destroyPools() async throws {
        try await removeAll("pools", { try await ZFS(root).pools(in: package.folder, about: $0) }) { pools in
            for pool in pools { try await ZFS(root).destroy(pool, touches: [subject]) }
        }
    }

    private func unmount() async throws {
        try await removeAll("mounts", { try await Mounts(root).below(package.folder, about: $0) }) { mounts in
            try await Mounts(root).unmount(mounts, touches: [subject])
        }
    }

    /// Removes what there is until nothing is; a review can say only what there was at first.
    private func removeAll(
        _ kind: String, _ list: (Set<Subject>) async throws -> [String], _ remove: ([String]) async throws -> Void
    ) async throws {
        var left = try await list([])
        if left.isEmpty { return }
        _ = try await time.wait(
            for: "the end of \(engine.title)'s \(kind) below \(package.folder)", limit: Self.timeout, every: Self.pause
        ) {
            try await remove(left)
            left = try await list([subject])
            return left.isEmpty ? true : nil
        }
    }

    /// The daemon's own log stays: it may say why a cluster was given up.
    private func removeLogsOfInstances() async throws {
        let folders = try await RootCopies(root).folders(below: package.logs, depth: 1)
        if folders.isEmpty { return }
        try await RootFiles(root).remove(folders.map { "\(package.logs)/\($0)" }, touches: [subject])
    }
}
