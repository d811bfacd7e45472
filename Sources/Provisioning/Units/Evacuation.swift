/// What lives on a member that is to leave its cluster, and to which member each part of it moves.
///
/// Everything that LXD could refuse on the way is looked at first, and all of it is thrown at once.
package struct Evacuation: Sendable {
    /// Instances that move together because they use the same volumes of their member, and these volumes.
    package struct Group: Sendable, Equatable {
        /// The instances; none where a volume that nothing uses moves by itself.
        var instances: [ClusterInstance]
        var volumes: [ClusterVolume] = []
        /// The member to which all of them move.
        var target = ""
        /// New fixed addresses of instances, by name: the old ones are taken on the target.
        var addresses: [String: String] = [:]

        /// What it is called, for a sentence.
        var name: String {
            (instances.isEmpty ? volumes.map { "the volume \($0.name)" } : instances.map(\.name)).joined(
                separator: ", ")
        }
    }

    /// What was found on the cluster.
    struct Findings: Sendable {
        /// The member that is to leave.
        var member: String
        /// The members, instances and networks.
        var workloads: Workloads
        /// The volumes of all pools and projects that live on one member.
        var volumes: [ClusterVolume]
        /// The members that can take something, with what they have.
        var candidates: [PlacementCandidate]
        /// Whose memory the leaving member uses.
        var store: String
        /// The members that run virtual machines.
        var hypervisors: Set<String> = []
        /// Backups of instances on the member, by `PROJECT/INSTANCE`.
        var backups: [String: [String]] = [:]
        /// Images that the member alone has, and that LXD copies nowhere.
        var images: [String] = []
    }

    /// Volumes whose move was cut off.
    let leftovers: [VolumeLeftover]
    /// Instances whose move was cut off after LXD's part of it: each is on another member, and was to be started there.
    let arrived: [ClusterInstance]
    /// Volumes whose move has ended, and that do not say so yet.
    let settled: [ClusterVolume]
    /// What moves, in order.
    private(set) var groups: [Group] = []

    /// Finds a place for everything; throws `Failure.conflict` with all that cannot be moved.
    init(_ findings: Findings) throws {
        let leftovers = VolumeLeftover.all(on: findings.member, among: findings.volumes)
        self.leftovers = leftovers
        arrived = findings.workloads.instances.filter { $0.movingTo != nil && $0.location != findings.member }
        settled = findings.volumes.filter { volume in
            volume.movingTo != nil && !leftovers.contains { $0.volume == volume || $0.copy == volume }
        }
        let places = EvacuationPlaces(findings, volumes: leftovers.reduce(findings.volumes) { $1.settled($0) })
        var problems = findings.images.map { EvacuationProblem.image($0, findings.member) }
        var movable: [Group] = []
        for group in places.groups() {
            let found =
                group.volumes.compactMap { EvacuationProblem.with($0, in: group, findings) }
                + group.instances.compactMap { EvacuationProblem.with($0, findings) }
            problems += found
            if found.isEmpty { movable.append(group) }
        }
        let placed = places.placed(movable)
        groups = placed.groups
        problems += placed.problems
        if let failure = Failure.all(problems) { throw failure }
    }
}

/// A volume that was being copied to another member when a run was cut off.
struct VolumeLeftover: Sendable, Equatable {
    /// The volume on the member that is to leave.
    var volume: ClusterVolume
    /// The copy on the other member, if there is any.
    var copy: ClusterVolume?

    /// Whether the instances had moved already, so that the copy is the one that is used.
    var isMoved: Bool { copy.map { !$0.users.isEmpty && volume.users.isEmpty } ?? false }

    /// Whether some of the instances that share it had moved, and others had not.
    var isSplit: Bool { copy.map { !$0.users.isEmpty && !volume.users.isEmpty } ?? false }

    static func all(on member: String, among volumes: [ClusterVolume]) -> [VolumeLeftover] {
        volumes.compactMap { volume in
            guard volume.member == member, let target = volume.movingTo, target != member else {
                return nil
            }
            let copy = volumes.first {
                $0.isNamed(like: volume) && $0.member == target && $0.movingTo == target
            }
            return VolumeLeftover(volume: volume, copy: copy)
        }
    }

    /// The volumes as they are once this is cleared.
    func settled(_ volumes: [ClusterVolume]) -> [ClusterVolume] {
        volumes.filter { $0 != (isMoved ? volume : copy) }
    }
}

extension Failure {
    /// All of them as one; `nil` where there are none.
    static func all(_ failures: [Failure]) -> Failure? {
        guard var first = failures.first else { return nil }
        func joined(_ texts: [String]) -> String {
            var known: Set<String> = []
            return texts.filter { known.insert($0).inserted }.joined(separator: "; ")
        }
        first.message = joined(failures.map(\.message))
        let hints = failures.compactMap(\.hint)
        first.hint = hints.isEmpty ? nil : joined(hints)
        return first
    }
}

/// Why something cannot be moved off a member.
enum EvacuationProblem {
    /// What LXD says is true.
    private static let yes: Set<String> = ["true", "1", "yes", "on"]

    /// What stands in the way of moving an instance; `nil` where nothing does.
    static func with(_ instance: ClusterInstance, _ findings: Evacuation.Findings) -> Failure? {
        let project = instance.isOfDefaultProject ? "" : " --project \(instance.projectName)"
        func problem(_ sentence: String, _ hint: String) -> Failure {
            Failure(.conflict, "\(instance.name) cannot be moved: \(sentence)", hint: hint)
        }
        let config = instance.expandedConfig ?? instance.config ?? [:]
        if instance.status == "Frozen" {
            return problem("it is frozen", "\(ClusterClient.line("start", instance.name))\(project) resumes it")
        }
        guard instance.isRunning || instance.status == "Stopped" else {
            return problem(
                "its state is \(instance.status)",
                "\(ClusterClient.line("info", instance.name))\(project) --show-log tells more")
        }
        if instance.ephemeral == true, instance.isRunning {
            return problem(
                "it is ephemeral, and stopping deletes it",
                "\(ClusterClient.line("delete", instance.name))\(project) --force, or set ephemeral: false by \(ClusterClient.line("config edit", instance.name))\(project)"
            )
        }
        if Self.yes.contains(config["security.protection.delete"]?.lowercased() ?? "") {
            return problem(
                "it has security.protection.delete=true, and \(Engine.current.title) deletes it where it was after copying it",
                "\(ClusterClient.line("config set", instance.name))\(project) security.protection.delete=false")
        }
        if let policy = config["cluster.evacuate"], !["auto", "migrate"].contains(policy) {
            return problem(
                "it has cluster.evacuate=\(policy)",
                "\(ClusterClient.line("config set", instance.name))\(project) cluster.evacuate=auto, or \(ClusterClient.line("move", instance.name))\(project) --target MEMBER"
            )
        }
        if let backup = findings.backups["\(instance.projectName)/\(instance.name)"]?.first {
            let name = backup.split(separator: "/").last.map(String.init) ?? backup
            return problem(
                "it has the backup \(name)",
                "\(Engine.current.client) query --request DELETE '/1.0/instances/\(instance.name)/backups/\(name)?project=\(instance.projectName)'"
            )
        }
        return nil
    }

    /// What stands in the way of moving a volume; `nil` where nothing does.
    static func with(
        _ volume: ClusterVolume, in group: Evacuation.Group, _ findings: Evacuation.Findings
    ) -> Failure? {
        let project = volume.projectName == "default" ? "" : " --project \(volume.projectName)"
        if let profile = volume.profiles.first {
            return Failure(
                .conflict,
                "the custom volume \(volume.name) cannot be moved: the profile \(profile) attaches it, and \(Engine.current.title) deletes none that is in use",
                hint:
                    "attach it to the instances instead: \(ClusterClient.line("storage volume attach", volume.pool)) \(volume.name) INSTANCE PATH\(project)"
            )
        }
        guard group.instances.isEmpty, volume.unit == nil else { return nil }
        let target = findings.candidates.map(\.member).min() ?? "MEMBER"
        let name = "\(volume.pool)/\(volume.name)"
        return Failure(
            .conflict, "the custom volume \(volume.name) is on \(findings.member), and no instance uses it",
            hint:
                "\(ClusterClient.line("storage volume move", name)) \(ClusterClient.prefix)\(name) --target \(findings.member) --destination-target \(target)\(project)"
        )
    }

    /// The problem with an image that no other member has.
    static func image(_ fingerprint: String, _ member: String) -> Failure {
        Failure(
            .conflict,
            "the image \(fingerprint.prefix(12)) is on \(member) alone, and cluster.images_minimal_replica is 1",
            hint: "\(ClusterClient.line("config set")) cluster.images_minimal_replica=2")
    }
}
