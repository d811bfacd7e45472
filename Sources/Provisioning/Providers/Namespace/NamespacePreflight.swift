/// What on a host would stop the namespace provider, or is scarce; each check has a hint.
struct NamespacePreflight: Sendable {
    /// The least memory of a daemon that has started, and the folders of a member without instances (LXD 5.0.2: 72 MB of
    /// memory and 25 MB of disk).
    private static let memoryOfMember = 64 << 20
    private static let diskOfMember = 24 << 20
    /// What images and instances need in addition; with less there is a warning.
    private static let spare = 512 << 20

    let root: any CommandRunner

    /// What is wrong for so many new members with that kind of pool; empty where nothing is.
    func checks(making count: Int, pool: StorageDriver) async throws -> [DoctorCheck] {
        async let mounts = Mounts(root).all()
        async let privileges = privileges()
        async let memory = memory(for: count)
        async let disk = disk(for: count)
        async let pool = storage(pool)
        let found = try await [privileges, controlGroups(mounts), memory, disk, pool] + folder(mounts)
        return found.compactMap { $0 }
    }

    private func privileges() async throws -> DoctorCheck? {
        let elsewhere = "run it on the host itself, or in a container that has them, such as docker run --privileged"
        let root = RootPrivileges(root)
        let missing = try await root.missing()
        guard missing.isEmpty else {
            return DoctorCheck(
                "capabilities", .problem,
                "root lacks \(missing.map(\.name).joined(separator: " and ")) here, as in an unprivileged container",
                elsewhere)
        }
        guard try await root.mayMount() else {
            return DoctorCheck(
                "capabilities", .problem,
                "root of a user namespace cannot mount: CAP_SYS_ADMIN of the host is required",
                elsewhere)
        }
        guard let trouble = try await root.namespaceTrouble() else { return nil }
        return DoctorCheck(
            "kernel", .problem, "this kernel, or the container around this, gives no namespaces or bridges: \(trouble)",
            "modprobe bridge veth, or run it on the host itself")
    }

    /// The daemons make groups of their own in each hierarchy.
    private func controlGroups(_ mounts: [Mounts.Mount]) -> DoctorCheck? {
        let place = "/sys/fs/cgroup"
        let groups = mounts.filter { mount in
            mount.kind.hasPrefix("cgroup")
                && (mount.place == place
                    || mount.place.hasPrefix("\(place)/") && mount.place.split(separator: "/").count == 4)
        }
        guard !groups.isEmpty else {
            return DoctorCheck(
                "control groups", .problem, "no control groups are mounted at \(place)",
                "mount -t cgroup2 cgroup2 \(place)")
        }
        // A place can be mounted over: the last mount counts.
        let current = Dictionary(groups.map { ($0.place, $0) }) { $1 }.values
        guard let fixed = current.filter({ $0.options.contains("ro") }).min(by: { $0.place < $1.place }) else {
            return nil
        }
        return DoctorCheck(
            "control groups", .problem, "\(fixed.place) is mounted read-only: machines cannot have control groups",
            "mount -o remount,rw \(fixed.place)")
    }

    /// Programs are started from the machines' folder, and containers live there.
    private func folder(_ mounts: [Mounts.Mount]) -> [DoctorCheck?] {
        guard let mount = mounts.holding(NamespaceLayout.root) else { return [] }
        let effects: [(option: String, level: DoctorCheck.Level, effect: String, remedy: String)] = [
            ("ro", .problem, "no machine can be made", "rw"),
            ("noexec", .problem, "no program of a machine can be started", "exec"),
            ("nosuid", .warning, "sudo and ping do not work in containers", "suid"),
        ]
        return effects.filter { mount.options.contains($0.option) }.map { option, level, effect, remedy in
            DoctorCheck(
                "disk of machines", level,
                "\(NamespaceLayout.root) is on \(mount.place), which is mounted \(option): \(effect)",
                "mount -o remount,\(remedy) \(mount.place)")
        }
    }

    /// A pool that the host cannot have would only be noticed once the machines are made.
    private func storage(_ driver: StorageDriver) async throws -> DoctorCheck? {
        guard let fault = try await HostStorage(root).fault(of: driver) else { return nil }
        return DoctorCheck(
            "storage", .problem, "\(fault.message): no \(driver.rawValue) pool can be made",
            fault.hint ?? "choose another storage driver, such as dir")
    }

    /// Which storage drivers members here can have.
    func drivers() async throws -> DoctorCheck {
        var there: [String] = []
        var missing: [String] = []
        for driver in StorageDriver.allCases {
            if let fault = try await HostStorage(root).fault(of: driver) {
                missing.append("\(driver.rawValue) (\(fault.message)\(fault.hint.map { "; \($0)" } ?? ""))")
            } else {
                there.append(driver.rawValue)
            }
        }
        return DoctorCheck(
            "storage", .ok,
            "storage drivers: \(there.joined(separator: ", "))"
                + (missing.isEmpty ? "" : "; not here: \(missing.joined(separator: ", "))"))
    }

    private func memory(for count: Int) async throws -> DoctorCheck? {
        guard let text = try await RootFiles(root).read("/proc/meminfo"),
            let available = StorageUse.bytes(of: "MemAvailable", inMeminfo: text)
        else { return nil }
        return room(
            "memory", free: available + (StorageUse.bytes(of: "SwapFree", inMeminfo: text) ?? 0),
            needed: count * Self.memoryOfMember, count, at: "", "stop other programs, or create fewer members")
    }

    private func disk(for count: Int) async throws -> DoctorCheck? {
        guard let free = try await HostRoom.freeDisk(below: NamespaceLayout.root, by: root) else { return nil }
        return room(
            "disk of machines", free: free, needed: count * Self.diskOfMember, count, at: " at \(NamespaceLayout.root)",
            "free disk space there, or create fewer members")
    }

    /// A problem where not even the daemons fit, a warning where little is left for instances.
    private func room(
        _ topic: String, free: Int, needed: Int, _ count: Int, at place: String, _ hint: String
    ) -> DoctorCheck? {
        let members = "\(count) new member\(count == 1 ? "" : "s")"
        let message =
            "\(members) need at least \(ByteSize.brief(needed)), and \(ByteSize.brief(free)) is free\(place)"
        if free < needed { return DoctorCheck(topic, .problem, message, hint) }
        return free < needed + Self.spare ? DoctorCheck(topic, .warning, "\(message): little for instances", hint) : nil
    }
}
