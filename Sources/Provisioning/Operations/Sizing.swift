/// Which machines of a cluster get which sizes, decided before anything is made or changed.
struct Sizing {
    let context: PlanContext
    /// The members that the cluster had before.
    let present: Set<MemberName>

    /// The state with the sizes of the machines that are to be made, and the members whose machines get other sizes.
    ///
    /// Throws `Failure.badInput` or `Failure.missing`, which names the place, for a size that a machine cannot have.
    func applied() async throws -> (state: ClusterState, resized: [MemberName]) {
        var state = await context.store.state
        let there = try await machinesThere(state)
        for index in state.members.indices where !there.contains(state.members[index].name) {
            state.members[index].sizes = nil
        }
        let context = context.with(state)
        var specifications: [MachineSpecification] = []
        let faults = try await faults()
        for index in state.members.indices {
            let name = state.members[index].name
            let endpoint = try await context.endpoint(name)
            let isThere = there.contains(name)
            try check(name, endpoint, faults, isThere: isThere)
            if !isThere {
                state.members[index].sizes = endpoint.sizes
            } else if context.provider.sizing == nil {
                try await checkUnchanged(name, endpoint, faults, state, context)
            } else {
                specifications.append(try await context.specification(name))
            }
        }
        return (state, try await differing(specifications, state))
    }

    /// Throws for a size that one of those machines, which are there, cannot be given, whether they are on or off.
    func check(_ members: [MemberName]) async throws {
        let faults = try await faults()
        for name in members { try check(name, try await context.endpoint(name), faults, isThere: true) }
        guard context.provider.sizing == nil, context.provider.offlineSizing == nil else { return }
        throw Failure(.missing, "the \(context.provider.traits.name.rawValue) provider does not resize machines")
    }

    /// Where a dry run lacks what a real run needs, that was said before.
    private func differing(
        _ specifications: [MachineSpecification], _ state: ClusterState
    ) async throws -> [MemberName] {
        guard !specifications.isEmpty, let sizing = context.provider.sizing else { return [] }
        do { return try await sizing.differing(specifications, of: state) } catch let failure as Failure
            where failure.code == .missing
        { return [] }
    }

    /// The members whose machines are there, as far as the provider says.
    private func machinesThere(_ state: ClusterState) async throws -> Set<MemberName> {
        if present.isEmpty { return [] }
        do { return Set(try await context.machines.all(context.provider, state).keys) } catch is Failure {
            return present
        }
    }

    private func faults() async throws -> [Setting: String] {
        let fixed = context.provider.traits.fixedSizes
        let missing = (try? await context.provider.sizing?.missingSizes()) ?? [:]
        return fixed.merging(missing) { first, _ in first }
    }

    /// Throws for a size that the user has chosen and the machine cannot have.
    private func check(
        _ name: MemberName, _ endpoint: Endpoint, _ faults: [Setting: String], isThere: Bool
    ) throws {
        let traits = context.provider.traits
        for setting in Setting.sizes where endpoint.chosen.contains(setting) {
            guard let value = endpoint.found[setting],
                !isThere || [.flag, .clusterFile].contains(value.source) || endpoint.isEdited(setting)
            else { continue }
            if let fault = faults[setting] {
                // One file can be used with several providers.
                if value.source == .clusterFile {
                    context.remarks.add("\(value.inWords) is ignored: \(fault)")
                    continue
                }
                throw Failure(
                    .missing,
                    "\(value.inWords) is not possible with the \(traits.name.rawValue) provider: \(fault)",
                    hint: value.source == .flag ? "leave the flag out" : "remove it from \(value.place)")
            }
            if setting == .memory, let bytes = ByteSize(value.text, in: .binary)?.bytes, bytes < traits.leastMemory {
                throw Failure(
                    .badInput,
                    "\(value.inWords) is too little: a member needs \(ByteSize.brief(traits.leastMemory))")
            }
        }
    }

    /// Throws where a machine that is there would have to change.
    private func checkUnchanged(
        _ name: MemberName, _ endpoint: Endpoint, _ faults: [Setting: String], _ state: ClusterState,
        _ context: PlanContext
    ) async throws {
        let before = try await Endpoint(name, context, withFlags: false)
        for setting in Setting.sizes {
            let has = state.member(name)?.sizes?[setting]?.value ?? before.found[setting]?.text
            guard let value = endpoint.found[setting], let has, !setting.isSame(value.text, has) else { continue }
            // A cluster file's is given to machines that are stopped for it, once the others are there.
            if value.source == .clusterFile, faults[setting] != nil || context.provider.offlineSizing != nil {
                continue
            }
            throw Failure(
                .badInput,
                "\(value.inWords) is not possible: \(name) was made with \(has), and the "
                    + "\(context.provider.traits.name.rawValue) provider does not resize machines that run",
                hint: context.provider.offlineSizing == nil
                    ? "add members of that size with bcmcluster member add -c \(name.cluster) "
                        + "--\(setting.rawValue) \(value.text), and remove \(name) with bcmcluster member remove"
                    : "bcmcluster member set -c \(name.cluster) \(name) --\(setting.rawValue) \(value.text) stops it, "
                        + "resizes it, and starts it again")
        }
    }

    /// A remark for each variable of the environment that has no effect on existing machines.
    func remarks(on state: ClusterState) -> [String] {
        Setting.sizes.compactMap { setting in
            guard context.sources.flags[setting] == nil, let text = context.sources.environment(setting.variable),
                !text.isEmpty
            else { return nil }
            let others = state.members.filter { member in
                present.contains(member.name) && member.sizes?[setting].map { !setting.isSame($0.value, text) } ?? false
            }.map(\.name.text)
            if others.isEmpty { return nil }
            return "\(setting.variable)=\(text) in the environment is for machines that are made from now on; "
                + "unchanged: \(others.joined(separator: ", ")) (--\(setting.rawValue) \(text) would resize)"
        }
    }
}
