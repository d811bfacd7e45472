/// A host from its taking to its leaving.
extension BaremetalProvider {
    /// How long a daemon that is told to end may take for it in good order.
    private static let farewell: Duration = .seconds(10)

    /// Takes the host for the member, puts LXD on it where there is none, and waits for the daemon.
    public func create(_ machine: MachineSpecification, of record: ClusterRecord) async throws {
        try await checkThatItIsFree(for: machine.member, record)
        try await claim(machine.member, for: record)
        try await bringUp(machine.member, record, limit: machine.limit)
        try await settle(machine.member, of: record, limit: machine.limit)
    }

    /// Throws `Failure.conflict` where the host is another member, or has an LXD that holds what emptying it would lose.
    func checkThatItIsFree(for member: MemberName, _ record: ClusterRecord) async throws {
        let notes = try await BaremetalNotes(on: root)
        if notes.isOwned(by: member, of: record) { return }
        guard notes.owner.isEmpty else { throw taken(notes, record) }
        if record.settings.storage == .zfs { try await checkForZFS() }
        guard let package = try await LXDPackage.installed(root) else { return }
        try await vacancy(package).check()
    }

    private func checkForZFS() async throws {
        guard try await !root.run(Command("which", ["zpool"], assumed: "/sbin/zpool")).output.isEmpty else {
            throw Failure(
                .missing, "a pool of zfs needs zpool on \(place)",
                remedy: "install zfsutils-linux there, or leave --storage zfs out")
        }
    }

    private func claim(_ member: MemberName, for record: ClusterRecord) async throws {
        let text = BaremetalNotes.text(member, of: record)
        let subject = Subject.machine(member.text)
        await door.forget()
        if try await RootFiles(root).leaveNote(BaremetalNotes.owner, saying: text, touches: [subject]) { return }
        let notes = try await BaremetalNotes(on: root)
        guard notes.isOwned(by: member, of: record) else { throw taken(notes, record) }
    }

    /// The failure of a host that is another member.
    private func taken(_ notes: BaremetalNotes, _ record: ClusterRecord) -> Failure {
        let isOurs = notes.cluster == record.identifier
        return Failure(
            .conflict, "\(place) is \(notes.member) of \(isOurs ? "this" : "another") cluster already",
            remedy: isOurs ? "take another host" : "take another host, or destroy that cluster first")
    }

    /// Ends an installation that was cut off, and starts the daemon; what is there and runs is left alone.
    func bringUp(_ member: MemberName, _ record: ClusterRecord, limit: Duration) async throws {
        try await checkThatItIs(member, of: record)
        let package = try await installation(member).complete(channel: record.settings.channel, limit: limit)
        await door.forget()
        try await Systemd(root).start(package.units, touches: [.machine(member.text)])
    }

    /// Throws `Failure.taken` where the host is not the member, so that nothing of it is anybody's to change.
    func checkThatItIs(_ member: MemberName, of record: ClusterRecord) async throws {
        if StepScope.isReview { return }
        let notes = try await BaremetalNotes(on: root)
        if notes.isOwned(by: member, of: record) { return }
        if notes.member == member.text { throw Failure.belongsToAnotherCluster(member) }
        throw Failure(.taken, "\(place) is not \(member)", remedy: "bcmcluster status -c \(record.name)")
    }

    /// Starts the daemon on a host that is the member; one that runs is fine.
    public func start(_ member: MemberName, of record: ClusterRecord, limit: Duration) async throws {
        try await bringUp(member, record, limit: limit)
    }

    /// Stops the daemon, and ends whatever is left of it; the host goes on.
    public func stop(_ member: MemberName, of record: ClusterRecord, limit: Duration) async throws {
        try await checkThatItIs(member, of: record)
        guard let package = try await LXDPackage.installed(root) else { return }
        try await clearance(package, member).end(grace: Self.farewell)
    }

    /// Leaves the host as it was: an LXD that was there holds nothing any more; one that was installed for a cluster goes
    /// where that is asked for, or where it was never whole.
    public func remove(_ member: MemberName, of record: ClusterRecord) async throws {
        let notes = try await BaremetalNotes(on: root)
        guard notes.isOwned(by: member, of: record) else { return }
        await door.forget()
        let goes = !notes.installation.isEmpty && (purges || !notes.isWhole)
        if let package = try await LXDPackage.installed(root) {
            try await vacancy(package).checkBeforeRemoval(of: member, in: record, certificates(record))
            try await clearance(package, member).end(grace: .zero)
            try await clearance(package, member).empty(record.settings.storage)
            if !goes { try await wake(package, member) }
        }
        if goes { try await installation(member).undo(notes, limit: .seconds(900)) }
        try await removeNotes(member)
    }

    private func wake(_ package: LXDPackage, _ member: MemberName) async throws {
        let subject = Subject.machine(member.text)
        try await Systemd(root).start(package.units, touches: [subject])
        let client = vacancy(package).client
        _ = try await time.wait(
            for: "\(engine.title) on \(place), emptied", limit: .seconds(120), every: pollInterval,
            remedy: "read \(package.log) on \(place)"
        ) {
            do {
                return try await client.server(.awaits).environment.isClustered && !StepScope.isReview ? nil : true
            } catch let failure as Failure where failure.code == .commandFailed {
                return nil
            }
        }
    }

    /// The owner's note goes last: as long as anything is left, it says whose it is.
    private func removeNotes(_ member: MemberName) async throws {
        try await RootFiles(root).remove([BaremetalNotes.owner], touches: [.machine(member.text)])
        try await RootFiles(root).removeEmptyFolders([BaremetalNotes.folder])
        try await RootFiles(root).removeEmptyFolders([NamespaceLayout.root])
    }

    private func vacancy(_ package: LXDPackage) -> Vacancy {
        Vacancy(root: root, engine: engine, place: place, package: package, time: time)
    }

    private func clearance(_ package: LXDPackage, _ member: MemberName) -> BaremetalClearance {
        BaremetalClearance(root: root, time: time, package: package, subject: .machine(member.text))
    }
}
