/// What a unit's file names of the cluster and of its members, which has to be there: profiles, a cluster group, folders, device
/// files and addresses; and what of it the engine can keep.
struct UnitRequirements {
    struct Answer {
        /// The unit as this engine can have it.
        var unit: Unit
        /// What the user has to know, a sentence each.
        var remarks: [String] = []
        /// Why members cannot take new instances, in a few words each.
        var closed: [String: String] = [:]
    }

    private let unit: Unit
    private let isVM: Bool
    private let workloads: Workloads
    private let state: ClusterState
    private let client: LXC
    private let context: PlanContext

    init(_ unit: Unit, isVM: Bool, _ workloads: Workloads, _ state: ClusterState, _ client: LXC, _ context: PlanContext)
    {
        self.unit = unit
        self.isVM = isVM
        self.workloads = workloads
        self.state = state
        self.client = client
        self.context = context
    }

    /// Looks for all of it, on those members that could get instances; throws what is missing.
    func answer(among able: () async throws -> [MemberName]) async throws -> Answer {
        if isVM { try unit.checkForVMs() }
        var answer = Answer(unit: unit)
        try await checkProfiles()
        try await checkGroup()
        try await ask(engine: &answer)
        noteCloudInit(&answer)
        answer.remarks += strays
        let files = unit.devices.filter { $0.requiredFile != nil }
        let addresses = Set(unit.ports.compactMap(\.address)).subtracting([IPv6.any, "127.0.0.1", "::1"])
        guard !unit.mounts.isEmpty || !files.isEmpty || !addresses.isEmpty else { return answer }
        let members = try await able().filter { closedReason($0) == nil }
        try await checkFolders(on: distinct(members))
        try await check(files, on: distinct(members))
        answer.closed = try await missing(addresses, on: members)
        return answer
    }

    private func closedReason(_ member: MemberName) -> String? {
        workloads.members.first { $0.name == member.text }?.reasonForNoNewInstances(in: unit.group)
    }

    /// One member of each host, where they have the host's own files.
    private func distinct(_ members: [MemberName]) -> [MemberName] {
        guard context.provider.traits.sharesHost else { return members }
        return Dictionary(grouping: members) { state.host(of: $0).text }.values.compactMap { $0.min() }.sorted()
    }

    // MARK: The cluster

    private func checkProfiles() async throws {
        if unit.profiles.isEmpty { return }
        let known = Set(try await client.profiles())
        guard let missing = unit.profiles.first(where: { !known.contains($0) }) else { return }
        throw Failure(
            .badInput, "the cluster has no profile \(missing)",
            hint: Suggestion.nearest(to: missing, in: known).map { "did you mean \($0)?" }
                ?? "known: \(known.sorted().joined(separator: ", ")); \(ClusterClient.line("profile create", missing))")
    }

    private func checkGroup() async throws {
        guard let group = unit.group else { return }
        let known = try await client.clusterGroups()
        if known.contains(where: { $0.name == group }) { return }
        let names = Set(known.map(\.name))
        throw Failure(
            .badInput, "the cluster has no group \(group)",
            hint: Suggestion.nearest(to: group, in: names).map { "did you mean \($0)?" }
                ?? "known: \(names.sorted().joined(separator: ", ")); \(ClusterClient.line("cluster group create", group))"
        )
    }

    /// Instances that are not in the group of their file.
    private var strays: [String] {
        guard let group = unit.group else { return [] }
        return workloads.instances(of: unit.name).compactMap { instance in
            let member = workloads.members.first { $0.name == instance.location }
            guard let member, !(member.groups?.contains(group) ?? false) else { return nil }
            return
                "\(instance.name) stays on \(member.name), which is not in the group \(group); \(ClusterClient.line("move", instance.name)) --target MEMBER moves it"
        }
    }

    /// What the engine can do is asked where it matters alone.
    private func ask(engine answer: inout Answer) async throws {
        let isUnclear = !isVM && unit.mounts.contains { $0.isShifted == nil }
        guard isUnclear || [.always, .onFailure].contains(unit.restart) else { return }
        let server = try await client.server()
        let title = "\(context.engine.title) \(server.environment.version)"
        answer.unit.isRestartedByEngine = server.restartsInstances
        if unit.restart == .always, !server.restartsInstances {
            answer.remarks.append(
                "restart = \"always\": \(title) starts instances with their member, and restarts none that ends by itself"
            )
        }
        if unit.restart == .onFailure, !server.restartsInstances {
            answer.remarks.append(
                "restart = \"on-failure\" is not kept: \(title) restarts no instance that ends by itself")
        }
        guard isUnclear else { return }
        let abilities = EngineVersion(server.environment.version).map(context.engine.abilities(of:))
        let shifts = abilities?.shiftsOwners ?? false
        for index in answer.unit.mounts.indices where answer.unit.mounts[index].isShifted == nil {
            answer.unit.mounts[index].isShifted = shifts
        }
        if !shifts {
            answer.remarks.append(
                "\(title) does not shift owners in mounts: instances read what everybody may read on the member, and write what everybody may write"
            )
        }
    }

    private func noteCloudInit(_ answer: inout Answer) {
        guard case .registry(let image) = unit.image, !unit.sshKeys.isEmpty else { return }
        answer.remarks.append("ssh-keys have no effect: the image \(image) has no cloud-init")
    }

    // MARK: The members

    private func ask<Value: Sendable>(
        _ members: [MemberName], _ question: @escaping @Sendable (MemberParts) async throws -> Value
    ) async throws -> [(member: MemberName, value: Value)] {
        let provider = context.provider
        return try await withThrowingTaskGroup(of: (MemberName, Value).self) { group in
            for member in members {
                group.addTask { (member, try await question(MemberParts(provider.runner(in: member)))) }
            }
            return try await group.reduce(into: []) { $0.append((member: $1.0, value: $1.1)) }
                .sorted { $0.member < $1.member }
        }
    }

    private func checkFolders(on members: [MemberName]) async throws {
        for source in Set(unit.mounts.map(\.source)).sorted() {
            let found = try await ask(members) { try await $0.folder(source) }
            try refuse("cannot mount \(source)", "folder", found.filter { $0.value == nil }.map(\.member))
            for (member, folder) in found {
                guard let folder, let reason = ProtectedFolders.reason(folder) else { continue }
                throw Failure(
                    .badInput,
                    "\(unit.name) cannot mount \(source): on \(member) it is \(folder), which \(reason)",
                    hint: "name a folder of your own")
            }
        }
    }

    private func check(_ devices: [Unit.Device], on members: [MemberName]) async throws {
        for device in devices {
            guard let path = device.requiredFile else { continue }
            let isBlock = device.kind == .unixBlock
            let found = try await ask(members) { try await $0.hasDevice(path, isBlock: isBlock) }
            try refuse(
                "cannot have the device \(path)", "\(isBlock ? "block" : "character") device",
                found.filter { !$0.value }.map(\.member))
        }
    }

    private func refuse(_ what: String, _ noun: String, _ members: [MemberName]) throws {
        guard let first = members.first else { return }
        let hosts = state.isOnSeveralHosts ? " (\(state.host(of: first)))" : ""
        let others = members.count == 1 ? "" : " and \(members.count - 1) more"
        throw Failure(
            .conflict, "\(unit.name) \(what): \(first)\(hosts)\(others) has no such \(noun)",
            hint: "it has to be on each member that can get an instance; group limits these")
    }

    private func missing(_ addresses: Set<String>, on members: [MemberName]) async throws -> [String: String] {
        if addresses.isEmpty { return [:] }
        let found = try await ask(members) { try await $0.addresses() }
        let closed = found.compactMap { member, own in
            addresses.subtracting(own).min().map { (member.text, "does not have the address \($0)") }
        }
        return Dictionary(closed) { first, _ in first }
    }
}
