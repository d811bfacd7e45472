/// Which storage drivers a host's kernel and programs allow.
struct HostStorage: Sendable {
    private let root: any CommandRunner

    init(_ root: any CommandRunner) { self.root = root }

    /// What the driver needs that the host lacks, and how to get it; `nil` where nothing is missing.
    func fault(of driver: StorageDriver) async throws -> (message: String, hint: String?)? {
        switch driver {
        case .dir: return nil
        case .btrfs: return try await fault(driver, module: "btrfs", program: "mkfs.btrfs", package: "btrfs-progs")
        case .zfs: return try await fault(driver, module: "zfs", program: "zpool", package: "zfsutils-linux")
        case .lvm: return try await fault(driver, module: "dm_thin_pool", program: "lvs", package: "lvm2")
        }
    }

    private func fault(
        _ driver: StorageDriver, module: String, program: String, package: String
    ) async throws -> (message: String, hint: String?)? {
        guard try await hasKernel(driver, module) else { return ("this kernel has no \(driver.rawValue)", nil) }
        guard try await Which(root).missing(of: [program]).isEmpty else {
            return ("\(program): command not found", "apt-get install \(package)")
        }
        return nil
    }

    /// Built in, loaded, or a module that can be loaded.
    private func hasKernel(_ driver: StorageDriver, _ module: String) async throws -> Bool {
        do {
            let systems = try await RootFiles(root).read("/proc/filesystems") ?? ""
            if systems.split(separator: "\n").contains(where: { $0.hasSuffix("\t\(driver.rawValue)") }) { return true }
            if try await !RootFiles(root).inodes(of: ["/sys/module/\(module)"]).isEmpty { return true }
            return try await root.run(Command("modprobe", ["--dry-run", "--quiet", module])).succeeded
        } catch let failure as Failure where failure.code == .missing { return false }
    }
}
