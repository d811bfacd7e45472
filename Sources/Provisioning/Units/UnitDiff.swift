/// What is to be done to a unit, by its file and by what there is: the part that needs no place for new instances.
///
/// Throws `Failure.conflict` before anything is touched where a name is somebody else's, or data would be lost that nobody
/// named.
package struct UnitDiff {
    /// What the user asked for beside the file.
    package struct RunOptions: Sendable {
        /// The instances, or the unit, that may be recreated, with what is on them.
        package var replaced: Set<String>
        /// Whether what is lost with its member is made elsewhere.
        package var reschedules: Bool
        /// Whether another file of the same command needs the unit.
        package var isNeeded: Bool

        package init(
            replaced: Set<String> = [], reschedules: Bool = false, isNeeded: Bool = false
        ) {
            self.replaced = replaced
            self.reschedules = reschedules
            self.isNeeded = isNeeded
        }
    }

    /// An instance that has to be made.
    package struct NewMember: Sendable, Equatable {
        package var number: Int
        /// The lost instance in whose place it is made.
        package var replaces: String?
        /// Why it is recreated, where it was there.
        package var reason: String?
    }

    /// What becomes of what is there, and of networks; removals of instances first.
    package internal(set) var changes: [UnitChange] = []
    /// The instances that have to be made, by number.
    package internal(set) var newMembers: [NewMember] = []
    /// What the user has to know, a sentence each.
    package internal(set) var remarks: [String] = []
    /// The instances that are unreachable and stay so.
    package internal(set) var lost: [String] = []

    /// How many instances within reach stay.
    var kept: Int {
        changes.filter { change in
            guard change.object == .instance, !lost.contains(change.name) else { return false }
            if case .remove = change.work { return false }
            return true
        }.count
    }

    /// The unit, with all networks that it is on.
    let unit: Unit
    /// These, with the addresses that are given.
    var networks: [Network]
    let workloads: Workloads
    let image: String
    /// The fingerprint of the image that the file names, where that is known.
    let fingerprint: String?
    let runOptions: RunOptions
    /// Whether instances are virtual machines.
    package let isVM: Bool

    /// Compares; `image` is what tells the image from others, and `isVM` what new instances are where the file leaves it open.
    package init(
        _ unit: Unit, _ workloads: Workloads, image: String, fingerprint: String? = nil, isVM: Bool,
        runOptions: RunOptions = RunOptions()
    ) throws {
        let context = Unit.NetworkContext(
            workloads: workloads, isNeeded: runOptions.isNeeded)
        var resolved = unit
        resolved.networks = unit.networks(in: context)
        self.unit = resolved
        networks = try Self.networks(of: resolved, workloads)
        self.workloads = workloads
        self.image = image
        self.fingerprint = fingerprint
        self.runOptions = runOptions
        self.isVM = isVM
        remarks = unit.connectionRemarks(in: context)
        try checkOptions()
        try checkInterface()
        let present = workloads.instances(of: unit.name)
        try checkNumbers(present)
        let inReach = present.filter { workloads.isInReach($0) }
        lost = present.filter { !workloads.isInReach($0) }.map(\.name)
        let surplus = surplus(of: inReach)
        for instance in inReach {
            if surplus.contains(instance.name) {
                changes.append(removal(of: instance, inReach))
            } else {
                try compare(instance)
            }
        }
        let staying = present.filter { !surplus.contains($0.name) }
        addNewMembers(staying, besides: present, alive: inReach.count - surplus.count)
        try checkNames(present)
        try checkPorts()
        let isShort = kept + newMembers.count < unit.count
        for instance in staying where lost.contains(instance.name) { tell(of: instance, staying, isMissed: isShort) }
        try compareVolumes(staying)
    }
}
