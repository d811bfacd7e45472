import Provisioning

extension StandIn {
    /// `start`; one that runs is fine.
    func start(_ arguments: [String]) async throws -> Int32 {
        let names = try Options(arguments, taking: ["--timeout": "timeout"]).positional
        try contact("start")
        let instances = try store.read().instances
        let missing = names.filter { instances[$0] == nil }
        if !missing.isEmpty {
            let lines = missing.map { "\nInstance '\($0)' does not exist." }.joined()
            throw Refusal.failed("start", "instance(s) missing\(lines)")
        }
        if let name = names.first(where: { instances[$0]?.phase == .deleted }) { throw Refusal.deleted("start", name) }
        for name in names { try await Terminal.spinning("Starting \(name)") { try await powerOn(name) } }
        return 0
    }

    /// `stop`; one that is off is fine.
    func stop(_ arguments: [String]) async throws -> Int32 {
        for name in try await named(arguments, "stop", flags: ["--force"]) {
            try await Terminal.spinning("Stopping \(name)") { try await powerOff(name) }
        }
        return 0
    }

    /// `restart`.
    func restart(_ arguments: [String]) async throws -> Int32 {
        for name in try await named(arguments, "restart") {
            try await Terminal.spinning("Restarting \(name)") {
                try await powerOff(name)
                try await powerOn(name)
            }
            let refused = faults.of(name, \.refusedRestarts) ?? 0
            if refused > 0, try await store.change({ $0.count("restart \(name)") }) <= refused {
                throw Refusal.failed("restart", "ssh connection failed: 'Connection refused'")
            }
        }
        return 0
    }

    /// `delete`: the name stays taken, unless it is purged.
    func delete(_ arguments: [String]) async throws -> Int32 {
        let isForGood = arguments.contains("--purge") || arguments.contains("-p")
        let snapshots = arguments.filter { $0.contains(".") }
        if !snapshots.isEmpty { try contact("delete") }
        for snapshot in snapshots { try await delete(snapshot: snapshot, isForGood: isForGood) }
        let rest = arguments.filter { !$0.contains(".") }
        if !snapshots.isEmpty && rest.allSatisfy({ $0.hasPrefix("-") }) { return 0 }
        for name in try await named(rest, "delete", flags: ["--purge", "-p"], deletedToo: isForGood) {
            try await powerOff(name)
            try await store.change { $0.instances[name]?.phase = .deleted }
            if isForGood { try await remove(name) }
        }
        return 0
    }

    /// `purge`: everybody's trash.
    func purge() async throws -> Int32 {
        try contact("purge")
        for (name, instance) in try store.read().instances where instance.phase == .deleted { try await remove(name) }
        return 0
    }

    /// `recover`.
    func recover(_ arguments: [String]) async throws -> Int32 {
        for name in try await named(arguments, "recover", deletedToo: true) {
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

    /// The machines that are named; one that is missing stops the whole call.
    private func named(
        _ arguments: [String], _ verb: String, flags: Set<String> = [], deletedToo: Bool = false
    ) async throws -> [String] {
        let options = try Options(
            arguments, taking: ["--timeout": "timeout", "-t": "timeout"], flags: flags.union(["--all"]))
        try contact(verb)
        let instances = try store.read().instances.filter { $0.value.phase != .preparing }
        if options.has("--all") {
            return instances.filter { deletedToo || $0.value.phase != .deleted }.keys.sorted()
        }
        guard !options.positional.isEmpty else {
            throw Refusal(code: 1, message: "Name argument or --all is required")
        }
        for name in options.positional {
            guard let instance = instances[name] else { throw Refusal.absent(verb, name) }
            if instance.phase == .deleted && !deletedToo { throw Refusal.deleted(verb, name) }
        }
        return options.positional
    }

    private func remove(_ name: String) async throws {
        try await store.holding("machine-\(name)") {
            if try store.read().instances[name] != nil { try await machines.remove(name) }
        }
    }

    /// Starts the machine unless it runs.
    func powerOn(_ name: String) async throws {
        try await store.holding("machine-\(name)") {
            guard try store.read().instances[name]?.phase == .stopped else { return }
            try await machines.start(name)
            try await noteRunning(name, booted: false)
        }
    }

    private func powerOff(_ name: String) async throws {
        try await store.holding("machine-\(name)") {
            let phase = try store.read().instances[name]?.phase
            guard phase == .running || phase == .starting else { return }
            try await machines.stop(name)
            try await store.change { state in
                state.instances[name]?.phase = .stopped
                // A machine that boots starts its services.
                state.instances[name]?.unit = nil
            }
        }
    }
}
