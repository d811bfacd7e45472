import FoundationEssentials
import Provisioning

extension StandIn {
    /// `launch`, the client's part: the rest is done by a process of its own, which continues without the client.
    func launch(_ arguments: [String]) async throws -> Int32 {
        let request = try LaunchRequest(arguments)
        try await contact("launch")
        // The client's log tells of it before the answer comes.
        if faults.noNetwork == true { for url in Image.servers { Terminal.log(url: url) } }
        let mark = SystemRandom().identifier(length: 16)
        var trial = try store.read()
        try register(request, mark, in: &trial)
        // Before the entry: a client that is killed between the two would leave one that nobody continues with.
        try await detach(["--go-on", request.name, mark])
        try await store.change { state in try register(request, mark, in: &state) }
        try await Terminal.spinning("Creating \(request.name)") {
            try await wait(for: request.name, mark, seconds: request.timeout)
        }
        Terminal.say("Launched: \(request.name)\n")
        for (source, target) in request.mounts {
            _ = try await mount([source, target.isEmpty ? request.name : "\(request.name):\(target)"])
            Terminal.say("Mounted '\(source)' into '\(request.name):\(target)'\n")
        }
        return 0
    }

    /// The daemon's checks, and the machine's entry.
    private func register(_ request: LaunchRequest, _ mark: String, in state: inout State) throws {
        guard Self.isName(request.name) else {
            throw Refusal.failed(
                "launch", "Invalid arguments supplied\nInvalid instance name supplied: \(request.name)")
        }
        // An alias is looked up before the name is looked at, a file afterwards.
        let image = Image.find(request.image)
        let isFile = request.image.hasPrefix("file://")
        if !isFile && faults.noNetwork == true {
            throw Refusal.failed("launch", "Remote \"\" is unknown or unreachable.")
        }
        if !isFile && image == nil { throw Self.absent(request.image) }
        if let present = state.instances[request.name] {
            let trouble = present.phase == .preparing ? "is being prepared" : "already exists"
            throw Refusal.failed("launch", "instance \"\(request.name)\" \(trouble)")
        }
        guard let image else { throw Self.absent(request.image) }
        let least = faults.minimumDisk ?? 2_619_342_848
        guard request.disk >= least else {
            throw Refusal.failed(
                "launch", "Requested disk (\(request.disk) bytes) below minimum for this image (\(least) bytes)")
        }
        let index = state.freeIndex
        state.record.members.append(.init(name: MemberName(state.record.name, index)))
        state.instances[request.name] = State.Instance(
            index: index, image: image, cpus: request.cpus, memory: request.memory, disk: request.disk,
            userData: request.userData, wantsReboot: faults.of(request.name, \.rebootRequired) ?? false, launch: mark)
        for what in ["cloud-init", "exec", "restart"] { state.counts["\(what) \(request.name)"] = nil }
    }

    private static func absent(_ image: String) -> Refusal {
        let isFile = image.hasPrefix("file://")
        return Refusal.failed(
            "launch",
            isFile
                ? "Custom image `\(image.dropFirst(7))` does not exist."
                : "Unable to find an image matching \"\(image)\" in remote \"\".")
    }

    /// Letters, digits and hyphens, a letter first, no hyphen last.
    private static func isName(_ name: String) -> Bool {
        let isFine = name.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
        }
        return isFine && !name.hasSuffix("-") && (name.utf8.first ?? 0) >= 65
    }

    private func wait(for name: String, _ mark: String, seconds: Double) async throws {
        let end = Self.now + seconds
        while Self.now < end {
            let state = try store.read()
            if let failure = state.failures[mark] { throw Refusal.failed("launch", failure) }
            guard let instance = state.instances[name], instance.launch == mark else {
                throw Refusal.failed("launch", "instance \"\(name)\" does not exist")
            }
            if instance.phase == .running { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Refusal(code: 5, message: "Timed out waiting for instance launch.")
    }

    /// The daemon's part of a launch, for which it needs a worker thread from the beginning to the end.
    func resumeHint(_ name: String, launch: String) async -> Int32 {
        do {
            try await onWorker { try await settle(name, launch) }
            return 0
        } catch {
            let failure = Failure(error)
            try? await store.change { $0.failures[launch] = "\(failure.message)\n\(failure.output ?? "")" }
            try? await withLaunch(name, launch) { try await machines.remove(name) }
            return 2
        }
    }

    /// The image, the machine, the boot.
    private func settle(_ name: String, _ launch: String) async throws {
        let begin = Self.now
        func seconds(_ faults: Faults) -> Double { faults.of(name, \.launchSeconds) ?? 0 }
        guard try await isRegistered(name, launch) else { return }
        try await pause(since: Self.now) { $0.of(name, \.absentSeconds) ?? seconds($0) / 10 }
        try await withLaunch(name, launch) {
            try await store.change { $0.instances[name]?.phase = .starting }
            try await machines.create(name)
        }
        try await pause(since: begin, seconds)
        try await withLaunch(name, launch) { try await noteRunning(name, booted: true) }
    }

    /// Whether the machine's entry is there, or comes soon; none does where the client was killed before, or refused.
    private func isRegistered(_ name: String, _ launch: String) async throws -> Bool {
        for _ in 0..<1000 {
            if try store.read().instances[name]?.launch == launch { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    /// Does the work while nobody else changes the machine, unless somebody has deleted it meanwhile.
    private func withLaunch(_ name: String, _ launch: String, _ work: () async throws -> Void) async throws {
        try await store.holding("machine-\(name)") {
            if try store.read().instances[name]?.launch == launch { try await work() }
        }
    }

    /// Notes that the machine runs now, and until when it boots.
    func noteRunning(_ name: String, booted isFirst: Bool) async throws {
        let boots = Self.now + (faults.of(name, \.bootSeconds) ?? 0)
        try await store.change { state in
            state.instances[name]?.phase = .running
            state.instances[name]?.bootsUntil = boots
            state.instances[name]?.daemonIsStopped = false
            state.instances[name]?.socketIsStopped = false
            state.instances[name]?.endReason = ""
            if !isFirst { state.instances[name]?.wantsReboot = false }
        }
    }

    /// Seconds since 1970.
    static var now: Double { Date().timeIntervalSince1970 }
}
