import Provisioning

extension World {
    private static let spinner = "\u{1b}[2K\u{1b}[0A\u{1b}[E"

    /// What the words after `multipass` set going.
    func multipass(_ words: [String], input: String?) -> Operation {
        let names = words.dropFirst()
        switch words.first {
        case "list" where words == ["list", "--format", "json"]: return .quick(200) { self.listing() }
        case "version": return .quick(100) { CommandResult(output: #"{"multipass":"1.16.3","multipassd":"1.16.3"}"#) }
        case "launch": return launch(words, input ?? "")
        case "start" where names.count == 1: return start(words[1])
        case "restart" where names.count == 1: return restart(words[1])
        case "delete" where names.count == 2 && words[1] == "--purge": return delete(words[2])
        case "exec" where words.count > 4 && words[2] == "--" && words[3] == "sudo":
            return enter(words[1], Array(words.dropFirst(4)), input)
        default:
            violated("a multipass command that nobody knows: \(words)")
            return .refused(1, "unknown command")
        }
    }

    private func listing() -> CommandResult {
        let now = clock.elapsed
        let rows = machines.values.filter { $0.isShown(now) }.sorted { $0.name > $1.name }.map { machine in
            let address = machine.runs(now) ? #""\#(machine.address)","10.248.0.1""# : ""
            return
                #"{"name":"\#(machine.name)","state":"\#(machine.state(now))","ipv4":[\#(address)],"release":"24.04"}"#
        }
        return CommandResult(output: "\n{\"list\":[\(rows.joined(separator: ",\n"))]}\n")
    }

    private func launch(_ words: [String], _ userData: String) -> Operation {
        guard let place = words.firstIndex(of: "--name") else { return .refused(1, "Error: no name") }
        let name = words[place + 1]
        if let machine = machines[name] {
            let why = machine.isShown(clock.elapsed) ? "already exists" : "is being prepared"
            return .refused(2, "launch failed: instance \"\(name)\" \(why)")
        }
        guard !words[1].hasPrefix("file:///no-such-image") else {
            return .refused(2, "launch failed: Custom image `\(words[1].dropFirst(7))` does not exist.")
        }
        let machine = prepare(name)
        machine.mark = userData.split(separator: "\n").map(\.trimmed).first { $0.hasPrefix("content: cluster ") }
        let limit = words.firstIndex(of: "--timeout").flatMap { Int(words[$0 + 1]) } ?? 300
        let takes = machine.setUpAt - clock.elapsed
        guard takes <= .seconds(limit) else {
            return Operation(.seconds(limit)) {
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
        machine.cloudInitFails = traits.failingLaunches.contains(number)
        machine.wantsRestart = traits.restarts && dice.oneIn(2)
        machines[name] = machine
        hasImage = true
        return machine
    }

    private func missing(_ verb: String, _ name: String) -> Operation {
        .refused(2, "\(verb) failed: The following errors occurred:\ninstance \"\(name)\" does not exist")
    }

    private func start(_ name: String) -> Operation {
        guard let machine = shown(name) else { return missing("start", name) }
        if machine.power == .deleted { return .refused(2, "start failed: instance \"\(name)\" is deleted") }
        check(machine, "start")
        if machine.power == .off { boot(machine) }
        return Operation(max(.milliseconds(200), machine.runningAt - clock.elapsed)) {
            CommandResult(output: Self.spinner)
        }
    }

    private func restart(_ name: String) -> Operation {
        guard let machine = shown(name), machine.power == .on else { return missing("restart", name) }
        check(machine, "restart")
        shutDown(machine)
        boot(machine)
        let fails = dice.oneIn(6)
        return Operation(machine.runningAt - clock.elapsed) {
            fails
                ? .failed(2, "restart failed: ssh connection failed: 'Connection refused'")
                : CommandResult(output: Self.spinner)
        }
    }

    private func delete(_ name: String) -> Operation {
        guard let machine = shown(name) else { return missing("delete", name) }
        check(machine, "delete")
        return Operation(dice.seconds(0...3)) {
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
        return inside(machine, words, input)
    }

    private func shown(_ name: String) -> SimulatedVM? {
        machines[name].flatMap { $0.isShown(clock.elapsed) ? $0 : nil }
    }

    /// Nothing that is the person's may be touched.
    private func check(_ machine: SimulatedVM, _ verb: String) {
        if !machine.isOurs { violated("\(verb) of \(machine.name), which is the person's own") }
    }
}
