/// Changes an instance of a unit in place, and starts it where it is off.
struct EditInstance: Step {
    let title: String
    let name: String
    let place: MemberName
    let form: InstanceForm?
    let starts: Bool

    init(_ name: String, on place: MemberName, _ form: InstanceForm?, starts: Bool) {
        title = form == nil ? "start \(name)" : "change \(name)"
        self.name = name
        self.place = place
        self.form = form
        self.starts = starts
    }

    var member: MemberName? { place }
    var lane: Lane? { .machines }
    var log: MachineLog.Topic? { .daemon }

    /// The plan has just looked: it has no step for what is as it should be.
    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: place)
        if let form {
            var isUnpacked = false
            try await client.edit(name) { properties in
                form.apply(to: &properties)
                isUnpacked = ImageProcess(mark: properties.config[ImageProcess.key]) != nil
            }
            if isUnpacked, let resolver = form.resolver {
                try await client.write(resolver, to: InstanceForm.resolverPath, of: name)
            }
        }
        if starts { try await client.start(name) }
    }
}
