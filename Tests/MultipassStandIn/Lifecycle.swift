import Provisioning

extension StandIn {
    /// `start`; one that runs is fine.
    func start(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(arguments, taking: ["--timeout": "timeout"], flags: ["--all"])
        try checkNames(options)
        let limit = try options.timeout()
        try await contact("start")
        let instances = try store.read().instances
        let all = instances.filter { ![.preparing, .deleted].contains($0.value.phase) }.keys.sorted()
        let names = options.has("--all") ? all : options.positional
        let trouble = names.compactMap { name -> String? in
            switch instances[name]?.phase {
            case nil, .preparing: "Instance '\(name)' does not exist."
            case .deleted:
                "Instance '\(name)' is deleted. Use 'recover' to recover it or 'purge' to permanently delete it."
            default: nil
            }
        }
        guard trouble.isEmpty else {
            throw Refusal.failed("start", "instance(s) missing\n\(trouble.joined(separator: "\n"))")
        }
        try await Terminal.spinning("Starting \(Self.subject(options))") {
            try await delegate(
                .start, names, limit: limit.map { ($0, "Timed out waiting for instance to start.") })
        }
        return 0
    }

    /// `stop`, which knows no `--timeout`; one that is off is fine.
    func stop(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(
            arguments, taking: ["-t": "time", "--time": "time"], flags: ["--all", "-c", "--cancel", "--force"])
        try checkNames(options)
        try checkDelay(options)
        try await contact("stop")
        let names = try selected(options, "stop")
        if options.has("-c", "--cancel") { return 0 }
        try await Terminal.spinning("Stopping \(Self.subject(options))") {
            try await delegate(options.has("--force") ? .force : .stop, names)
        }
        return 0
    }

    private func checkDelay(_ options: Options) throws {
        let isCancelled = options.has("-c", "--cancel")
        let delay = options.values["time"]
        if delay != nil && isCancelled {
            throw Refusal(code: 1, message: "Cannot set 'time' and 'cancel' options at the same time")
        }
        if options.has("--force") && (delay != nil || isCancelled) {
            throw Refusal(
                code: 1, message: "Cannot set 'force' along with 'time' or 'cancel' options at the same time")
        }
        let digits = (delay ?? "0").drop { $0 == "+" }
        guard !digits.isEmpty, digits.allSatisfy({ "0123456789".contains($0) }) else {
            throw Refusal(code: 1, message: "Time must be in digit form")
        }
        if digits.contains(where: { $0 != "0" }) {
            throw Refusal(code: 70, message: "the stand-in knows no delayed shutdown")
        }
    }

    /// `restart`.
    func restart(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(arguments, taking: ["--timeout": "timeout"], flags: ["--all"])
        let limit = try options.timeout()
        try checkNames(options)
        try await contact("restart")
        let names = try selected(options, "restart")
        try await Terminal.spinning("Restarting \(Self.subject(options))") {
            try await delegate(
                .restart, names, limit: limit.map { ($0, "Timed out waiting for instance to restart.") })
        }
        return 0
    }

    /// `delete`: the name stays taken, unless it is purged.
    func delete(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(arguments, flags: ["--all", "-p", "--purge"])
        try checkNames(options)
        try await contact("delete")
        let isForGood = options.has("-p", "--purge")
        let snapshots = options.positional.filter { $0.contains(".") }
        for snapshot in snapshots { try await delete(snapshot: snapshot, isForGood: isForGood) }
        if !snapshots.isEmpty && snapshots.count == options.positional.count { return 0 }
        let names = try selected(options, "delete", deletedToo: true).filter { !$0.contains(".") }
        try await delegate(isForGood ? .purge : .delete, names)
        return 0
    }

    /// `purge`: everybody's trash.
    func purge() async throws -> Int32 {
        try await contact("purge")
        for (name, instance) in try store.read().instances where instance.phase == .deleted { try await remove(name) }
        return 0
    }

    /// `recover`.
    func recover(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(arguments, flags: ["--all"])
        try checkNames(options)
        try await contact("recover")
        for name in try selected(options, "recover", deletedToo: true) {
            try await store.change { state in
                if state.instances[name]?.phase == .deleted { state.instances[name]?.phase = .stopped }
            }
        }
        return 0
    }

    /// Removes all machines and the folder, whatever state they are in: what a test ends with.
    func tearDown() async throws -> Int32 {
        for name in try store.read().instances.keys { try await remove(name) }
        try LocalFiles().remove(store.folder)
        return 0
    }

    /// Names or `--all`, not both and not neither.
    private func checkNames(_ options: Options) throws {
        if options.positional.isEmpty && !options.has("--all") {
            throw Refusal(code: 1, message: "Name argument or --all is required")
        }
        if !options.positional.isEmpty && options.has("--all") {
            let plural = options.positional.count > 1 ? "s" : ""
            throw Refusal(code: 1, message: "Cannot specify name\(plural) when --all option set")
        }
    }

    /// The machines that are meant; one that is missing stops the whole call.
    private func selected(_ options: Options, _ verb: String, deletedToo: Bool = false) throws -> [String] {
        let instances = try store.read().instances.filter { $0.value.phase != .preparing }
        if options.has("--all") {
            return instances.filter { deletedToo || $0.value.phase != .deleted }.keys.sorted()
        }
        for name in options.positional where !(verb == "delete" && name.contains(".")) {
            guard let instance = instances[name] else { throw Refusal.absent(verb, name) }
            if instance.phase == .deleted && !deletedToo { throw Refusal.deleted(verb, name) }
        }
        return options.positional
    }

    /// What the spinner is about.
    private static func subject(_ options: Options) -> String {
        switch options.positional.count {
        case 0: "all instances"
        case 1: options.positional[0]
        default: "requested instances"
        }
    }

    /// Removes the machine permanently.
    func remove(_ name: String) async throws {
        try await store.holding("machine-\(name)") {
            if try store.read().instances[name] != nil { try await machines.remove(name) }
        }
    }

    /// Starts the machine unless it runs.
    func powerOn(_ name: String) async throws {
        try await store.holding("machine-\(name)") {
            guard try store.read().instances[name]?.phase == .stopped else { return }
            try await store.change { $0.instances[name]?.phase = .starting }
            let begin = Self.now
            do {
                try await machines.start(name)
            } catch {
                try? await store.change { $0.instances[name]?.phase = .stopped }
                throw error
            }
            try await pause(since: begin) { $0.of(name, \.startSeconds) ?? 0 }
            try await noteRunning(name, booted: false)
        }
    }

    /// Stops what runs in the machine, and starts it again.
    func reboot(_ name: String) async throws {
        try await powerOff(name)
        try await powerOn(name)
        let refused = faults.of(name, \.refusedRestarts) ?? 0
        if refused > 0, try await store.change({ $0.count("restart \(name)") }) <= refused {
            throw Refusal.failed("restart", "ssh connection failed: 'Connection refused'")
        }
    }

    /// Stops the machine if it runs.
    func powerOff(_ name: String) async throws {
        try await store.holding("machine-\(name)") {
            let phase = try store.read().instances[name]?.phase
            guard phase == .running || phase == .starting else { return }
            try await machines.stop(name)
            try await store.change { $0.instances[name]?.phase = .stopped }
        }
    }
}
