/// Ends the LXD of a host, and takes away everything that it keeps.
struct BaremetalClearance: Sendable {
    /// How long what has been killed may take to end.
    private static let patience: Duration = .seconds(60)
    /// How long a container's monitor, whose container is dead, gets to clear up after it.
    private static let courtesy: Duration = .seconds(5)
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

    /// A monitor ends by itself when its container has, and takes the control groups along.
    private func killAll() async throws {
        let end = time.elapsed + Self.courtesy
        _ = try await time.wait(for: "the end of LXD's processes", limit: Self.patience, every: Self.pause) {
            let monitors = try await processes.matching(package.monitorPattern, about: [subject])
            let others = try await processes.matching(package.processPattern, about: [subject])
            try await processes.send("KILL", to: others, touches: [subject])
            try await processes.killChildren(of: monitors, touches: [subject])
            if time.elapsed > end { try await processes.send("KILL", to: monitors, touches: [subject]) }
            return monitors.isEmpty && others.isEmpty ? true : nil
        }
    }

    /// Removes what the dead daemon has left in the kernel and on the disk.
    func empty(_ storage: StorageDriver) async throws {
        try await removeBridges()
        for family in try await KernelSettings(root).families(ofTable: "lxd") {
            try await KernelSettings(root).removeTable("lxd", family: family, touches: [subject])
        }
        if storage == .zfs {
            for pool in try await ZFS(root).pools(in: package.folder) {
                try await ZFS(root).destroy(pool, touches: [subject])
            }
        }
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

    private func unmount() async throws {
        _ = try await time.wait(
            for: "the end of what is mounted below \(package.folder)", limit: Self.patience, every: Self.pause
        ) {
            let mounts = try await Mounts(root).below(package.folder, about: [subject])
            try await Mounts(root).unmount(mounts, touches: [subject])
            return mounts.isEmpty ? true : nil
        }
    }

    /// The daemon's own log stays: it may say why a cluster was given up.
    private func removeLogsOfInstances() async throws {
        let folders = try await RootCopies(root).folders(below: package.logs, depth: 1)
        if folders.isEmpty { return }
        try await RootFiles(root).remove(folders.map { "\(package.logs)/\($0)" }, touches: [subject])
    }
}
