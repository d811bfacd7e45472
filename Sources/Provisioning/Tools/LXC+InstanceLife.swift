/// The life of an instance: made, changed, started and stopped, seen from within, and removed.
extension LXC {
    /// Makes an instance on that member, and starts it unless something is to be done to it first.
    package func launch(
        _ name: String, from fingerprint: String, isVM: Bool, on member: String, _ properties: InstanceProperties,
        starts: Bool = true, limit: Duration
    ) async throws {
        let verb = starts ? "launch" : "init"
        let words = [verb, fingerprint, name, "--target", member, "--quiet"] + (isVM ? ["--vm"] : [])
        let command = try change(words, reading: properties, limit: limit)
        let result = try await runner.run(command)
        if result.reports(EngineError.imageUnresolved) {
            // LXD 5.21 and 6.9 say so without a leader of the database, too: a question for the image fails with the cause.
            try await runner.output(of: query("/1.0/images/\(fingerprint)"))
        }
        guard result.succeeded else { throw Failure(command, result) }
    }

    /// Changes an instance's own configuration and devices.
    ///
    /// LXD takes them whole, on standard input, where no other user of the machine reads them.
    package func edit(
        _ name: String, isNew: Bool = false, _ change: (inout InstanceProperties) throws -> Void
    ) async throws {
        func present() async throws -> InstanceProperties {
            try await runner.decoded(
                InstanceProperties.self,
                from: query("/1.0/instances/\(name)", assumed: #"{"config":{},"devices":{}}"#))
        }
        // A dry run has not made a new one.
        var properties =
            isNew
            ? try await StepScope.outcome(assuming: InstanceProperties(config: [:], devices: [:]), present)
            : try await present()
        try change(&properties)
        try await runner.output(of: self.change(["config", "edit", name], reading: properties))
    }

    /// A change that reads an instance's properties, in JSON, which YAML takes in.
    private func change(
        _ words: [String], reading properties: InstanceProperties, limit: Duration = .seconds(120)
    ) throws -> Command {
        var command = change(words, limit: limit)
        command.input = try JSONText.yaml(properties)
        command.shownInput = try properties.shownInput()
        return command
    }

    /// Writes a file of root's into an instance, which may be off.
    func write(_ text: String, to path: String, of name: String) async throws {
        let words = ["--create-dirs", "--uid", "0", "--gid", "0", "--mode", "0644", "-", "\(name)\(path)"]
        var command = change(["file", "push"] + words)
        command.input = text
        try await runner.output(of: command)
    }

    /// The instance as it is now, also when the run is cancelled; `nil` where there is none of that name.
    func instanceEvenIfCancelled(_ name: String) async throws -> ClusterInstance? {
        var look = query("/1.0/instances/\(name)")
        look.outlivesCancellation = true
        return try await found(ClusterInstance.self, look)
    }

    /// Starts an instance; one that runs is fine.
    package func start(_ name: String) async throws {
        try await run(change(["start", name]), unless: [.alreadyRunning])
    }

    /// Stops, starts, pauses, resumes or restarts an instance.
    ///
    /// One that does not end within half a minute is a failure, unless it is forced.
    package func turn(_ name: String, _ verb: String, isForced: Bool) async throws {
        let words =
            switch verb {
            case "resume": ["start", name]
            case "stop", "restart": [verb, name] + (isForced ? ["--force"] : ["--timeout", "30"])
            default: [verb, name]
            }
        // Frozen processes cannot end, and only LXD 5.0 lets them continue by itself.
        if ["stop", "restart"].contains(verb), !isForced, try await instance(name)?.isFrozen ?? false {
            try await start(name)
        }
        try await runner.output(
            of: change(words), hint: ["stop", "restart"].contains(verb) && !isForced ? "--force does not wait" : nil)
    }

    /// A command in an instance, as it can be run where this client is.
    package func inside(_ instance: String, _ words: [String]) -> Command {
        command(["exec", instance, "--"] + words, limit: Self.timeout, effect: .changes).with(.all)
    }

    /// The way to an instance's console, which the user leaves by Ctrl-A and Q.
    package func console(of instance: String) -> Command {
        var command = change(["console", instance], limit: Self.timeout)
        command.output = .terminal
        return command
    }

    /// What LXD noted when it started an instance: the first errors, which name the cause, or else the last lines.
    package func startLog(of instance: String) async throws -> String {
        let text = try await runner.output(of: command(["info", instance, "--show-log"], limit: limit))
        let lines = text.split(separator: "\n")
        guard let log = lines.firstIndex(where: { $0 == "Log:" || $0 == "Log (lxc.log):" }) else { return "" }
        let noted = lines[lines.index(after: log)...]
        let errors = noted.filter { $0.contains(" ERROR ") }
        return (errors.isEmpty ? Array(noted.suffix(6)) : Array(errors.prefix(6))).joined(separator: "\n")
    }

    /// What an instance has written on its console, without what the client adds.
    ///
    /// LXD 5.0 hands each line out once, and then fails where there is nothing new; others keep all.
    package func consoleLog(of instance: String) async throws -> String {
        let command = command(["console", instance, "--show-log"], limit: limit)
        let result = try await runner.run(command)
        if result.reports(EngineError.emptyConsole) { return "" }
        guard result.succeeded else { throw Failure(command, result) }
        let heading = "\nConsole log:\n\n"
        let text = result.output
        guard text.utf8.starts(with: heading.utf8) else { return text }
        return String(decoding: text.utf8.dropFirst(heading.utf8.count).dropLast(), as: UTF8.self)
    }

    /// Removes an instance, also one that runs; one that is not there is fine.
    package func remove(_ name: String, evenIfCancelled: Bool = false) async throws {
        var command = change(["delete", name, "--force"])
        command.outlivesCancellation = evenIfCancelled
        try await run(command, unless: [.notFound, .doneByAnother])
    }
}
