import Provisioning

extension Invocation {
    /// Until when a run waits for each instance.
    func goal() throws -> WaitGoal? {
        guard let text = values[.waitFor] else { return nil }
        guard let goal = WaitGoal(text) else {
            throw Failure(
                .badInput, "--wait-for \(Shell.quoted(text.clipped)) is not running, healthy, cloud-init or tcp:PORT",
                hint: "write --wait-for tcp:80")
        }
        return goal
    }

    /// The names of what may be recreated.
    func replaced() throws -> [String] {
        let names = (values[.replace] ?? "").split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
        if values[.replace] == nil { return [] }
        guard !names.contains("") else {
            throw Failure(.badInput, "--replace has an empty name", hint: "write --replace web-1,web-2")
        }
        return names
    }

    /// The kinds of events that are wanted.
    func eventKinds() throws -> [EngineEvent.Kind] {
        guard let text = values[.type] else { return [.lifecycle, .operation] }
        return try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            if let kind = EngineEvent.Kind(rawValue: String(word)) { return kind }
            let all = EngineEvent.Kind.allCases.map(\.rawValue)
            throw Failure(
                .badInput, "--type: \(Shell.quoted(String(word).clipped)) is not one of \(all.joined(separator: ", "))",
                hint: Suggestion.nearest(to: String(word), in: Set(all)).map { "did you mean \($0)?" }
                    ?? "write --type \(all[0])")
        }
    }

    /// The cluster, by flag or by `BCM_CLUSTER_NAME`; a command that only reads takes the one that there is, if it is one.
    func cluster(_ environment: (String) -> String?, known: () -> [String] = { [] }) throws -> ClusterName {
        if let text = values[.cluster] { return try ClusterName(text) }
        if let text = environment("BCM_CLUSTER_NAME") {
            do { return try ClusterName(text) } catch var failure as Failure {
                failure.message = "BCM_CLUSTER_NAME in the environment: \(failure.message)"
                throw failure
            }
        }
        let known = known().sorted()
        if onlyReads, known.count == 1 { return try ClusterName(known[0]) }
        let hint =
            switch known.first(where: { $0 == operands.first || operands.first?.hasPrefix("\($0)-") ?? false })
                ?? (known.count == 1 ? known.first : nil)
            {
            case let meant?: "did you mean -c \(meant)?"
            case nil where known.isEmpty: "use -c NAME, or set BCM_CLUSTER_NAME"
            case nil: "use -c NAME, or set BCM_CLUSTER_NAME; there are \(known.joined(separator: ", "))"
            }
        throw Failure(.badInput, "no cluster specified", hint: hint)
    }

    /// The number of members beyond the first, where one is given.
    func further() throws -> Int? {
        try values[.members].map { try number($0, .members, in: 0...MemberName.mostFurther) }
    }

    /// How many members are to be added.
    func count() throws -> Int {
        try values[.count].map { try number($0, .count, in: 1...MemberName.mostFurther) } ?? 1
    }

    /// How many machines are made at a time, where that is given.
    func parallel() throws -> Int? { try values[.parallel].map { try number($0, .parallel, in: 1...64) } }

    /// The form in which `env show` prints.
    func format() throws -> ReachFormat {
        guard let text = values[.format] else { return isJSON ? .json : .shell }
        guard let format = ReachFormat(rawValue: text) else {
            throw Failure(
                .badInput, "--format: \(Shell.quoted(text.clipped)) is not one of \(ReachFormat.names)",
                hint: Suggestion.nearest(to: text, in: Set(ReachFormat.allCases.map(\.rawValue))).map {
                    "did you mean \($0)?"
                })
        }
        guard !isJSON || format == .json else {
            throw Failure(.badInput, "--json and --format \(text) are two forms", hint: "give one of them")
        }
        return format
    }

    /// The moment since which lines are shown, in seconds since 1970, where one is given.
    func since(_ now: Int) throws -> Int? {
        guard let text = values[.since] else { return nil }
        let days = text.hasSuffix("d") ? Self.duration("\(text.dropLast())h") : nil
        guard let duration = days.map({ $0 * 24 }) ?? Self.duration(text) else {
            throw Failure(
                .badInput, "--since: \(Shell.quoted(text.clipped)) is not a time before now",
                hint: "write it like 90s, 10m, 2h or 3d")
        }
        return max(0, now - Int(duration.seconds))
    }

    /// How many lines of each log are shown, where that is given.
    func lines() throws -> Int? { try values[.lines].map { try number($0, .lines, in: 1...100_000) } }

    /// The port of SSH, where one is given.
    func port() throws -> Int? { try values[.port].map { try number($0, .port, in: 1...65_535) } }

    /// The hosts that the cluster is to be spread over, where any are named.
    func hosts() throws -> [HostName]? {
        guard let text = values[.hosts] else { return nil }
        let names = try text.split(separator: ",", omittingEmptySubsequences: false).map { try HostName(String($0)) }
        guard Set(names).count == names.count else {
            throw Failure(.badInput, "--hosts: host given twice: \(Shell.quoted(text.clipped))")
        }
        return names
    }

    /// The host that is to be added.
    func host() throws -> Host {
        let host = try Host(
            name: HostName(operands[0]), destination: operands[1], port: port(), identity: identity())
        return try values[.address].map(host.reached(byMembersAt:)) ?? host
    }

    /// The values of networks and pools for members that join.
    func memberValues(of cluster: ClusterName) throws -> [MemberValue] {
        let values = try (values[.memberConfig]?.split(separator: "\n", omittingEmptySubsequences: false) ?? []).map {
            try MemberValue(String($0), of: cluster)
        }
        for (index, value) in values.enumerated() {
            guard values[..<index].contains(where: { $0.member == value.member && $0.key == value.key }) else {
                continue
            }
            throw Failure(.badInput, "--member-config: \(value.key) is given twice")
        }
        return values
    }

    /// The file of a private key, as an absolute path.
    func identity() throws -> String? {
        guard let path = values[.identity] else { return nil }
        guard path.hasPrefix("/") else {
            throw Failure(
                .badInput, "--identity: \(Shell.quoted(path.clipped)) is not an absolute path",
                hint: "use an absolute path, such as ~/.ssh/id_ed25519")
        }
        return path
    }

    /// The identifier of the cluster whose machines are meant.
    func identifier() throws -> String? {
        guard let text = values[.identifier] else { return nil }
        guard text.utf8.count == 8, text.utf8.allSatisfy({ 48...57 ~= $0 || 97...102 ~= $0 }) else {
            throw Failure(
                .badInput, "--identifier: \(Shell.quoted(text.clipped)) is not an identifier",
                hint: "write the eight digits that the message about the machines has, such as 0123abcd")
        }
        return text
    }

    /// The limits, with those that the user gave.
    func limits() throws -> Limits {
        guard let text = values[.timeout] else { return Limits() }
        guard let duration = Self.duration(text), duration >= .seconds(1), duration <= .seconds(86_400) else {
            throw Failure(
                .badInput, "--timeout: \(Shell.quoted(text)) is not a time from 1s to 24h",
                hint: "write it like 90s, 15m or 1h")
        }
        return Limits(timeout: duration)
    }

    /// Where the timeline goes, if one is wanted.
    func timeline() throws -> TimelineFile? {
        guard let path = values[.timeline] else { return nil }
        if isDryRun { throw Failure(.badInput, "--timeline needs a real run, and --dry-run makes none") }
        return try TimelineFile(path)
    }

    /// The settings among the flags, each checked.
    func settings() throws -> [Setting: String] {
        var settings: [Setting: String] = [:]
        for (flag, value) in values {
            guard let setting = flag.settingName.flatMap(Setting.init) else { continue }
            try setting.check(value, from: flag.long)
            settings[setting] = value
        }
        return settings
    }

    private func number(_ text: String, _ flag: Flag, in range: ClosedRange<Int>) throws -> Int {
        guard text.utf8.allSatisfy({ 48...57 ~= $0 }), let number = Int(text), range.contains(number) else {
            throw Failure(
                .badInput,
                "\(flag.long): \(Shell.quoted(text)) is not a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard digits.count <= 6, let number = Int(digits) else { return nil }
        switch text.dropFirst(digits.count) {
        case "", "s": return .seconds(number)
        case "m": return .seconds(number * 60)
        case "h": return .seconds(number * 3600)
        default: return nil
        }
    }
}
