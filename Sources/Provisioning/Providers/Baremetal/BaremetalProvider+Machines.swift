/// A host from its taking to its leaving.
extension BaremetalProvider {
    /// How long a daemon that is told to end may take for it gracefully.
    private static let shutdownGrace: Duration = .seconds(10)

    /// Takes the host for the member, puts the engine on it where there is none, and waits for the daemon.
    package func create(_ machine: MachineSpecification, of state: ClusterState) async throws {
        try await checkUnoccupied(for: machine.member, state)
        try await claim(machine.member, for: state)
        if let copy = copy(state) {
            try await RootFiles(root).write(
                copy.text, to: BaremetalNotes.copy, mode: "0600", touches: [.machine(machine.member.text)])
        }
        try await bringUp(machine.member, state, limit: machine.limit)
        try await settle(machine.member, of: state, limit: machine.limit)
    }

    /// Throws `Failure.conflict` where the host is another member, has an engine that holds what emptying it would lose, or
    /// where something else listens at the member's address.
    func checkUnoccupied(for member: MemberName, _ state: ClusterState) async throws {
        let notes = try await BaremetalNotes(on: root)
        if notes.isOwned(by: member, of: state) { return }
        guard notes.owner.isEmpty else { throw taken(notes, state) }
        if state.settings.storage == .zfs { try await checkForZFS() }
        let package = try await engine.installedPackage(root)
        if let package { try await occupancyCheck(package).check() }
        guard let address = state.spread?.first(where: { $0.host == host })?.address else { return }
        try await checkPort(at: address, package)
    }

    /// The engine's own daemon may listen there: an empty one is taken as it is.
    private func checkPort(at address: IPv4, _ package: EnginePackage?) async throws {
        let listeners = try await ListeningSockets(root).listeners(at: address, port: engine.port)
        guard let other = listeners.first(where: { $0.process != package?.process }) else { return }
        let owner = Engine.all.first { $0.packages.contains { $0.process == other.process } }
        let hint =
            owner.map { "let \($0.title) there listen elsewhere, \($0.client) config set core.https_address :PORT" }
            ?? "stop it there"
        throw Failure(
            .conflict,
            "port \(engine.port) of \(address) on \(place) is in use by \(other.process ?? "another program")",
            hint: "\(hint); or use another host")
    }

    private func checkForZFS() async throws {
        guard try await Which(root).missing(of: ["zpool"]).isEmpty else {
            throw Failure(
                .missing, "a pool of zfs needs zpool on \(place)",
                hint: "install zfsutils-linux there, or leave --storage zfs out")
        }
    }

    private func claim(_ member: MemberName, for state: ClusterState) async throws {
        let text = BaremetalNotes.text(member, of: state)
        let subject = Subject.machine(member.text)
        await portForward.forget()
        if try await RootFiles(root).leaveNote(BaremetalNotes.owner, saying: text, touches: [subject]) { return }
        let notes = try await BaremetalNotes(on: root)
        guard notes.isOwned(by: member, of: state) else { throw taken(notes, state) }
    }

    /// The failure of a host that is another member.
    private func taken(_ notes: BaremetalNotes, _ state: ClusterState) -> Failure {
        let isOurs = notes.cluster == state.identifier
        return Failure(
            .conflict, "\(place) is \(notes.member) of \(isOurs ? "this" : "another") cluster already",
            hint: isOurs ? "use another host" : "use another host, or destroy that cluster first")
    }

    /// Ends an installation that was cut off, and starts the daemon; what is there and runs is left alone.
    func bringUp(_ member: MemberName, _ state: ClusterState, limit: Duration) async throws {
        try await checkIdentity(member, of: state)
        let package = try await installation(member).complete(channel: state.settings.channel, limit: limit)
        await portForward.forget()
        try await Systemd(root).start(package.units, touches: [.machine(member.text)])
    }

    /// Throws `Failure.taken` where the host is not the member, so that nothing of it is anybody's to change.
    func checkIdentity(_ member: MemberName, of state: ClusterState) async throws {
        let notes = try await BaremetalNotes(on: root)
        if await StepScope.outcome(assuming: true, { notes.isOwned(by: member, of: state) }) { return }
        if notes.member == member.text { throw Failure.belongsToAnotherCluster(member) }
        throw Failure(.taken, "\(place) is not \(member)", hint: "bcmcluster status -c \(state.name)")
    }

    /// Starts the daemon on a host that is the member; one that runs is fine.
    package func start(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        try await bringUp(member, state, limit: limit)
    }

    /// Stops the daemon, and ends whatever is left of it; the host continues.
    package func stop(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        try await checkIdentity(member, of: state)
        guard let package = try await engine.installedPackage(root) else { return }
        try await teardown(package, member).end(grace: Self.shutdownGrace)
    }

    /// Leaves the host as it was: an engine that was there holds nothing any more; one that was installed for a cluster goes
    /// where that is asked for, or where it was never whole.
    package func remove(_ member: MemberName, of state: ClusterState) async throws {
        let notes = try await BaremetalNotes(on: root)
        guard notes.isOwned(by: member, of: state) else { return }
        await portForward.forget()
        let goes = !notes.installation.isEmpty && (purges || !notes.isComplete)
        if let package = try await engine.installedPackage(root) {
            try await occupancyCheck(package).checkBeforeRemoval(of: member, in: state, certificates(state))
            try await teardown(package, member).end(grace: .zero)
            try await teardown(package, member).empty(state.settings.storage)
            if !goes { try await wake(package, member) }
        }
        try await MemberLinks(root, cluster: state.identifier, touches: [.machine(member.text)]).removeAll()
        if goes { try await installation(member).undo(notes, limit: .seconds(900)) }
        try await removeNotes(member, of: state)
    }

    private func wake(_ package: EnginePackage, _ member: MemberName) async throws {
        let subject = Subject.machine(member.text)
        try await Systemd(root).start(package.units, touches: [subject])
        let client = occupancyCheck(package).client
        _ = try await time.wait(
            for: "\(engine.title) on \(place), emptied", limit: .seconds(120), every: traits.pollInterval,
            hint: "read \(package.log) on \(place)", assuming: true
        ) {
            do {
                return try await client.server(.awaits).environment.isClustered ? nil : true
            } catch let failure as Failure where failure.code == .commandFailed {
                return nil
            }
        }
    }

    /// The owner's note goes last: as long as anything is left, it says whose it is.
    private func removeNotes(_ member: MemberName, of state: ClusterState) async throws {
        let copies = copy(state).map { _ in [BaremetalNotes.copy] } ?? []
        try await RootFiles(root).remove(copies + [BaremetalNotes.owner], touches: [.machine(member.text)])
        try await RootFiles(root).removeEmptyFolders([BaremetalNotes.folder])
        try await RootFiles(root).removeEmptyFolders([NamespaceLayout.root])
    }

    private func occupancyCheck(_ package: EnginePackage) -> OccupancyCheck {
        OccupancyCheck(root: root, engine: engine, place: place, package: package, time: time)
    }

    private func teardown(_ package: EnginePackage, _ member: MemberName) -> BaremetalTeardown {
        BaremetalTeardown(root: root, engine: engine, time: time, package: package, subject: .machine(member.text))
    }
}
