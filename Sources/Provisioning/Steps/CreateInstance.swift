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
        let form = image.process.map(form.running) ?? form
        do {
            try await client.launch(
                name, from: image.fingerprint, isVM: form.isVM, on: place.text, form.creation,
                limit: context.limits.machine)
            try await client.settle(
                name, without: UnitMark.unfinished,
                identifier: (from: UnitMark.engineIdentifier, to: UnitMark.identifier))
        } catch let failure as Failure where failure.reports(EngineError.nameTaken, .busy, .doneByAnother) {
            throw failure
        } catch {
            // The instance's own log says why it did not start, and goes with it.
            var failure = Failure(error)
            if failure.code == .commandFailed, let log = try? await client.startLog(of: name), !log.isEmpty {
                let shown = try form.creation.shownInput().removed(from: log)
                failure.output = [failure.output ?? "", shown].joined(separator: "\n")
            }
            // A task of its own, which is not cancelled with this one.
            let wasAnswered = failure.code == .commandFailed
            await Task { try? await discard(client, context.time, isLate: !wasAnswered) }.value
            throw failure
        }
    }

    /// How long an instance whose client was ended may take to appear: LXD carries a request out that it has got, and on a
    /// busy host needs a while for what comes before the instance's entry in the database.
    private static let appearance: Duration = .seconds(2)

    /// Removes what was made and never ran, also where it appears only now: `isLate` is for a client that got no answer.
    private func discard(_ client: LXC, _ time: any TimeSource, isLate: Bool) async throws {
        let end = time.elapsed + (isLate ? Self.appearance : .zero)
        while try await !awaitRelease(client, time), time.elapsed < end { try await time.sleep(.milliseconds(300)) }
    }

    /// Removes what was made and never ran, and answers whether there was any; LXD continues making it for a while.
    private func awaitRelease(_ client: LXC, _ time: any TimeSource) async throws -> Bool {
        try await time.wait(
            for: "\(Engine.current.title) to release \(name)", limit: .seconds(30), every: .milliseconds(300)
        ) {
            do {
                return try await client.discardUnfinished(
                    name, of: unit.text, marks: (UnitMark.unit, UnitMark.unfinished))
            } catch is Failure {
                return nil
            }
        }
    }
}
