/// Whether a unit's new instances are virtual machines, and which members can take them.
struct UnitInstanceType {
    struct Answer {
        var isVM: Bool
        /// Why, where the file leaves it open and the user may wonder.
        var remark: String?
    }

    private let unit: Unit
    private let workloads: Workloads
    private let state: ClusterState
    private let client: LXC
    /// The members that can run virtual machines and take new instances.
    private let vmCapableMembers = CachedValue<[MemberName]>()

    init(_ unit: Unit, _ workloads: Workloads, _ state: ClusterState, _ client: LXC) {
        self.unit = unit
        self.workloads = workloads
        self.state = state
        self.client = client
    }

    /// The members that take new instances.
    private var open: [MemberName] {
        workloads.members.filter(\.isOnline).compactMap { MemberName($0.name, of: state.name) }
            .filter { state.member($0) != nil }.sorted()
    }

    /// By the file, by the instances that there are, by the image, or by what the members can run.
    func kind(_ imageType: () async throws -> String?) async throws -> Answer {
        if let kind = unit.kind { return Answer(isVM: kind == .vm) }
        if let type = workloads.instances(of: unit.name).compactMap(\.type).first {
            return Answer(isVM: type == Unit.Kind.vm.type)
        }
        if let type = try await imageType() {
            let isVM = type == Unit.Kind.vm.type
            return Answer(
                isVM: isVM, remark: isVM ? nil : "\(unit.name): using containers: the image is a container image")
        }
        if try await !capable().isEmpty { return Answer(isVM: true) }
        return Answer(
            isVM: false,
            remark: "\(unit.name): using containers: no member can run virtual machines\(try await reason())"
        )
    }

    /// The members that can run such instances and take new ones; throws where none can run a VM.
    func able(_ kind: Answer) async throws -> [MemberName] {
        guard kind.isVM else { return open }
        let able = try await capable()
        guard able.isEmpty, !open.isEmpty else { return able }
        throw Failure(
            .conflict, "no member of \(state.name) can run virtual machines\(try await reason())",
            hint: unit.kind == .vm
                ? "use type = \"container\" with a container image" : "choose a container image")
    }

    private func capable() async throws -> [MemberName] {
        try await vmCapableMembers.value { [open, client] in
            try await withThrowingTaskGroup(of: (MemberName, Bool).self) { group in
                for member in open {
                    group.addTask { (member, try await client.drivers(of: member.text).contains("qemu")) }
                }
                var able: [MemberName] = []
                for try await (member, isAble) in group where isAble { able.append(member) }
                return able.sorted()
            }
        }
    }

    /// What LXD says why, behind a comma.
    private func reason() async throws -> String {
        let reasons = try await client.reasonsVMsUnsupported()
        return reasons.isEmpty ? "" : " (\(Engine.current.title): \(reasons.joined(separator: ", ")))"
    }
}
