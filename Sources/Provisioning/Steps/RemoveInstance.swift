/// Removes an instance of a unit, also one that runs.
struct RemoveInstance: Step {
    let title: String
    let name: String
    let unit: UnitName
    let place: MemberName

    init(_ name: String, of unit: UnitName, on place: MemberName) {
        title = "remove \(name)"
        self.name = name
        self.unit = unit
        self.place = place
    }

    var member: MemberName? { place }
    var lane: Lane? { .machines }
    var log: MachineLog.Topic? { .daemon }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.client(in: place).instance(name)?.unit != unit.text
    }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: place)
        do {
            // LXD continues making one for a run that was killed, and removes none meanwhile.
            try await context.retryingWhileBusy(name) { try await client.remove(name) }
        } catch let failure as Failure where failure.code == .commandFailed {
            // Or it was removing this one, and each part of that fails in its own way while another does it.
            let instance = ClusterInstance(name: name, location: place.text, status: "")
            try await context.awaitOperations(on: instance, client, limit: context.limits.machine)
            if try await isDone(context) { return }
            try await context.retryingWhileBusy(name) { try await client.remove(name) }
        }
    }
}
