import Provisioning

/// The LXD snap of a VM: the services that systemd would run there, with a real daemon behind them.
///
/// They do what the snap's own scripts do (canonical/lxd-pkg-snap, daemon.start, daemon.stop, daemon.reload): a stop shuts
/// instances down unless the daemon was reloaded or had crashed just before, a daemon that fails is started again, and a
/// client starts the one that is off by the socket.
struct SnapDaemon {
    /// How the services are.
    struct Unit: Codable {
        /// Whether the service is active.
        var isActive = true
        /// Whether the socket is active.
        var isSocketActive = true
        /// What the scripts have written down about the end of the daemon: `reload`, `crashed`, or nothing.
        var reason = ""
    }

    private static let socket = "snap.lxd.daemon.unix.socket"
    private static let services = ["snap.lxd.daemon", "snap.lxd.daemon.service"]
    /// The daemon of a stand-in's VM is started by another command line than the snap's.
    private static let daemon = "^lxd --group"

    let name: String
    let store: StateStore
    let machines: any Machines

    /// The answer to the command; `nil` where it is to be run.
    func answer(_ command: [String]) async throws -> Guest.Answer? {
        let command = command.first == "env" ? Array(command.dropFirst().drop { $0.contains("=") }) : command
        switch command.first {
        case "stat" where command.last == "/snap/bin/lxd": return (0, "8 /snap/bin/lxd\n", "")
        case "pgrep", "pkill": return try await processes(command)
        case "systemctl": return try await systemctl(Array(command.dropFirst()))
        case "lxc", "lxd":
            try await startBySocket()
            return nil
        default: return nil
        }
    }

    private func processes(_ command: [String]) async throws -> Guest.Answer? {
        guard command.last?.contains("/var/snap/lxd/common/lxd/logs/") == true else { return nil }
        let result = try await run(Array(command.dropLast()) + [Self.daemon])
        if result.succeeded {
            if command.contains("-KILL") { try await end(as: "crashed") }
            if command.contains("-TERM") { try await end(as: "shutdown") }
        }
        return (result.ending == .exited(0) ? 0 : 1, result.output, result.errors)
    }

    private func systemctl(_ arguments: [String]) async throws -> Guest.Answer {
        let units = arguments.dropFirst().filter { !$0.hasPrefix("--") }
        let isOfService = units.contains { Self.services.contains($0) }
        guard let verb = arguments.first, units.allSatisfy({ Self.services.contains($0) || $0 == Self.socket }) else {
            return (5, "", "Failed to \(arguments.first ?? "do"): Unit \(units.first ?? "") not found.\n")
        }
        switch verb {
        case "is-active":
            let isActive = try unit.isActive
            return (isActive ? 0 : 3, isActive ? "active\n" : "inactive\n", "")
        case "start":
            if units.contains(Self.socket) { try await change { $0.isSocketActive = true } }
            if isOfService { try await start() }
        case "reload" where try !unit.isActive:
            return (1, "", "snap.lxd.daemon.service is not active, cannot reload.\n")
        case "reload":
            try await change { $0.reason = "reload" }
            _ = try await run(["pkill", "-TERM", "-f", Self.daemon])
            // A suspended one keeps the signal for later, and the script does not wait.
            if try await !isSuspended() { try await end(as: "reload") }
        case "stop":
            if units.contains(Self.socket) { try await change { $0.isSocketActive = false } }
            if isOfService { try await stop(isAwaited: !arguments.contains("--no-block")) }
        case "restart":
            try await stop(isAwaited: true)
            try await start()
        default: return (1, "", "the stand-in knows no \(verb)\n")
        }
        return (0, "", "")
    }

    private func start() async throws {
        try await change { $0 = Unit(isActive: true, isSocketActive: $0.isSocketActive) }
        if try await !isAlive() { try await machines.startDaemon(name) }
    }

    /// Stops the service as systemd and the snap's stop script do.
    private func stop(isAwaited: Bool) async throws {
        let unit = try unit
        guard unit.isActive else { return }
        try await change { $0.isActive = false }
        let takesInstances = unit.reason.isEmpty
        _ = try await run(["pkill", takesInstances ? "-PWR" : "-TERM", "-f", Self.daemon])
        if isAwaited || takesInstances { try await awaitEnd() }
    }

    /// The daemon has been told to end: what the unit does once it has.
    private func end(as reason: String) async throws {
        try await awaitEnd()
        guard try unit.isActive else { return }
        if reason == "shutdown" { return try await change { $0.isActive = false } }
        try await start()
    }

    private func startBySocket() async throws {
        let unit = try unit
        if !unit.isActive && unit.isSocketActive { try await start() }
    }

    private func awaitEnd() async throws {
        _ = try await SystemTime().wait(for: "the end of LXD", limit: .seconds(60), every: .milliseconds(50)) {
            try await isAlive() ? nil : true
        }
    }

    private func isAlive() async throws -> Bool { try await run(["pgrep", "-f", Self.daemon]).succeeded }
    private func isSuspended() async throws -> Bool {
        try await run(["pgrep", "--runstates", "T", "-f", Self.daemon]).succeeded
    }

    private func run(_ command: [String]) async throws -> CommandResult {
        try await machines.inside(name).run(Command(command[0], Array(command.dropFirst()), effect: .changes))
    }

    private var unit: Unit { get throws { try store.read().instances[name]?.unit ?? Unit() } }

    private func change(_ edit: (inout Unit) -> Void) async throws {
        try await store.change { state in
            var unit = state.instances[name]?.unit ?? Unit()
            edit(&unit)
            state.instances[name]?.unit = unit
        }
    }
}
