/// Whose input and outputs a command of the user's gets.
package enum ExecMode: Sendable {
    /// A terminal's, with a user at both ends.
    case terminal
    /// Ours, whatever they are.
    case passed
}

/// What became of a command in one place, such as a member or an instance.
package struct PlaceResult: Sendable {
    package var place: String
    /// How it ended, and what it printed; a failure where it could not be run.
    package var result: Result<CommandResult, Failure>
}

/// Runs a command of the user's in members: `bcmcluster exec`.
package struct ExecInMembers: Operation {
    package enum Report: Sendable {
        /// In one place, whose input and outputs were ours: its exit status.
        case passed(Int32)
        /// In each place, in their order.
        case ran([PlaceResult])
        /// A dry run.
        case reviewed(ChangeReport)
    }

    private let cluster: ClusterName
    private let members: [String]
    private let words: [String]
    private let mode: ExecMode?
    private let limit: Duration?
    private let tell: @Sendable (PlaceResult) -> Void

    /// In the members of those names, or in all of them.
    ///
    /// The mode says whose input and outputs it gets in one member; `nil` keeps what it prints. Without a limit it may take
    /// a week where it is passed ours, else a quarter of an hour. `tell` hears of each member as soon as it has ended.
    package init(
        _ words: [String], in members: [String], of cluster: ClusterName, mode: ExecMode?, limit: Duration? = nil,
        tell: @escaping @Sendable (PlaceResult) -> Void = { _ in }
    ) {
        self.cluster = cluster
        self.members = members
        self.words = words
        self.mode = mode
        self.limit = limit
        self.tell = tell
    }

    package func run(in app: AppContext) async throws -> Report {
        let state = try app.existing(cluster)
        let named = try state.members(named: members)
        let places = named.isEmpty ? state.members.map(\.name).sorted() : named
        var command = Command.ofUser(words, limit: limit ?? Limits().machine)
        let provider = try await app.usableProvider(for: state)
        if app.recorder != nil {
            var plan = ClusterPlan()
            for member in places { plan.add(RunInMember(member: member, command: command)) }
            let context = app.context(state, provider: provider)
            return .reviewed(
                try await app.change(
                    ChangeRequest(cluster: cluster, command: "exec", options: OperationOptions())
                ) { [plan] _ in .change(PlannedChange(plan: plan, context: context)) })
        }
        if places.count == 1, let mode {
            command.limit = limit ?? UserSession.limit
            return .passed(try await provider.interactiveRunner(in: places[0]).run(command.passing(mode)).shellStatus)
        }
        return .ran(
            try await PlaceResult.all(in: places, named: \.text, telling: tell) { [command] member in
                try await provider.runner(in: member).run(command)
            })
    }

    /// A user's command as a step, for the dry run.
    private struct RunInMember: Step {
        let title = "run the command"
        let member: MemberName?
        let command: Command

        func isDone(_ context: PlanContext) async throws -> Bool { false }
        func run(_ context: PlanContext) async throws {
            guard let member else { return }
            _ = try await context.provider.runner(in: member).run(command)
        }
    }
}

/// Runs a command of the user's in a unit's instances: `bcmcluster unit exec`.
package struct ExecInUnit: Operation {
    private let cluster: ClusterName
    private let unit: UnitReference
    private let words: [String]
    private let mode: ExecMode
    private let limit: Duration?

    /// The limit is that of the command; `nil` is a week in one instance, and else a quarter of an hour.
    package init(
        _ words: [String], in unit: UnitReference, on cluster: ClusterName, mode: ExecMode, limit: Duration? = nil
    ) {
        self.cluster = cluster
        self.unit = unit
        self.words = words
        self.mode = mode
        self.limit = limit
    }

    package func run(in app: AppContext) async throws -> ExecInMembers.Report {
        let found = try await app.workloads(of: cluster)
        let instances = try unit.instances(in: found.workloads)
        @Sendable func command(in instance: ClusterInstance, _ usual: Duration) throws -> (Command, MemberName) {
            let place = try found.place(of: instance)
            var command = found.context.client(in: place).inside(instance.name, words)
            command.limit = limit ?? usual
            return (command, place)
        }
        if instances.count == 1 {
            let (command, place) = try command(in: instances[0], UserSession.limit)
            let runner = found.context.provider.interactiveRunner(in: place)
            return .passed(try await runner.run(command.passing(mode)).shellStatus)
        }
        return .ran(
            try await PlaceResult.all(in: instances, named: \.name) { instance in
                let (command, place) = try command(in: instance, Limits().machine)
                return try await found.context.provider.runner(in: place).run(command)
            })
    }
}

/// Opens a shell in a member's machine: `bcmcluster shell`.
package struct OpenShell: Operation {
    private let cluster: ClusterName
    private let member: String?

    /// A shell in that member; `nil` is the first.
    package init(in member: String? = nil, of cluster: ClusterName) {
        self.cluster = cluster
        self.member = member
    }

    /// Its exit status.
    package func run(in app: AppContext) async throws -> Int32 {
        let state = try app.existing(cluster)
        let named = try state.members(named: member.map { [$0] } ?? []).first
        guard let member = named ?? state.members.map(\.name).min() else {
            throw Failure(.badInput, "\(cluster) has no members")
        }
        let provider = try await app.usableProvider(for: state)
        var shell = Command.ofUser(UserSession.shell, limit: UserSession.limit)
        shell.output = .terminal
        return try await app.observer.whileHandingOver { [shell] in
            try await provider.interactiveRunner(in: member).run(shell).shellStatus
        }
    }
}

/// Opens an instance's console: `bcmcluster unit console`.
package struct OpenConsole: Operation {
    private let cluster: ClusterName
    private let unit: UnitReference

    package init(of unit: UnitReference, on cluster: ClusterName) {
        self.cluster = cluster
        self.unit = unit
    }

    /// Its exit status.
    package func run(in app: AppContext) async throws -> Int32 {
        let found = try await app.workloads(of: cluster)
        let instance = try unit.instance(in: found.workloads)
        let place = try found.place(of: instance)
        var command = found.context.client(in: place).console(of: instance.name)
        command.limit = UserSession.limit
        app.say("console of \(instance.name): press Ctrl-A, then Q, to detach")
        return try await app.observer.whileHandingOver { [command] in
            try await found.context.provider.runner(in: place).run(command).shellStatus
        }
    }
}

/// What a user stays in for as long as it takes.
enum UserSession {
    /// A login shell, since in a VM only that one finds the programs of snaps.
    static let shell = ["sh", "-c", "command -v bash >/dev/null && exec bash -l; exec sh -l"]
    /// How long it may stay open.
    static let limit: Duration = .seconds(7 * 86_400)
}

extension Command {
    /// A command of the user's own, in the user's language and with the user's proxies.
    static func ofUser(_ words: [String], limit: Duration) -> Command {
        var command = Command(words[0], Array(words.dropFirst()), limit: limit, effect: .changes).with(.all)
        command.isUsers = true
        return command
    }

    /// The same command with those input and outputs, and no cap on what it prints.
    func passing(_ mode: ExecMode) -> Command {
        var command = self
        command.output = mode == .terminal ? .terminal : .passed
        return command
    }
}

extension PlaceResult {
    /// How many work at a time.
    private static let atOnce = 64

    /// Runs it in all places at once; tells of each as soon as it has ended, and returns them in the order of the places.
    static func all<Place: Sendable>(
        in places: [Place], named name: @escaping @Sendable (Place) -> String,
        telling tell: (PlaceResult) -> Void = { _ in },
        _ run: @escaping @Sendable (Place) async throws -> CommandResult
    ) async throws -> [PlaceResult] {
        try await withThrowingTaskGroup(of: (Int, PlaceResult).self) { group in
            var waiting = places.indices
            func begin() {
                guard let index = waiting.popFirst() else { return }
                group.addTask {
                    let place = name(places[index])
                    do {
                        return (index, PlaceResult(place: place, result: .success(try await run(places[index]))))
                    } catch {
                        let failure = Failure(error)
                        if failure.code == .interrupted { throw failure }
                        return (index, PlaceResult(place: place, result: .failure(failure)))
                    }
                }
            }
            for _ in 0..<atOnce { begin() }
            var outcomes: [Int: PlaceResult] = [:]
            while let (index, outcome) = try await group.next() {
                outcomes[index] = outcome
                tell(outcome)
                begin()
            }
            return places.indices.compactMap { outcomes[$0] }
        }
    }
}

extension CommandResult {
    /// The status as a shell tells it: a signal is 128 and its number.
    package var shellStatus: Int32 {
        switch ending {
        case .exited(let status): status
        case .signalled(let signal): 128 + signal
        }
    }
}
