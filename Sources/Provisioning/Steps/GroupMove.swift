import Synchronization

/// Moves instances that use the same volumes, and these volumes, from one member to another.
///
/// Either all of it has moved in the end, or all of it is where it was and runs if it did before, also where the run is
/// cancelled. A volume is copied first and deleted last, so that at every moment each instance has its data beside it.
struct GroupMove {
    /// How long LXD may take to copy an instance or a volume.
    static let limit: Duration = .seconds(4 * 3600)

    private let group: Evacuation.Group
    private let source: MemberName
    private let target: MemberName
    private let respondingMember: MemberName
    private let context: PlanContext

    /// A move for one run; throws where the state does not have the target.
    init(
        _ group: Evacuation.Group, from source: MemberName, asking respondingMember: MemberName, _ context: PlanContext
    ) throws {
        guard let target = MemberName(group.target, of: source.cluster) else {
            throw Failure(.conflict, "\(group.target) is not a member of \(source.cluster)")
        }
        self.group = group
        self.source = source
        self.target = target
        self.respondingMember = respondingMember
        self.context = context
    }

    /// Does it; a cancellation is heeded before each part that takes its time, and takes back what was done.
    func run() async throws {
        let cancellation = Cancellation()
        try await withTaskCancellationHandler {
            // A task of its own, which is not cancelled with this one.
            try await Task { try await move(cancellation) }.value
        } onCancel: {
            cancellation.come()
        }
    }

    private func move(_ cancellation: Cancellation) async throws {
        var hasStarted = false
        do {
            try await context.time.telling(of: "\(group.name) to move to \(target)", limit: Self.limit) {
                try await stop(cancellation)
                try await copyVolumes(cancellation)
                try await moveInstances(cancellation)
                // A start that fails may have run for a while: LXD starts proxy devices after the instance.
                hasStarted = true
                for instance in running {
                    try await context.startMoved(instance, on: target, asking: respondingMember, isMarked: true)
                }
            }
        } catch {
            let isBack = await moveBackToSource(hasStarted: hasStarted)
            if error is CancellationError { throw error }
            var failure = Failure(error)
            failure.message =
                "\(group.name) could not be moved to \(target)\(isBack ? ", and is unchanged" : ""): \(failure.message)"
            throw failure
        }
        for volume in group.volumes {
            try await context.client(in: source).deleteVolume(volume)
            try await context.client(in: target).markMoving(copy(of: volume), to: nil)
        }
        await startMovedInstances()
    }

    /// Those that run, or did until an earlier run was cut off.
    private var running: [ClusterInstance] { group.instances.filter { $0.isRunning || $0.movingTo != nil } }

    /// Those that do not, and should: their member has not started them, or an earlier `stop` was cut off.
    private var paused: [ClusterInstance] {
        group.instances.filter { $0.isPaused && $0.movingTo == nil }
    }

    // MARK: There

    private func stop(_ cancellation: Cancellation) async throws {
        let client = context.client(in: source)
        for instance in running {
            try cancellation.check()
            try await stop(instance, client)
        }
    }

    /// Stops one that is to be started again, which is written on it before.
    private func stop(_ instance: ClusterInstance, _ client: LXC) async throws {
        // A stop continues for a run that was killed, as long as the instance may take for it.
        let limit: Duration = .seconds(instance.shutdownTimeout(atMost: .seconds(3600))) + .seconds(60)
        try await context.retryingWhileBusy(instance.name, limit: limit) {
            try await client.markMoving(instance, to: target.text)
        }
        if instance.isRunning { try await context.pause(instance, client, limit: Self.limit, isMarked: true) }
    }

    private func copyVolumes(_ cancellation: Cancellation) async throws {
        let client = context.client(in: source)
        for volume in group.volumes {
            try cancellation.check()
            // Written on the volume, and so on its copy, before there is one.
            try await client.markMoving(volume, to: target.text)
            do { try await client.copyVolume(volume, to: target.text, limit: Self.limit) } catch var failure as Failure
                where failure.engineError == .transferBroken && volume.projectName != "default"
            {
                // Incus 6.0.4 copies no custom volume of another project between members, whichever way it is asked.
                failure.hint =
                    "this \(context.engine.title) copies no volume of the project \(volume.projectName) to another member: "
                    + "move \(volume.name) by storage volume export and import, or delete \(group.name)"
                throw failure
            }
        }
    }

    private func moveInstances(_ cancellation: Cancellation) async throws {
        let client = context.client(in: source)
        for instance in group.instances {
            try cancellation.check()
            try await discardPartialCopy(of: instance)
            if let address = group.addresses[instance.name] {
                let (devices, lxc) = instance.readdressed(to: address)
                try await client.setDevices(devices, of: instance)
                if let lxc { try await client.set("raw.lxc", of: instance, to: lxc) }
            }
            try await client.move(instance, to: target.text, limit: Self.limit)
        }
    }

    /// Deletes what an earlier move has left, under the name that LXD gives to a copy until it is complete: LXD would
    /// refuse to make it again.
    private func discardPartialCopy(of instance: ClusterInstance) async throws {
        guard let copy = try await partialCopy(of: instance), !copy.isRunning else { return }
        try await context.client(in: respondingMember).delete(copy)
    }

    private func partialCopy(of instance: ClusterInstance) async throws -> ClusterInstance? {
        guard let identifier = instance.config?["volatile.uuid"] else { return nil }
        return try await context.client(in: respondingMember).instances().first {
            $0.name.hasSuffix("-move-of-\(identifier)") && $0.projectName == instance.projectName
        }
    }

    /// What did not run before and does not start now is no reason to take all back.
    private func startMovedInstances() async {
        for instance in paused {
            do { try await context.startMoved(instance, on: target, asking: respondingMember, isMarked: false) } catch {
                context.remarks.add(
                    "\(instance.name) is on \(target) now, and did not start: \(Failure(error).message)")
            }
        }
    }

    private func copy(of volume: ClusterVolume) -> ClusterVolume {
        var copy = volume
        copy.location = target.text
        return copy
    }

    // MARK: Back

    /// Makes everything as it was, and answers whether it could; what could not be is said.
    private func moveBackToSource(hasStarted: Bool) async -> Bool {
        var problems: [String] = []
        do {
            if hasStarted { try await copyVolumesBack() }
            for instance in group.instances { try await moveBack(instance) }
            try await clearVolumes()
        } catch {
            problems.append("\(group.name) is not back on \(source): \(Failure(error).message)")
        }
        for instance in running {
            do { try await startInPlace(instance) } catch {
                problems.append("\(instance.name) was stopped, and did not start again: \(Failure(error).message)")
            }
        }
        problems.forEach(context.remarks.add)
        return problems.isEmpty
    }

    /// What has run on the target has written there: its volumes are the later ones.
    private func copyVolumesBack() async throws {
        let client = context.client(in: target)
        for instance in group.instances {
            if let now = try await find(instance), now.location == target.text, now.isRunning {
                try await stop(now, client)
            }
        }
        for volume in group.volumes {
            try await client.deleteVolume(volume)
            try await client.copyVolume(copy(of: volume), to: source.text, limit: Self.limit)
        }
    }

    private func clearVolumes() async throws {
        if group.volumes.isEmpty { return }
        let client = context.client(in: respondingMember)
        for leftover in VolumeLeftover.all(on: source.text, among: try await client.localVolumes())
        where group.volumes.contains(where: leftover.volume.isNamed) {
            try await leftover.clear(client)
        }
    }

    private func moveBack(_ instance: ClusterInstance) async throws {
        let client = context.client(in: target)
        guard let now = try await find(instance) else {
            guard let copy = try await partialCopy(of: instance) else {
                throw Failure(.conflict, "instance \(instance.name) not found")
            }
            // LXD has deleted it where it was, and was cut off before it gave the copy its name.
            try await context.client(in: respondingMember).rename(copy, to: instance.name)
            return try await client.move(instance, to: source.text, limit: Self.limit)
        }
        if now.location == target.text {
            if now.isRunning { try await stop(now, client) }
            try await client.move(instance, to: source.text, limit: Self.limit)
        } else {
            try await discardPartialCopy(of: instance)
        }
    }

    private func startInPlace(_ instance: ClusterInstance) async throws {
        guard let now = try await find(instance), let member = MemberName(now.location, of: source.cluster) else {
            return
        }
        try await context.startMoved(now, on: member, asking: respondingMember, isMarked: now.movingTo != nil)
    }

    /// The instance as it is now.
    private func find(_ instance: ClusterInstance) async throws -> ClusterInstance? {
        try await context.client(in: respondingMember).instances().first {
            $0.name == instance.name && $0.projectName == instance.projectName
        }
    }
}

extension PlanContext {
    /// Starts an instance that was stopped for a move, on the member where it is by now; what listens at another member's
    /// address listens at this one's.
    ///
    /// `isMarked` says whether its move is written on it.
    func startMoved(
        _ instance: ClusterInstance, on member: MemberName, asking respondingMember: MemberName, isMarked: Bool
    ) async throws {
        let client = client(in: member)
        let members = try await self.client(in: respondingMember).members()
        func address(_ member: ClusterMember) -> String? { member.address?.description }
        guard let now = try await client.instance(instance) else {
            throw Failure(.conflict, "instance \(instance.name) not found")
        }
        if let own = members.first(where: { $0.name == member.text }).flatMap(address) {
            let devices = now.proxies(listeningAt: own, insteadOf: Set(members.compactMap(address)))
            if !devices.isEmpty {
                try await retryingWhileBusy(instance.name) { try await client.setDevices(devices, of: instance) }
            }
        }
        try await retryingWhileBusy(instance.name) { try await client.start(instance) }
        if isMarked || now.movingTo != nil { try await client.markMoving(instance, to: nil) }
    }
}

/// Whether the run has been cancelled, for work that continues in a task of its own.
private final class Cancellation: Sendable {
    private let hasCome = Atomic<Bool>(false)

    func come() { hasCome.store(true, ordering: .releasing) }

    func check() throws {
        if hasCome.load(ordering: .acquiring) { throw CancellationError() }
    }
}
