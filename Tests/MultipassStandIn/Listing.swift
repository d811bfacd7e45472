import Provisioning

extension StandIn {
    /// `version`; the client alone where there is no daemon.
    func version(_ arguments: [String]) throws -> Int32 {
        let isJSON = try format(arguments) == "json"
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
    func find(_ arguments: [String]) throws -> Int32 {
        try contact("find")
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

    /// `list`: all machines but those whose image is still being fetched.
    func list(_ arguments: [String]) async throws -> Int32 {
        let isJSON = try format(arguments) == "json"
        try contact("list")
        if arguments.contains("--snapshots") { return try listSnapshots(isJSON: isJSON) }
        if let calls = faults.resetLists, calls.contains(try await store.change({ $0.count("list") })) {
            throw Refusal.failed("list", "ssh connection failed: 'Connection reset by peer'")
        }
        var rows: [JSONText] = []
        for (name, instance) in try store.read().instances where instance.phase != .preparing {
            let addresses = isUp(instance) ? await machines.addresses(name) : []
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

    /// `info`: of the machines named, or of all.
    func info(_ arguments: [String]) async throws -> Int32 {
        let options = try Options(arguments, taking: ["--format": "format"])
        try contact("info")
        let visible = try store.read().instances.filter { $0.value.phase != .preparing }
        let names = options.positional.isEmpty ? Array(visible.keys) : options.positional
        var answers: [String: JSONText] = [:]
        for name in names {
            guard let instance = visible[name] else { throw Refusal.absent("info", name) }
            answers[name] = .object(await about(name, instance))
        }
        Terminal.say(JSONText.object(["errors": .list([]), "info": .object(answers)]).printed(.closed) + "\n")
        return 0
    }

    private func about(_ name: String, _ instance: State.Instance) async -> [String: JSONText] {
        let isUp = isUp(instance)
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
            "memory": .object(isUp ? memory : [:]), "mounts": .object([:]),
            "release": .text(isUp ? "Ubuntu 24.04.3 LTS" : ""), "snapshot_count": .text("\(instance.snapshots.count)"),
            "state": .text(word(instance)),
        ]
    }

    private func format(_ arguments: [String]) throws -> String {
        try Options(arguments, taking: ["--format": "format"], flags: ["--snapshots"]).values["format"] ?? "table"
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
