/// Makes a unit's volume on a member, changes or removes it.
struct ChangeVolume: Step {
    enum Work: Sendable { case make, set, remove }

    let title: String
    let name: String
    let pool: String
    let work: Work
    let keys: [String]
    /// The member on which it lives; `nil` where all reach it.
    let place: MemberName?
    /// The member that is asked.
    let respondingMember: MemberName

    init(
        _ name: String, in pool: String, _ work: Work, _ keys: [String] = [], on place: MemberName?,
        respondingMember: MemberName
    ) {
        title =
            switch work {
            case .make: "create the volume \(name)"
            case .set: "change the volume \(name)"
            case .remove: "remove the volume \(name)"
            }
        self.name = name
        self.pool = pool
        self.work = work
        self.keys = keys
        self.place = place
        self.respondingMember = respondingMember
    }

    var member: MemberName? { place }
    var lane: Lane? { .machines }

    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: place ?? respondingMember)
        switch work {
        case .make:
            let member = (place ?? respondingMember).text
            do {
                try await client.createVolume(name, in: pool, on: member, keys)
            } catch let failure as Failure where failure.engineError == .nameTaken {
                // LXD has made it meanwhile for a run that was killed.
                let mark = keys.first { $0.hasPrefix("\(UnitMark.unit)=") }?.dropFirst(UnitMark.unit.count + 1)
                let volume = try await client.volumes(in: pool).first {
                    $0.name == name && ($0.member ?? member) == member
                }
                guard let mark, volume?.unit == String(mark) else { throw failure }
                try await client.setVolume(name, in: pool, on: place?.text, keys)
            }
        case .set: try await client.setVolume(name, in: pool, on: place?.text, keys)
        case .remove: try await client.removeVolume(name, in: pool, on: place?.text)
        }
    }
}
