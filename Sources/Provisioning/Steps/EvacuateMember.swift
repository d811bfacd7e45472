/// Moves what lives on a member to others; instances that run are stopped for it, and started where they go.
///
/// LXD's own `cluster evacuate` leaves every instance with a proxy device or a volume behind (LXD 5.0.2), and chooses
/// members by the number of their instances alone.
struct EvacuateMember: Step {
    let title = "move its instances to other members"
    let name: MemberName
    /// The member that is asked.
    let respondingMember: MemberName

    var member: MemberName? { name }
    var lane: Lane? { .membership }

    /// Instances are copied, one after the other.
    var expectedDuration: Duration? { .seconds(180) }

    func isDone(_ context: PlanContext) async throws -> Bool {
        let client = context.client(in: respondingMember)
        guard let entry = try await client.member(named: name.text) else { return true }
        guard entry.isReachable else { return false }
        let isAnyInstance = try await client.instances().contains { $0.location == name.text || $0.movingTo != nil }
        if isAnyInstance { return false }
        return try await !client.localVolumes().contains { $0.member == name.text || $0.movingTo != nil }
    }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: respondingMember)
        let entry = try await client.member(named: name.text)
        try LeaveCluster.check(entry, name)
        // Before LXD 5.0 members have no configuration.
        if let entry, entry.isOnline, entry.config != nil { try await close(client) }
        try await empty(context)
    }

    /// For what is new LXD chooses the member that has least, which would be this one from now on; where it does not let
    /// itself be told otherwise, what comes is moved as well.
    private func close(_ client: LXC) async throws {
        do { try await client.closeMember(name.text) } catch let failure as Failure where failure.code == .commandFailed
        {}
    }

    /// Moves until nothing is left, also what has come meanwhile.
    func empty(_ context: PlanContext) async throws {
        var retries = 2
        while true {
            let evacuation = try await Evacuation.look(at: name, asking: respondingMember, context)
            try await end(evacuation, context)
            if !evacuation.leftovers.isEmpty, !StepScope.isReview { continue }
            if evacuation.groups.isEmpty { return }
            do {
                for group in evacuation.groups {
                    try Task.checkCancellation()
                    try await GroupMove(group, from: name, asking: respondingMember, context).run()
                }
            } catch let failure as Failure where failure.engineError == .leaderChanged && retries > 0 {
                // A member to which something moves finds that out by a call that fails.
                retries -= 1
            }
        }
    }
}

extension EvacuateMember {
    /// Ends what runs that were cut off have left.
    private func end(_ evacuation: Evacuation, _ context: PlanContext) async throws {
        for leftover in evacuation.leftovers { try await clear(leftover, context) }
        for volume in evacuation.settled { try await context.client(in: respondingMember).markMoving(volume, to: nil) }
        for instance in evacuation.arrived {
            guard let place = MemberName(instance.location, of: name.cluster) else { continue }
            do { try await context.startMoved(instance, on: place, asking: respondingMember, isMarked: true) } catch {
                context.remarks.add("\(instance.name) is on \(place), and did not start: \(Failure(error).message)")
            }
        }
    }

    /// Ends what a run that was cut off has left of a volume: it is on one member again.
    private func clear(_ leftover: VolumeLeftover, _ context: PlanContext) async throws {
        let client = context.client(in: respondingMember)
        if leftover.isSplit, let copy = leftover.copy {
            for instance in try await client.instances()
            where instance.location == copy.member && copy.isUsed(by: instance) {
                guard !instance.isRunning else {
                    throw Failure(
                        .conflict,
                        "the volume \(copy.name) is in use on \(instance.location) and on \(name): its move was interrupted, and \(instance.name) was started since",
                        hint:
                            "\(ClusterClient.line("stop", instance.name)), then the same command again, which returns to the volume on \(name)"
                    )
                }
                try await client.move(instance, to: name.text, limit: GroupMove.limit)
            }
        }
        try await leftover.clear(client)
    }
}

extension VolumeLeftover {
    /// Deletes whichever of the two is not used.
    func clear(_ client: LXC) async throws {
        if isMoved { return try await client.deleteVolume(volume) }
        if let copy { try await client.deleteVolume(copy) }
        try await client.markMoving(volume, to: nil)
    }
}
