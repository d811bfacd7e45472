/// Gives the person's `lxc` a remote for the cluster, pins the certificate that came through the provider, and makes the
/// remote the default.
struct AddRemote: Step {
    let title = "add the lxc remote"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        guard let remote = await context.store.record.remote, remote.wasMadeDefault else { return false }
        do {
            return try await context.remotes.all()[name.text] != nil && isPinned(context)
        } catch let failure as Failure where failure.code == .missing {
            return false
        }
    }

    func run(_ context: PlanContext) async throws {
        try await context.whileAloneWithClient { try await addRemote(context) }
    }

    private func addRemote(_ context: PlanContext) async throws {
        // Another member may have had the first one's place when the remote was added.
        try await MoveRemote(name: name).moveRemote(context)
        let remotes = context.remotes
        let present: [String: LXCRemotes.Remote]
        do {
            present = try await remotes.all()
        } catch let failure as Failure where failure.code == .missing {
            context.remarks.add(
                "there is no \(context.engine.client) on this machine, so it has no remote \(name) yet: "
                    + "install lxd-client (Debian) or the lxd snap (Ubuntu), then run the same command again")
            return
        }
        if present[name.text] == nil, let place = try await placeOutOfReach(context) {
            return sayThatNobodyGetsTo(place, context)
        }
        let wasTried = await context.store.record.remote?.certificate != nil
        var isThere = present[name.text] != nil
        if isThere {
            guard try await isOurs(context) else { throw Self.taken(name) }
            if try !isPinned(context) {
                try await removeStale(remotes, present, context)
                isThere = false
            }
        } else {
            try await context.store.update { $0.remote = ClusterRecord.Remote(name: name.text) }
        }
        if !isThere {
            // The token of a former try may have been seen, and would still be good.
            if wasTried {
                try? await context.client(in: name).revokeTrustToken(of: client)
            }
            let own = try context.files.read(context.folder.certificate(name))
            try await context.store.update { $0.remote?.certificate = own }
            try await add(remotes, present, context)
        }
        try await makeDefault(remotes, present, context)
    }

    /// Makes the remote the default, once: from then on it is the person's to choose another.
    private func makeDefault(
        _ remotes: LXCRemotes, _ present: [String: LXCRemotes.Remote], _ context: PlanContext
    ) async throws {
        if await context.store.record.remote?.wasMadeDefault == true { return }
        let previous = try await remotes.defaultRemote(among: present.merging([name.text: .init()]) { one, _ in one })
        if previous != name.text {
            let former = [previous] + formerDefaults(ofCluster: previous, context)
            try await context.store.update { $0.remote?.formerDefaults = former }
        }
        try await remotes.makeDefault(name.text)
        try await context.store.update { $0.remote?.wasMadeDefault = true }
    }

    /// What was the default before another of the person's clusters, which may be gone when this one goes.
    private func formerDefaults(ofCluster remote: String, _ context: PlanContext) -> [String] {
        guard let other = try? MemberName(coded: remote).cluster else { return [] }
        let folder = ClusterFolder(runtime: context.folder.runtime, cluster: other)
        let record = try? RecordStore.read(folder, context.files)
        return record?.remote.map { $0.name == remote ? $0.formerDefaults : [] } ?? []
    }

    private func add(
        _ remotes: LXCRemotes, _ present: [String: LXCRemotes.Remote], _ context: PlanContext
    ) async throws {
        let server = context.client(in: name)
        switch try await server.server().trust {
        case .tokens:
            let made = try await server.trustToken(for: client)
            context.redactor.conceal(made, as: "<trust token>")
            // It names the members' own addresses, which are not those for clients elsewhere.
            let token = try await TrustToken.readdressed(
                made, to: context.provider.clientAddress(of: name, in: context.store.record))
            context.redactor.conceal(token, as: "<trust token>")
            do {
                try await add(remotes, by: token, server)
            } catch let failure as Failure where failure.output?.contains("already trusted") ?? false {
                // The remote was removed while the cluster stayed: the pinned certificate is all that it needs.
                try pin(context)
                try await remotes.add(name.text, address: context.url(of: name), password: nil)
            }
        case .password:
            try pin(context)
            try await remotes.add(
                name.text, address: context.url(of: name),
                password: await Preseed(context: context, member: name).password(context.endpoint(name).secret))
        }
        if try !isPinned(context) && !StepScope.isReview { try await fetchAgain(context) }
        guard try isPinned(context) || StepScope.isReview else {
            try await removeStale(remotes, present.merging([name.text: .init()]) { one, _ in one }, context)
            throw Failure(
                .conflict,
                "the certificate that \(context.engine.client) pinned for \(name) is not the cluster's: somebody may be in the middle",
                remedy: "compare it with \(context.folder.certificate(name)); the remote was removed again")
        }
    }

    /// A daemon whose bootstrap goes on after a kill says that it is clustered before it has the cluster's certificate.
    private func fetchAgain(_ context: PlanContext) async throws {
        try await FetchCertificate(name: name).run(context)
        let own = try context.files.read(context.folder.certificate(name))
        try await context.store.update { $0.remote?.certificate = own }
    }

    /// The name under which LXD keeps the token.
    private var client: String { "bcmcluster-\(name)" }

    /// A token that stood on a command line and was not used is worth nothing afterwards, also where a signal came.
    private func add(_ remotes: LXCRemotes, by token: String, _ server: LXC) async throws {
        do {
            try await remotes.add(name.text, token: token)
        } catch {
            try? await server.revokeTrustToken(of: client)
            throw error
        }
    }

    /// Removes a remote that trusts another certificate; where it is the default, its successor will be too.
    private func removeStale(
        _ remotes: LXCRemotes, _ present: [String: LXCRemotes.Remote], _ context: PlanContext
    ) async throws {
        if let remote = await context.store.record.remote,
            try await remotes.defaultRemote(among: present) == name.text
        {
            try await context.store.update { $0.remote?.wasMadeDefault = false }
            try await remotes.makeDefault(asBefore: remote)
        }
        try await remotes.remove(name.text)
    }

    /// The failure of a name that a person's own remote has.
    static func taken(_ name: MemberName) -> Failure {
        Failure(
            .conflict, "your lxc has a remote called \(name) already, which is not this cluster's",
            remedy: "lxc remote rename \(name) another-name, then run the same command again")
    }

    /// Whether the remote that is there is one that this cluster added.
    private func isOurs(_ context: PlanContext) async throws -> Bool {
        guard let remote = await context.store.record.remote, remote.name == name.text else { return false }
        return try remote.isOurs(as: name.text, context)
    }

    private func isPinned(_ context: PlanContext) throws -> Bool {
        try RemoteTrust(context: context, name: name).isPinned()
    }

    /// The client takes a certificate that is in place for trusted, and asks for nothing but the password.
    private func pin(_ context: PlanContext) throws {
        guard let own = try context.files.read(context.folder.certificate(name)) else { return }
        let folder = context.clientConfiguration.certificates
        let path = "\(folder)/\(name).crt"
        try context.files.makeFolder(folder, mode: ClientConfiguration.folderMode)
        if !StepScope.isReview { try context.files.removeTemporaryFiles(in: folder, for: path) }
        try context.files.write(own, to: path, mode: 0o600)
    }
}
