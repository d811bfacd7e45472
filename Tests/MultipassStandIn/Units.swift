import Provisioning

/// The units of the engine in a guest.
///
/// The snap's, as its scripts treat them: a stop of the daemon is a shutdown of the host to LXD, unless it has just been
/// reloaded or has crashed; a daemon that fails is started again; and a client starts LXD again as long as its socket is
/// there (canonical/lxd-pkg-snap, daemon.start, daemon.stop, daemon.reload). Those of Debian's package of Incus end the
/// daemon by SIGTERM, which leaves instances alone, and do not reload.
struct Units {
    let name: String
    let engine: Engine
    let store: StateStore
    let machines: any Machines
    let faults: Faults

    private enum Unit {
        case daemon, socket
        /// What is started with them, and has no part in what tests look at.
        case other
    }

    private var names: [String: Unit] {
        engine == .incus
            ? ["incus": .daemon, "incus.socket": .socket, "incus-user.socket": .other, "incus-startup": .other]
            : ["snap.lxd.daemon": .daemon, "snap.lxd.daemon.unix.socket": .socket]
    }

    /// A unit's name is a service's unless it says something else.
    private func unit(_ text: String) -> Unit? {
        guard engine == .incus || faults.of(name, \.noSnap) != true else { return nil }
        return names[text.hasSuffix(".service") ? String(text.dropLast(8)) : text]
    }

    private var fullName: String { "\(names.first { $0.value == .daemon }?.key ?? "").service" }

    /// What `systemctl` answers.
    func systemctl(_ words: [String]) async throws -> Guest.Answer {
        let operands = words.filter { !$0.hasPrefix("-") }
        guard let verb = operands.first else { return (0, "", "") }
        let units = operands.dropFirst().map { (text: $0, unit: unit($0)) }
        if verb == "is-active" { return try await isActive(units.map(\.unit), isQuiet: words.contains("--quiet")) }
        guard ["start", "stop", "restart", "reload"].contains(verb) else {
            return (1, "", "Unknown command verb '\(verb)'.")
        }
        if let absent = units.first(where: { $0.unit == nil }) {
            let full = absent.text.contains(".service") || absent.text.hasSuffix(".socket")
            let unit = full ? absent.text : "\(absent.text).service"
            return (5, "", "Failed to \(verb) \(unit): Unit \(unit) not found.")
        }
        if verb == "reload", engine == .incus {
            return (1, "", "Failed to reload \(fullName): Job type reload is not applicable for unit \(fullName).")
        }
        if verb == "reload", try store.read().instances[name]?.daemonIsStopped == true {
            return (1, "", "\(fullName) is not active, cannot reload.")
        }
        try await change(verb, Set(units.compactMap(\.unit)), isAwaited: !words.contains("--no-block"))
        return (0, "", "")
    }

    /// What `snap stop`, `snap start` and `snap restart` do with the units.
    func snap(_ verb: String, isReload: Bool) async throws {
        try await change(isReload ? "reload" : verb, verb == "restart" ? [.daemon] : [.daemon, .socket])
    }

    /// What `pgrep` and `pkill` answer, and what the unit does when the daemon has ended by a signal; `nil` where they are
    /// about something else.
    func processes(_ command: [String]) async throws -> Guest.Answer? {
        let logs = engine == .incus ? "/var/log/incus/" : "/var/snap/lxd/common/lxd/logs/"
        guard command.last?.contains(logs) == true else { return nil }
        guard command[0] == "pkill" else {
            // By another command line than the package's: one number stands for the daemon.
            let words = Array(command.dropLast()) + ["^\(engine.daemon) --group"]
            let result = try await machines.inside(name).run(Command(words[0], Array(words.dropFirst())))
            return (result.succeeded ? 0 : 1, result.output, result.errors)
        }
        let signal = String(command[1].drop { $0 == "-" })
        guard try await machines.hasDaemon(name) else { return (1, "", "") }
        let isTaken = try await machines.signalDaemon(name, signal)
        guard ["TERM", "KILL"].contains(signal), isTaken else { return (0, "", "") }
        try await awaitEnd()
        let wasActive = try store.read().instances[name]?.daemonIsStopped == false
        if signal == "TERM" { try await note(daemon: true) }
        if signal == "KILL" && wasActive {
            try await note(endReason: "")
            try await machines.startDaemon(name)
        }
        return (0, "", "")
    }

    private func awaitEnd() async throws {
        _ = try await SystemTime().wait(
            for: "the end of \(engine.title)", limit: .seconds(60), every: .milliseconds(50)
        ) {
            try await machines.hasDaemon(name) ? nil : true
        }
    }

    private func change(_ verb: String, _ units: Set<Unit>, isAwaited: Bool = true) async throws {
        let names = (units.contains(.daemon), units.contains(.socket))
        switch verb {
        case "reload":
            guard names.0 else { return }
            try await note(endReason: "reload")
            // A daemon that is suspended keeps the signal, and the script does not wait.
            if try await machines.hasDaemon(name), try await !machines.signalDaemon(name, "TERM") { return }
            try await machines.restartDaemon(name)
            try await note(endReason: "")
        case "start":
            try await note(daemon: names.0 ? false : nil, socket: names.1 ? false : nil)
            if names.0 { try await note(endReason: "") }
            if names.0 { try await machines.startDaemon(name) }
        default:
            let isStop = verb == "stop"
            // The socket first: a client that asks meanwhile would start LXD again.
            if isStop { try await note(socket: names.1 ? true : nil) }
            if names.0, isStop, try store.read().instances[name]?.endReason.isEmpty == false {
                try await note(daemon: true, endReason: "")
                if isAwaited { try await awaitEnd() }
            } else if names.0 {
                let begin = StandIn.now
                if engine == .incus {
                    // The unit has no stop command: systemd sends SIGTERM to the daemon alone.
                    if try await machines.hasDaemon(name) { _ = try await machines.signalDaemon(name, "TERM") }
                    try await awaitEnd()
                } else {
                    try await machines.shutDownDaemon(name)
                }
                let seconds = faults.of(name, \.stopSeconds) ?? 0
                try await Task.sleep(for: .seconds(max(0, begin + seconds - StandIn.now)))
                try await note(daemon: true)
            }
            guard !isStop else { return }
            try await note(daemon: names.0 ? false : nil, socket: names.1 ? false : nil)
            if names.0 { try await machines.startDaemon(name) }
        }
    }

    private func note(daemon: Bool? = nil, socket: Bool? = nil, endReason: String? = nil) async throws {
        try await store.change { state in
            if let endReason { state.instances[name]?.endReason = endReason }
            if let daemon { state.instances[name]?.daemonIsStopped = daemon }
            if let socket { state.instances[name]?.socketIsStopped = socket }
        }
    }

    private func isActive(_ units: [Unit?], isQuiet: Bool) async throws -> Guest.Answer {
        var states: [Bool] = []
        for unit in units {
            let instance = try store.read().instances[name]
            switch unit {
            case nil, .other: states.append(unit != nil)
            case .socket: states.append(instance?.socketIsStopped == false)
            case .daemon:
                let runs = try await machines.hasDaemon(name)
                states.append(instance?.daemonIsStopped == false && runs)
            }
        }
        let lines = states.map { $0 ? "active\n" : "inactive\n" }.joined()
        return (states.contains(true) ? 0 : 3, isQuiet ? "" : lines, "")
    }

    /// What a call of the client does by the socket: it starts a daemon that systemd has stopped.
    func activate() async throws {
        guard let instance = try store.read().instances[name], instance.daemonIsStopped, !instance.socketIsStopped
        else { return }
        try await note(daemon: false)
        try await machines.startDaemon(name)
    }
}
