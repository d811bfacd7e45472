/// Checks that all networks and storage pools are created, before anything is made for members that are to join.
struct CheckObjects: Step {
    let title = "check the networks and storage pools"
    let member: MemberName? = nil
    /// The member that is asked.
    let first: MemberName
    /// Whether it is for machines that are launched later in the plan alone; each join is checked anyway.
    var isForLaunches = false
    /// The values that the user gives for members that join.
    var given: [MemberValue] = []

    /// How long a look may take: without a quorum the cluster answers late, and only that it cannot.
    private static let limit: Duration = .seconds(5)

    /// Where no member is to join, unfinished objects do not matter here; what the user gives must be what members have.
    func isDone(_ context: PlanContext) async throws -> Bool {
        let state = await context.store.state
        if isForLaunches {
            let machines = try await context.machines.all(context.provider, state)
            guard machines[first]?.state == .running,
                !given.isEmpty || state.members.contains(where: { machines[$0.name] == nil })
            else { return true }
        }
        do {
            let names = try await context.client(in: first, limit: Self.limit).members().map(\.name)
            guard state.members.allSatisfy({ names.contains($0.name.text) }) else { return false }
            if given.isEmpty { return true }
            let values = JoinValues(try await ObjectCheck(context: context, respondingMember: first).objects())
            try values.check(given)
            try values.check(given, keptBy: names, ofAll: true)
            return true
        } catch let failure as Failure where failure.isNoAnswer || failure.code == .unreachable {
            return true
        }
    }

    /// It only checks.
    func isUnfinished(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let check = ObjectCheck(context: context, respondingMember: first)
        let objects = try await check.objects()
        // What a run that was cut off has left of the bridge goes before the first join.
        try await check.refuse(objects.filter { !CreateBridge.isBridge($0, context.engine) })
        if objects.contains(where: { CreateBridge.isBridge($0, context.engine) && !$0.isCreated }) {
            try await CreateBridge.checkOwnedByCluster(context.client(in: first), context)
        }
        try await checkValues(JoinValues(objects), context)
    }

    /// Members that join have all values of their own, and the others keep theirs.
    private func checkValues(_ values: JoinValues, _ context: PlanContext) async throws {
        if given.isEmpty && values.needed.isEmpty { return }
        try values.check(given)
        let state = await context.store.state
        let names = try await context.client(in: first).members().map(\.name)
        let joining = state.members.filter { !names.contains($0.name.text) }
        try values.check(given, keptBy: names, ofAll: false)
        try values.check(
            joining.map { ($0.name, ($0.values ?? [:]).merging(given.of($0.name)) { $1 }) },
            command: isForLaunches ? "the same command with" : "bcmcluster up -c \(state.name)")
    }
}

/// Whether the cluster's networks and storage pools are such that a member can join.
///
/// LXD makes them on a member that joins, except those that are pending, and of networks those that are errored. It then
/// expects the errored ones all the same, when the member is already connected to the cluster's database. That join fails,
/// and while LXD undoes it, it deletes storage pools from the cluster: those that nothing uses as a whole, and of others the
/// folders on members that hold no volume of it (LXD 5.0.2).
struct ObjectCheck {
    let context: PlanContext
    /// The member that is asked.
    let respondingMember: MemberName

    /// The networks and storage pools, finished or not.
    func objects() async throws -> [ClusterObject] {
        try await context.client(in: respondingMember).objects(marks: UnitMark.unit)
    }

    /// The networks and storage pools, all of them created; deletes what an interrupted run has left of the bridge.
    ///
    /// Throws `Failure.conflict` that names what is not created.
    func created() async throws -> [ClusterObject] {
        var objects = try await objects()
        if objects.contains(where: { CreateBridge.isBridge($0, context.engine) && !$0.isCreated }) {
            try await refuse(objects.filter { !CreateBridge.isBridge($0, context.engine) })
            _ = try await CreateBridge.isFinishedOrCleared(context.client(in: respondingMember), context)
            objects = try await self.objects()
        }
        try await refuse(objects)
        return objects
    }

    /// Throws `Failure.conflict` where one of the objects is not created.
    func refuse(_ objects: [ClusterObject]) async throws {
        let unfinished = objects.filter { !$0.isCreated }
        if unfinished.isEmpty { return }
        let members = try await context.client(in: respondingMember).members().map(\.name).sorted()
        throw Failure(
            .conflict,
            "no member can join: " + unfinished.map { $0.sentence(members) }.joined(separator: "; "),
            hint: unfinished.map { $0.hint(members, cluster: respondingMember.cluster) }.joined(separator: "; "))
    }
}

extension ClusterObject {
    /// Its state for the user: `the network lan is ERRORED (PENDING on DEV-00, DEV-01)`.
    func sentence(_ all: [String]) -> String {
        let isDefault = project.isEmpty || project == "default"
        let owner =
            mark.map { " of the unit \($0.replacing(",", with: ", "))" }
            ?? (isDefault ? "" : " of the project \(project)")
        func places(_ state: State) -> String? {
            let names = members.keys.filter { members[$0] == state }.sorted()
            return names.isEmpty ? nil : "\(state.text) on \(names.joined(separator: ", "))"
        }
        let others = [State.created, .errored, .pending].filter { $0 != state }.compactMap(places)
        let absent = lacking(all)
        let details = others + (absent.isEmpty ? [] : ["not defined on \(absent.joined(separator: ", "))"])
        let extent = details.isEmpty ? "" : " (\(details.joined(separator: "; ")))"
        return "the \(kind.rawValue) \(name)\(owner) is "
            + (state == .created ? details.joined(separator: "; ") : (places(state) ?? state.text) + extent)
    }

    /// The commands that delete it or finish it.
    func hint(_ all: [String], cluster: ClusterName) -> String {
        let word = kind == .network ? "network" : "storage"
        let place = project.isEmpty || project == "default" ? "" : " --project \(project)"
        let delete = "\(ClusterClient.line("\(word) delete", name))\(place)"
        if let mark {
            return
                "recreate \(name) with bcmcluster run -c \(cluster) and the file of \(mark.replacing(",", with: ", ")), or delete it with \(delete)"
        }
        let form = kind == .storagePool ? " \(form)" : ["", "bridge"].contains(form) ? "" : " --type=\(form)"
        let create = "\(ClusterClient.line("\(word) create", name))\(form)\(place)"
        let steps = lacking(all).map { "\(create) --target \($0)" } + [create]
        return "\(delete), or, to finish it, \(steps.joined(separator: ", then "))"
    }

    /// The members on which it is not defined.
    private func lacking(_ all: [String]) -> [String] {
        state == .created || members.isEmpty ? [] : all.filter { members[$0] == nil }
    }
}

extension ClusterObject.State {
    /// The state as the client's tables show it.
    fileprivate var text: String {
        switch self {
        case .pending: "PENDING"
        case .created: "CREATED"
        case .errored: "ERRORED"
        }
    }
}
