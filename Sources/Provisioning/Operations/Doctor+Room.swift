extension Doctor {
    private static let gibibyte = 1 << 30

    /// Whether `lxc` is there, and can read its own configuration.
    func client() async -> [DoctorCheck] {
        let engine = Engine.current
        guard let path = program(engine.client) else {
            return [
                DoctorCheck(
                    "client", .problem, "\(engine.client) is not installed: up adds a remote to it",
                    isLinux ? engine.clientInstallation.linux : engine.clientInstallation.macOS)
            ]
        }
        let version = await Versions(runner).line(engine.client) ?? "of no version"
        let configuration = ClientConfiguration(
            engine, program: path, environment: environment)
        return [
            DoctorCheck("client", .ok, "\(path) \(version), with its configuration in \(configuration.folder)"),
            confinement(path, configuration.folder),
        ]
    }

    /// A snap can read neither hidden folders of the home nor what is outside of it.
    private func confinement(_ client: String, _ folder: String) -> DoctorCheck {
        let topic = "snaps"
        if client.hasPrefix("/snap/"), let home = environment("HOME") {
            let inside = folder.hasPrefix("\(home)/") ? folder.dropFirst(home.count) : "/."
            if inside.contains("/.") {
                return DoctorCheck(
                    topic, .warning,
                    "\(Engine.current.client) is a snap, and a snap cannot read its configuration in \(folder)",
                    "unset \(Engine.current.configurationVariable)")
            }
        }
        if program(Multipass.program)?.hasPrefix("/snap/") == true {
            return DoctorCheck(
                topic, .ok, "\(Multipass.program) is a snap, which cannot read \(runtime): files are passed by pipes")
        }
        return DoctorCheck(topic, .ok, "no snap restricts access to bcmcluster's files")
    }

    /// The room on the disk where that path is.
    func disk(_ topic: String, _ path: String) async -> DoctorCheck {
        guard let free = try? await HostRoom(runner, files).freeDisk(at: path) else {
            return DoctorCheck(topic, .warning, "free disk space at \(path) is unknown", "df -h")
        }
        let message = "\(Self.shown(free)) free at \(path)"
        if free < 2 * Self.gibibyte {
            return DoctorCheck(topic, .problem, message, "free disk space: at least 10 GiB is recommended")
        }
        if free < 10 * Self.gibibyte {
            return DoctorCheck(topic, .warning, "\(message): too little for images and instances", "free disk space")
        }
        return DoctorCheck(topic, .ok, message)
    }

    /// The memory that is free.
    func memory() async -> DoctorCheck {
        let topic = "memory"
        guard let free = try? await HostRoom(runner, files).freeMemory() else {
            return DoctorCheck(topic, .warning, "free memory is unknown", "free -h")
        }
        let needs = ProviderRegistry.standard.entries.compactMap { entry in
            entry.traits.memory.map { "\($0) (\(entry.traits.name.rawValue))" }
        }
        let message = "\(Self.shown(free)) free; a member takes about \(needs.joined(separator: ", "))"
        if free < Self.gibibyte / 2 { return DoctorCheck(topic, .problem, message, "stop other programs") }
        if free < 2 * Self.gibibyte { return DoctorCheck(topic, .warning, message, "use smaller VMs: --memory 1G") }
        return DoctorCheck(topic, .ok, message)
    }

    /// An amount with one decimal.
    private static func shown(_ bytes: Int) -> String {
        let tenths = bytes / (gibibyte / 10)
        return "\(tenths / 10).\(tenths % 10) GiB"
    }
}
