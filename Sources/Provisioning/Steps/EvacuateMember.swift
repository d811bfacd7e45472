/// Moves what lives on a member to others; containers that run are stopped for it, and started where they go.
struct EvacuateMember: Step {
    let title = "move its instances to other members"
    let name: MemberName
    /// The member that is asked.
    let witness: MemberName

    var member: MemberName? { name }
    var lane: Lane? { .joins }

    /// Instances are copied, one after the other.
    func usual(_ provider: any MachineProvider) -> Duration { .seconds(180) }

    func isDone(_ context: PlanContext) async throws -> Bool {
        let client = context.client(in: witness)
        // One that the cluster does not know, or does not reach, has nothing that could be moved.
        guard try await client.member(named: name.text)?.isOnline ?? false else { return true }
        return try await client.instances(on: name.text).isEmpty
    }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: witness)
        let volumes = try await client.customVolumes(on: name.text).sorted()
        guard volumes.isEmpty else {
            throw Failure(
                .conflict,
                "the custom volume\(volumes.count == 1 ? "" : "s") \(volumes.joined(separator: ", ")) still live\(volumes.count == 1 ? "s" : "") on \(name), and LXD moves none by itself",
                remedy:
                    "lxc storage volume move POOL/VOLUME POOL/VOLUME --target \(name) --destination-target MEMBER, or, to lose it, bcmcluster member remove -c \(name.cluster) \(name) --force"
            )
        }
        try await client.instances(on: name.text).checkThatNoneIsEphemeral()
        do {
            try await client.evacuate(name.text, limit: context.limits.machine)
        } catch let failure as Failure where failure.saysThatTheLeaderHasChanged {
            // A member to which something moves finds that out by a call that fails; what has moved has moved.
            try await client.evacuate(name.text, limit: context.limits.machine)
        }
    }
}
