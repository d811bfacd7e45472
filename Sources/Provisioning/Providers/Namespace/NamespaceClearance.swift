/// Ends what is in a machine of the namespace provider, and takes its network away; its folder stays.
struct NamespaceClearance: Sendable {
    /// How long what has been killed may take to end: a kernel that is busy with other networks takes its time.
    private static let patience: Duration = .seconds(60)

    let root: any CommandRunner
    let time: any TimeSource

    /// Leaves no process, control group, namespace or cable of the machine.
    func clear(_ member: MemberName, of record: ClusterRecord) async throws {
        let layout = NamespaceLayout(record)
        let network = NamespaceLayout.network(member)
        let ip = IP(root)
        let isThere = try await ip.namespaces().contains(network)
        try await endProcesses(of: member, layout, in: isThere ? network : nil)
        try await removeControlGroups(of: member, layout)
        // The cable goes before the namespace, which would take it along a moment later.
        let cable = layout.cable(member)
        let hasCable = try await ip.interfaces().contains(cable)
        let lines = (hasCable ? ["link delete \(cable)"] : []) + (isThere ? ["netns delete \(network)"] : [])
        if !lines.isEmpty { try await ip.delete(lines, touches: [.machine(member.text)]) }
    }

    /// The first process takes the others with it; what a person started in the namespace is ended too.
    ///
    /// They are found by control group too: a namespace may have been deleted by hand. The first process and its parent
    /// are there until all others have really ended, which one that is being killed has not yet when it has left its
    /// group.
    private func endProcesses(of member: MemberName, _ layout: NamespaceLayout, in network: String?) async throws {
        let first = layout.firstProcess(of: member)
        let subject = Subject.machine(member.text)
        _ = try await time.wait(
            for: "the end of all processes in \(member)", limit: Self.patience, every: .milliseconds(10)
        ) {
            var processes = try await ControlGroups(root)
                .processes(layout.controlGroup(of: member), about: [subject])
            processes.formUnion(try await Namespaces(root).processes(running: first, about: [subject]))
            if let network { processes.formUnion(try await IP(root).processes(in: network, about: [subject])) }
            try await Namespaces(root).kill(processes.sorted(), touches: [subject])
            return processes.isEmpty ? true : nil
        }
    }

    private func removeControlGroups(of member: MemberName, _ layout: NamespaceLayout) async throws {
        _ = try await time.wait(
            for: "the end of \(member)'s control groups", limit: Self.patience, every: .milliseconds(20)
        ) {
            // Version 0.1.0 named it after the member alone.
            try await ControlGroups(root).remove([layout.controlGroup(of: member), member.text]) ? true : nil
        }
    }
}
