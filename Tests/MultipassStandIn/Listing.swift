import Provisioning

extension StandIn {
    /// `version`; the client alone where there is no daemon.
    func version(_ arguments: [String]) async throws -> Int32 {
        let isJSON = try format(Options(arguments, taking: ["--format": "format"])) == "json"
        try await waitForMainThread()
        let programs = ["multipass"] + (faults.daemonDown == true ? [] : ["multipassd"])
        if isJSON {
            let versions = Dictionary(uniqueKeysWithValues: programs.map { ($0, JSONText.text("1.16.3")) })
            Terminal.say(JSONText.object(versions).printed(.opened) + "\n")
        } else {
            for program in programs { Terminal.say("\(program)   1.16.3\n") }
        }
        return 0
    }

    /// `find`.
    func find(_ arguments: [String]) async throws -> Int32 {
        try await contact("find")
        let images = Image.known.map { image in
            let name = image.remote.isEmpty || image.name.contains(":") ? image.name : "\(image.remote):\(image.name)"
            let members: [String: JSONText] = [
                "aliases": .list(image.aliases.map { .text($0) }), "os": .text("Ubuntu"),
                "release": .text(image.release), "remote": .text(image.remote), "version": .text(image.version),
            ]
            return (name, JSONText.object(members))
        }
        let answer = JSONText.object([
            "blueprints (deprecated)": .object([:]), "errors": .list([]),
            "images": .object(Dictionary(uniqueKeysWithValues: images)),
        ])
        Terminal.say(answer.printed(.opened) + "\n")
        return 0
    }

    /// `list`: all machines but those whose image is still being fetched; by `--no-ipv4` no machine is asked anything.
    func list(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(arguments, taking: ["--format": "format"], flags: ["--snapshots", "--no-ipv4"])
        guard options.positional.isEmpty else { throw Refusal(code: 1, message: "This command takes no arguments") }
        if options.has("--snapshots") && options.has("--no-ipv4") {
            throw Refusal(
                code: 1, message: "IP addresses are not applicable in conjunction with listing snapshots")
        }
        let isJSON = try format(options) == "json"
        try await contact("list")
        if options.has("--snapshots") { return try listSnapshots(isJSON: isJSON) }
        let asks = !options.has("--no-ipv4")
        if asks, let calls = faults.resetLists, calls.contains(try await store.change({ $0.count("list") })) {
            throw Refusal.failed("list", "ssh connection failed: 'Connection reset by peer'")
        }
        if asks { try await waitForAnswers(of: Array(store.read().instances.keys)) }
        var rows: [JSONText] = []
        for (name, instance) in try store.read().instances where instance.phase != .preparing {
            let addresses = asks && isUp(instance) ? await machines.addresses(name) : []
            rows.append(
                .object([
                    "ipv4": .list(addresses.map { .text($0) }), "name": .text(name),
                    "release": .text(instance.image.listed), "state": .text(word(instance)),
                ]))
            if !isJSON {
                Terminal.say("\(name)  \(word(instance))  \(addresses.first ?? "--")  \(instance.image.listed)\n")
            }
        }
        if isJSON { Terminal.say("\n" + JSONText.object(["list": .list(rows)]).printed(.opened) + "\n") }
        return 0
    }

    /// Has the daemon ask the machines for what only they know: one that is hung holds its main thread meanwhile.
    private func waitForAnswers(of names: [String]) async throws {
        if try names.contains(where: isHung) { try await delegate(.ask, names) }
    }

    /// `info`: of the machines named, or of all.
    func info(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(
            arguments, taking: ["--format": "format"], flags: ["--no-runtime-information"])
        _ = try format(options)
        try await contact("info")
        func visible() throws -> [String: State.Instance] {
            try store.read().instances.filter { $0.value.phase != .preparing }
        }
        let present = try visible()
        let names = options.positional.isEmpty ? Array(present.keys) : options.positional
        for name in names where present[name] == nil { throw Refusal.absent("info", name) }
        let asks = !options.has("--no-runtime-information")
        if asks { try await waitForAnswers(of: names) }
        let instances = try visible()
        var answers: [String: JSONText] = [:]
        for name in names {
            guard let instance = instances[name] else { throw Refusal.absent("info", name) }
            answers[name] = .object(await about(name, instance, asks: asks))
        }
        Terminal.say(JSONText.object(["errors": .list([]), "info": .object(answers)]).printed(.closed) + "\n")
        return 0
    }

    private func about(_ name: String, _ instance: State.Instance, asks: Bool) async -> [String: JSONText] {
        let isUp = asks && isUp(instance)
        let addresses = isUp ? await machines.addresses(name) : []
        let disk: [String: JSONText] = ["total": .text("\(instance.disk)"), "used": .text("\(instance.disk / 8)")]
        let memory: [String: JSONText] = [
            "total": .number("\(instance.memory)"), "used": .number("\(instance.memory / 4)"),
        ]
        return [
            "cpu_count": .text(isUp ? instance.cpus : ""), "disks": .object(["sda1": .object(isUp ? disk : [:])]),
            "image_hash": .text("38c6"), "image_release": .text(instance.image.release),
            "ipv4": .list(addresses.map { .text($0) }),
            "load": .list(isUp ? ["2.06", "1.2", "0.48"].map { .number($0) } : []),
            "memory": .object(isUp ? memory : [:]), "mounts": Self.shown(instance.mounts),
            "release": .text(isUp ? "Ubuntu 24.04.3 LTS" : ""), "snapshot_count": .text("\(instance.snapshots.count)"),
            "state": .text(word(instance)),
        ]
    }

    private func format(_ options: Options) throws -> String {
        let format = options.values["format"] ?? "table"
        guard ["table", "json", "csv", "yaml"].contains(format) else {
            throw Refusal(code: 1, message: "Invalid format type given.")
        }
        return format
    }

    /// Whether the machine runs and has booted.
    func isUp(_ instance: State.Instance) -> Bool { instance.phase == .running && instance.bootsUntil <= Self.now }

    private func word(_ instance: State.Instance) -> String {
        switch instance.phase {
        case .preparing, .starting: "Starting"
        case .running: isUp(instance) ? "Running" : "Unknown"
        case .stopped: "Stopped"
        case .deleted: "Deleted"
        }
    }
}
