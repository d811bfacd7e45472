/// Turns an instance on or off, or stops its time.
package struct SwitchInstance: Step {
    /// What is done to it.
    package enum Change: String, Sendable {
        /// It is stopped, gracefully.
        case stop
        case start
        /// Its processes are stopped where they are.
        case pause
        /// Its processes continue.
        case resume
        case restart
    }

    /// What is done to which instance.
    package let title: String
    let name: String
    let place: MemberName
    let change: Change
    let isForced: Bool

    /// A step for the instance on that member.
    package init(_ name: String, on place: MemberName, _ change: Change, isForced: Bool) {
        title = "\(change.rawValue) \(name)"
        self.name = name
        self.place = place
        self.change = change
        self.isForced = isForced
    }

    package var member: MemberName? { place }
    /// As many at a time as machines.
    package var lane: Lane? { .machines }
    /// The daemon says why it failed.
    package var log: MachineLog.Topic? { .daemon }

    /// Whether it is already so.
    package func isDone(_ context: PlanContext) async throws -> Bool {
        guard let status = try await context.client(in: place).instance(name)?.status else { return false }
        if status == "Stopped", [.pause, .resume, .restart].contains(change) {
            throw Failure(.conflict, "\(name) is stopped", hint: "start it with bcmcluster unit start")
        }
        switch change {
        case .stop: return status == "Stopped"
        case .start, .resume: return status == "Running"
        case .pause: return status == "Frozen"
        case .restart: return false
        }
    }

    package func run(_ context: PlanContext) async throws {
        try await context.client(in: place).turn(name, change.rawValue, isForced: isForced)
    }
}
