/// What a machine may use of its host's processors and memory: upper bounds, by its control group.
extension NamespaceProvider {
    package func missingSizes() async throws -> [Setting: String] {
        let possible = try await ControlGroups(root).canLimit()
        let reason = "the kernel of \(place.isLocal ? "this host" : place.text) has no control groups for it"
        return (possible.processors ? [:] : [.cpus: reason]).merging(possible.memory ? [:] : [.memory: reason]) { $1 }
    }

    package func differing(
        _ machines: [MachineSpecification], of state: ClusterState
    ) async throws -> [MemberName] {
        let layout = NamespaceLayout(state)
        let limits = machines.compactMap { machine in
            Self.limits(machine).map { (layout.controlGroup(of: machine.member), $0) }
        }
        let differing = try await ControlGroups(root).differing(from: Dictionary(limits) { first, _ in first })
        return machines.map(\.member).filter { differing.contains(layout.controlGroup(of: $0)) }
    }

    package func resize(_ machine: MachineSpecification, of state: ClusterState) async throws {
        let used = try await ControlGroups(root).memory(of: NamespaceLayout(state).controlGroup(of: machine.member))
        if let used, let limits = Self.limits(machine), used > limits.memory {
            throw Failure(
                .conflict,
                "\(machine.member) uses \(ByteSize.brief(used)) of memory, more than \(machine.memory)",
                hint: "stop instances on it, or choose a larger size, then run the same command again")
        }
        try await limit(machine, of: state)
    }

    /// Limits the machine's group, also before its first process runs.
    func limit(_ machine: MachineSpecification, of state: ClusterState) async throws {
        guard let limits = Self.limits(machine) else { return }
        try await ControlGroups(root).limit(
            NamespaceLayout(state).controlGroup(of: machine.member), to: limits)
    }

    private static func limits(_ machine: MachineSpecification) -> ControlGroups.GroupLimits? {
        guard let processors = Int(machine.cpus), let memory = ByteSize(machine.memory, in: .binary)?.bytes else {
            return nil
        }
        return ControlGroups.GroupLimits(processors: processors, memory: memory)
    }
}
