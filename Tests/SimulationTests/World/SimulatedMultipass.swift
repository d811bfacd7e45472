import Provisioning

extension World {
    private static let spinner = "\u{1b}[2K\u{1b}[0A\u{1b}[E"

    /// What the words after `multipass` set going; all of them wait while the daemon's main thread is held.
    func multipass(_ words: [String], input: String?) -> Operation {
        let wait = max(.zero, daemonHeldUntil - clock.elapsed)
        var operation = operation(MultipassWords(words), input: input)
        operation.takes += wait
        return operation
    }

    private func operation(_ words: MultipassWords, input: String?) -> Operation {
        let names = words.operands
        switch words.verb {
        case "list" where names.isEmpty && words.values["format"] == "json":
            if !words.flags.contains("no-ipv4") { violated("plain list asks every VM") }
            return .quick(200) { self.listing() }
        case "version": return .quick(100) { CommandResult(output: #"{"multipass":"1.16.3","multipassd":"1.16.3"}"#) }
        case "launch": return launch(words, input ?? "")
        case "info" where names.count == 1 && words.values["format"] == "json": return info(names[0])
        case "start" where names.count == 1: return start(names[0], limit: words.timeout)
        case "restart" where names.count == 1: return restart(names[0], limit: words.timeout)
        case "stop" where names.count == 1 && words.values.isEmpty: return stop(names[0])
        case "delete" where names.count == 1 && [["purge"], ["p"]].contains(words.flags): return delete(names[0])
        case "exec" where names.count > 1:
            if words.flags.isDisjoint(with: ["n", "no-map-working-directory"]) {
                violated("exec maps the working directory")
            }
            let command = Array(names.dropFirst())
            return enter(names[0], command.first == "sudo" ? Array(command.dropFirst()) : command, input)
        default:
            violated("a multipass command that nobody knows: \(words.all)")
            return .refused(1, "unknown command")
        }
    }

    private func listing() -> CommandResult {
        let now = clock.elapsed
        let rows = machines.values.filter { $0.isShown(now) }.sorted { $0.name > $1.name }.map { machine in
            #"{"name":"\#(machine.name)","state":"\#(machine.state(now))","ipv4":[],"release":"Ubuntu 24.04 LTS"}"#
        }
        return CommandResult(output: "\n{\"list\":[\(rows.joined(separator: ",\n"))]}\n")
    }

    /// What only the machine knows is asked on the daemon's main thread, which a hung one holds.
    private func info(_ name: String) -> Operation {
        guard let machine = shown(name) else { return missing("info", name) }
        let held = machine.isHung(clock.elapsed) ? machine.hungUntil - clock.elapsed : .zero
        daemonHeldUntil = max(daemonHeldUntil, clock.elapsed + held)
        return Operation(.milliseconds(300) + held) { CommandResult(output: self.about(machine)) }
    }

    private func about(_ machine: SimulatedVM) -> String {
        let isUp = machine.runs(clock.elapsed)
        let addresses = isUp ? #""\#(machine.address)","10.248.0.1""# : ""
        return """
            {"errors":[],"info":{"\(machine.name)":{"cpu_count":"\(isUp ? "1" : "")","disks":{"sda1":{}},\
            "image_hash":"38c6","image_release":"24.04 LTS","ipv4":[\(addresses)],"load":[],"memory":{},"mounts":{},\
            "release":"\(isUp ? "Ubuntu 24.04.3 LTS" : "")","snapshot_count":"0",\
            "state":"\(machine.state(clock.elapsed))"}}}

            """
    }

    /// An alias is looked up before the name is looked at, a file afterwards.
    private func launch(_ words: MultipassWords, _ userData: String) -> Operation {
        guard let name = words.values["name"], let image = words.operands.first else {
            return .refused(1, "Error: no name")
        }
        if image.hasPrefix("no-such-image") {
            return .refused(2, "launch failed: Unable to find an image matching \"\(image)\" in remote \"\".")
        }
        if let machine = machines[name] {
            let why = machine.isShown(clock.elapsed) ? "already exists" : "is being prepared"
            return .refused(2, "launch failed: instance \"\(name)\" \(why)")
        }
        if image.hasPrefix("file:///no-such-image") {
            return .refused(2, "launch failed: Custom image `\(image.dropFirst(7))` does not exist.")
        }
        let machine = prepare(name)
        machine.mark = userData.split(separator: "\n").map(\.trimmed).first { $0.hasPrefix("content: cluster ") }
        let limit = words.timeout ?? .seconds(300)
        let takes = machine.setUpAt - clock.elapsed
        guard takes <= limit else {
            return Operation(limit) {
                CommandResult(.exited(5), output: Self.spinner, errors: "Timed out waiting for instance launch.")
            }
        }
        return Operation(takes) {
            self.machines[name] = nil
            return .failed(2, "launch failed: the hypervisor gave up")
        } finish: {
            self.machines[name] === machine
                ? CommandResult(output: "\(Self.spinner)Launched: \(name)\n")
                : .failed(2, "launch failed: instance \"\(name)\" does not exist")
        }
    }

    private func prepare(_ name: String) -> SimulatedVM {
        let number = nextLaunch()
        let machine = SimulatedVM(name, address: newAddress(), isOurs: true)
        let isSlow = traits.slowLaunches.contains(number)
        machine.shownAt = clock.elapsed + (hasImage ? .seconds(1) : dice.seconds(2...8))
        machine.runningAt = machine.shownAt + (isSlow ? dice.seconds(300...600) : dice.seconds(1...4))
        machine.setUpAt = machine.runningAt + (isSlow ? dice.seconds(300...1500) : dice.seconds(2...8))
        if traits.stuckLaunches.contains(number) { machine.setUpAt += .seconds(100_000) }
        machine.daemonAt = machine.setUpAt + (dice.oneIn(8) ? dice.seconds(5...100) : .zero)
        if traits.hungMachines.contains(number) {
            machine.hungFrom = machine.runningAt + dice.seconds(0...60)
            machine.hungUntil = machine.hungFrom + dice.seconds(30...300)
        }
        machine.cloudInitFails = traits.failingLaunches.contains(number)
        machine.wantsRestart = traits.restarts && dice.oneIn(2)
        machines[name] = machine
        hasImage = true
        return machine
    }

    private func missing(_ verb: String, _ name: String) -> Operation {
        .refused(2, "\(verb) failed: The following errors occurred:\ninstance \"\(name)\" does not exist")
    }

    private func start(_ name: String, limit: Duration?) -> Operation {
        guard let machine = shown(name) else { return missing("start", name) }
        if machine.power == .deleted { return .refused(2, "start failed: instance \"\(name)\" is deleted") }
        check(machine, "start")
        if machine.power == .off { boot(machine) }
        return limited(max(.milliseconds(200), machine.runningAt - clock.elapsed), limit, "start") {
            CommandResult(output: Self.spinner)
        }
    }

    private func restart(_ name: String, limit: Duration?) -> Operation {
        guard let machine = shown(name), machine.power == .on else { return missing("restart", name) }
        check(machine, "restart")
        shutDown(machine)
        boot(machine)
        let fails = dice.oneIn(6)
        return limited(machine.runningAt - clock.elapsed, limit, "restart") {
            fails
                ? .failed(2, "restart failed: ssh connection failed: 'Connection refused'")
                : CommandResult(output: Self.spinner)
        }
    }

    /// Ends when its limit is over, though the daemon continues.
    private func limited(
        _ takes: Duration, _ limit: Duration?, _ verb: String, _ finish: @escaping () -> CommandResult
    ) -> Operation {
        guard let limit, takes > limit else { return Operation(takes, finish: finish) }
        return Operation(limit) {
            CommandResult(.exited(5), output: Self.spinner, errors: "Timed out waiting for instance to \(verb).")
        }
    }

    /// How long a machine that is to end boots, which holds the daemon, for 300 s at most.
    private func hold(while machine: SimulatedVM) -> Duration {
        let now = clock.elapsed
        let boots = machine.power == .on ? min(.seconds(300), max(.zero, machine.runningAt - now)) : .zero
        if boots > .zero { daemonHeldUntil = max(daemonHeldUntil, now + boots) }
        return boots
    }

    private func stop(_ name: String) -> Operation {
        guard let machine = shown(name) else { return missing("stop", name) }
        if machine.power == .deleted { return .refused(2, "stop failed: instance \"\(name)\" is deleted") }
        check(machine, "stop")
        return Operation(hold(while: machine) + dice.seconds(1...4)) {
            if machine.power == .on { self.shutDown(machine) }
            return CommandResult(output: Self.spinner)
        }
    }

    private func delete(_ name: String) -> Operation {
        guard let machine = shown(name) else { return missing("delete", name) }
        check(machine, "delete")
        return Operation(hold(while: machine) + dice.seconds(0...3)) {
            machine.daemon.goneSince = machine.daemon.goneSince ?? self.clock.elapsed
            machine.power = .deleted
            self.cutOff(machine)
            if self.machines[name] === machine { self.machines[name] = nil }
            return CommandResult()
        }
    }

    private func enter(_ name: String, _ words: [String], _ input: String?) -> Operation {
        guard let machine = shown(name) else { return missing("exec", name) }
        check(machine, "enter")
        if machine.power == .deleted {
            return .refused(2, "exec failed: The following errors occurred:\ninstance \"\(name)\" is deleted")
        }
        if machine.power == .off { boot(machine) }
        guard machine.runs(clock.elapsed) else {
            return .refused(2, "exec failed: ssh connection failed: 'Connection refused'")
        }
        if machine.isHung(clock.elapsed) { return Operation(.seconds(1_000_000)) { .failed(255, "") } }
        if traits.dropsConnections && dice.oneIn(60) {
            return .refused(2, "exec failed: ssh connection failed: 'Timeout connecting to \(machine.address)'")
        }
        return inside(machine, words, input)
    }

    private func shown(_ name: String) -> SimulatedVM? {
        machines[name].flatMap { $0.isShown(clock.elapsed) ? $0 : nil }
    }

    /// Nothing that is the user's may be touched.
    private func check(_ machine: SimulatedVM, _ verb: String) {
        if !machine.isOurs { violated("\(verb) of \(machine.name), which is the person's own") }
    }
}

/// The words after `multipass`, read as its parser reads them: options anywhere before `--`.
private struct MultipassWords {
    private static let taking: [String: String] = [
        "--format": "format", "--name": "name", "-n": "name", "--timeout": "timeout", "--cpus": "cpus",
        "--memory": "memory", "-m": "memory", "--disk": "disk", "--network": "network", "--cloud-init": "cloud-init",
    ]

    let all: [String]
    let verb: String
    private(set) var operands: [String] = []
    private(set) var flags: Set<String> = []
    private(set) var values: [String: String] = [:]

    /// The seconds of `--timeout`.
    var timeout: Duration? { values["timeout"].flatMap { Int($0) }.map { .seconds($0) } }

    init(_ words: [String]) {
        all = words
        verb = words.first ?? ""
        var pending = words.dropFirst()
        while let word = pending.popFirst() {
            if word == "--" {
                operands += pending
                return
            }
            // `-n` of exec has no value.
            if let name = Self.taking[word], verb != "exec" {
                values[name] = pending.popFirst()
            } else if word.hasPrefix("-") {
                flags.insert(String(word.drop { $0 == "-" }))
            } else {
                operands.append(word)
            }
        }
    }
}
