/// Gives a member's daemon its first configuration, and gets over what a former try has left behind.
///
/// A daemon continues with a configuration whose client was killed, and one that failed half-way refuses the next try
/// (facts: "Preseed", "Debris"). So a refusal is first taken for a try that is still under way; then whatever the cluster
/// remembers of the member is cleared, and the try is made again on a fresh machine; but only with proof that nothing is
/// lost by that.
struct Initialization {
    /// How long a try that is still under way gets to end.
    static let timeout: Duration = .seconds(15)

    let context: PlanContext
    let member: MemberName
    /// What the command makes worthless of what was known before.
    let touches: Set<Subject>
    /// Renders the preseed, again for each try.
    let preseed: () async throws -> String
    /// The member of the cluster that remembers former tries; `nil` where the cluster is still to be made.
    let respondingMember: MemberName?
    /// Clears what the cluster remembers of the member.
    let clear: () async throws -> Void

    /// Initializes the member's daemon, twice at most; the second time while no other member joins.
    func run() async throws {
        do {
            try await context.joinTurns.together { try await initialize() }
        } catch let failure as Failure where isCollision(failure) {
            try await context.joinTurns.alone {
                try await repeatOnFreshMachine(
                    "\(member) could not join at the same time as others; it was recreated, and joined alone")
            }
        } catch let failure as Failure where Self.isLeftoverError(failure) {
            // A cluster that refuses trust knows the member, whose daemon has lost its folder since: there is no try to wait for.
            let isRefused = [.trustRefused, .certificateNameTaken].contains(failure.engineError)
            if !isRefused, try await hasJoinedMeanwhile() { return }
            try await context.joinTurns.alone {
                if failure.engineError == .certificateNameTaken { return try await initializeUnderFreedName() }
                try await repeatOnFreshMachine(
                    "an interrupted initialization had left \(member) unfinished and empty; it was recreated")
            }
        }
    }

    /// Tries again once the cluster has forgotten who had the member's name before: the machine is new.
    private func initializeUnderFreedName() async throws {
        try await RecreationCheck(context: context, name: member, respondingMember: respondingMember).check()
        try await clear()
        do { try await initialize() } catch let failure as Failure where failure.engineError == .certificateNameTaken {
            throw Failure(
                .conflict, "\(member) cannot join: the cluster trusts another certificate under that name",
                command: failure.command, output: failure.output,
                hint: "see \(ClusterClient.line("config trust list")), and remove that of a client with "
                    + "\(context.engine.client) config trust remove")
        }
    }

    private func repeatOnFreshMachine(_ remark: String) async throws {
        try await RecreationCheck(context: context, name: member, respondingMember: respondingMember).check()
        context.remarks.add(remark)
        try await recreateEmptyMachine()
        try await initialize()
    }

    /// Whether the failure tells of other joins at the same time; where members join one after the other it does not.
    private func isCollision(_ failure: Failure) -> Bool {
        respondingMember != nil && context.joinTurns.atOnce > 1
            && failure.engineError.map(EngineError.ofJoinsAtOnce.contains) ?? false
    }

    private func initialize() async throws {
        let text = try await preseed()
        ClusterSecrets.conceal(yaml: text, in: context.redactor)
        try context.files.makeFolder(context.folder.files(member, context.engine), mode: ClusterFolder.folderMode)
        try context.files.write(text, to: context.folder.preseed(member, context.engine), mode: ClusterFolder.fileMode)
        try await LXD(context.provider.runner(in: member), engine: context.engine)
            .initialize(preseed: text, touches: touches, limit: context.limits.initialize)
    }

    /// Whether the refusal tells of an earlier try rather than of a preseed that makes no sense.
    static func isLeftoverError(_ failure: Failure) -> Bool {
        failure.code == .timedOut || failure.engineError.map(EngineError.ofEarlierTry.contains) ?? false
    }

    private func hasJoinedMeanwhile() async throws -> Bool {
        let client = context.client(in: member)
        let first = context.client(in: await context.store.state.first)
        do {
            return try await context.time.wait(
                for: "\(member) to end what it is doing", limit: Self.timeout,
                every: context.provider.traits.pollInterval
            ) {
                guard try await client.server().environment.isClustered else { return nil }
                return try await first.members().contains { $0.name == member.text && $0.isOnline } ? true : nil
            }
        } catch let failure as Failure where failure.code == .timedOut || failure.code == .commandFailed {
            return false
        }
    }

    private func recreateEmptyMachine() async throws {
        try await clear()
        try await RecreateMachine(name: member).run(context)
    }
}
