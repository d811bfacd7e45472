/// Ends the LXD of a host, and takes away everything that it keeps.
struct BaremetalClearance: Sendable {
    /// How long what has been killed may take to end.
    private static let patience: Duration = .seconds(60)
    private static let pause: Duration = .milliseconds(100)

    let root: any CommandRunner
    let time: any TimeSource
    let package: LXDPackage
    let subject: Subject

    private var processes: HostProcesses { HostProcesses(root) }

    /// Ends the daemon and everything that it has started, in good order as far as that goes within the grace.
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
            if try await processes.matching(LXDPackage.daemonPattern, about: [subject]).isEmpty { return }
            try await time.sleep(Self.pause)
        }
    }

    private func killAll() async throws {
        _ = try await time.wait(for: "the end of LXD's processes", limit: Self.patience, every: Self.pause) {
            try await processes.send("KILL", toMatching: package.processPattern, touches: [subject])
            return try await processes.matching(package.processPattern, about: [subject]).isEmpty ? true : nil
        }
    }

    /// Removes what the dead daemon has left in the kernel and on the disk.
    func empty(_ storage: StorageDriver) async throws {
        try await removeBridges()
        let containers = try await RootFiles(root).links(below: "\(package.folder)/containers", depth: 1).keys.sorted()
        try await ControlGroups(root).removeContainers(containers, touches: [subject])
        try await removeRules()
        if storage == .zfs { try await destroyPools() }
        try await unmount()
        try await RootFiles(root).empty(package.folder, touches: [subject])
        try await removeLogsOfInstances()
    }

    /// LXD keeps a folder for each bridge that it makes.
    private func removeBridges() async throws {
        let names = try await RootCopies(root).folders(below: "\(package.folder)/networks", depth: 1)
        if names.isEmpty { return }
        let bridges = try await IP(root).bridges().intersection(names).sorted()
        if !bridges.isEmpty { try await IP(root).delete(bridges.map { "link delete \($0)" }, touches: [subject]) }
    }

    /// The firewall's rules, in whichever of the two forms LXD has chosen.
    private func removeRules() async throws {
        for family in try await KernelSettings(root).families(ofTable: "lxd") {
            try await KernelSettings(root).removeTable("lxd", family: family, touches: [subject])
        }
        try await XTables(root).removeRules(commented: "generated for LXD ", touches: [subject])
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
            for: "the end of LXD's \(kind) below \(package.folder)", limit: Self.patience, every: Self.pause
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
