/// Makes an instance of a unit on a member and starts it; what could not be started is removed again.
struct CreateInstance: Step {
    let title: String
    let name: String
    let unit: UnitName
    let place: MemberName
    let form: InstanceForm
    let image: ImageFingerprintProvider

    init(
        _ name: String, of unit: UnitName, on place: MemberName, _ form: InstanceForm,
        from image: ImageFingerprintProvider
    ) {
        title = "create \(name)"
        self.name = name
        self.unit = unit
        self.place = place
        self.form = form
        self.image = image
    }

    var member: MemberName? { place }
    var lane: Lane? { .machines }
    var log: MachineLog.Topic? { .daemon }

    /// An image may have to come from another member first.
    var expectedDuration: Duration? { .seconds(120) }

    /// The plan has just looked: it has no step for what is there.
    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        // The member itself is asked, so that no other has to be there.
        let client = context.client(in: place)
        // LXD continues making it for a run that was killed.
        try await context.retryingWhileBusy(name, limit: context.limits.machine) { try await make(client, context) }
    }

    private func make(_ client: LXC, _ context: PlanContext) async throws {
        do {
            try await launch(client, context)
        } catch let failure as Failure where failure.engineError == .nameTaken {
            // What a run that was killed had asked for may have come since.
            if try await awaitRelease(client, context.time) { return try await launch(client, context) }
            guard try await client.instance(name)?.unit == unit.text else { throw failure }
        }
    }

    /// Makes and starts it; removes again what was made and could not be started.
    private func launch(_ client: LXC, _ context: PlanContext) async throws {
        // What has it was made here and now, so that it may be removed again without a look at what is on it.
        let identifier = await StepScope.outcome(assuming: "<\(name) identifier>") { context.random.uuid() }
        do {
            try await create(client, identifier, limit: context.limits.machine)
        } catch let failure as Failure where failure.reports(EngineError.nameTaken, .busy, .doneByAnother) {
            throw failure
        } catch {
            // The instance's own log says why it did not start, and goes with it.
            var failure = Failure(error)
            if failure.code == .commandFailed, let log = try? await client.startLog(of: name), !log.isEmpty {
                let shown = try form.creation(identifier).shownInput().removed(from: log)
                failure.output = [failure.output ?? "", shown].joined(separator: "\n")
            }
            // A task of its own, which is not cancelled with this one.
            let wasAnswered = failure.code == .commandFailed
            await Task { try? await discard(client, context.time, identifier, isLate: !wasAnswered) }.value
            throw failure
        }
    }

    /// Makes and starts it, by one call where nothing has to be done in between.
    private func create(_ client: LXC, _ identifier: String, limit: Duration) async throws {
        func make(_ form: InstanceForm, starts: Bool) async throws {
            try await client.launch(
                name, from: image.fingerprint, isVM: form.isVM, on: place.text, form.creation(identifier),
                starts: starts, limit: limit)
        }
        switch image.kind {
        case .system: try await make(form, starts: true)
        case .unpacked(let process):
            // Another instance of the image may be on another network.
            guard let resolver = form.resolver else { return try await make(form.running(process), starts: true) }
            try await make(form.running(process), starts: false)
            try await client.write(resolver, to: InstanceForm.resolverPath, of: name)
            try await client.start(name)
        case .pulled:
            try await make(form.withoutVariables, starts: false)
            try await client.edit(name, isNew: true) { properties in
                try InstanceForm.noteVariables(of: &properties)
                form.apply(to: &properties)
            }
            try await client.start(name)
        }
    }

    /// How long an instance whose client was ended may take to appear: LXD carries a request out that it has got, and on a
    /// busy host needs a while for what comes before the instance's entry in the database.
    private static let appearance: Duration = .seconds(2)

    /// Removes what was made and never ran, also where it appears only now: `isLate` is for a client that got no answer.
    private func discard(_ client: LXC, _ time: any TimeSource, _ identifier: String, isLate: Bool) async throws {
        let end = time.elapsed + (isLate ? Self.appearance : .zero)
        while try await !awaitRelease(client, time, identifier), time.elapsed < end {
            try await time.sleep(.milliseconds(300))
        }
    }

    /// Removes what was made and never ran, by this very attempt where it has that identifier, and answers whether there was
    /// any; LXD continues making it for a while.
    private func awaitRelease(_ client: LXC, _ time: any TimeSource, _ identifier: String? = nil) async throws -> Bool {
        try await time.wait(
            for: "\(Engine.current.title) to release \(name)", limit: .seconds(30), every: .milliseconds(300)
        ) {
            do {
                guard let there = try await client.instanceEvenIfCancelled(name), !there.isRunning,
                    there.config?[UnitMark.unit] == unit.text
                else { return false }
                let isOwn = identifier != nil && there.config?[UnitMark.engineIdentifier] == identifier
                if !isOwn, !there.isUnfinished {
                    guard there.isPerhapsBeingMade else { return false }
                    return try await client.isBusy(there) ? nil : false
                }
                try await client.remove(name, evenIfCancelled: true)
                return true
            } catch is Failure {
                return nil
            }
        }
    }
}
