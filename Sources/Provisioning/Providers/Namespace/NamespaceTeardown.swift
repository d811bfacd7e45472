/// Ends what is in a machine of the namespace provider, and takes its network away; its folder stays.
struct NamespaceTeardown: Sendable {
    /// How long what has been killed may take to end: a kernel that is busy with other networks takes its time.
    private static let timeout: Duration = .seconds(60)
    /// How long what ends with the first process may take before it counts as something else.
    private static let ending: Duration = .seconds(1)

    let root: any CommandRunner
    let time: any TimeSource

    /// Leaves no process, control group, namespace or cable of the machine.
    func clear(_ member: MemberName, of state: ClusterState) async throws {
        let layout = NamespaceLayout(state)
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

    /// The first process takes the others with it; what a user has started in the network namespace is ended too.
    ///
    /// The latter is known by number alone, and a number is used again once its process has ended: so it is ended only
    /// when everything that ends by itself has had the time for it. All are found by control group too: a namespace may
    /// have been deleted by hand.
    private func endProcesses(of member: MemberName, _ layout: NamespaceLayout, in network: String?) async throws {
        let first = layout.firstProcess(of: member)
        let subject = Subject.machine(member.text)
        let namespaces = Namespaces(root)
        let start = time.elapsed
        _ = try await time.wait(
            for: "the end of all processes in \(member)", limit: Self.timeout, every: .milliseconds(10)
        ) {
            let waiting = try await namespaces.waiting(for: first, about: [subject])
            if !waiting.isEmpty { try await namespaces.end(first, touches: [subject]) }
            var left = try await ControlGroups(root)
                .processes(layout.controlGroup(of: member), about: [subject])
            if let network { left.formUnion(try await IP(root).processes(in: network, about: [subject])) }
            if left.isEmpty && waiting.isEmpty { return true }
            let isLate = time.elapsed > start + Self.ending
            if isLate { try await namespaces.kill(left.subtracting(waiting).sorted(), touches: [subject]) }
            return nil
        }
    }

    private func removeControlGroups(of member: MemberName, _ layout: NamespaceLayout) async throws {
        _ = try await time.wait(
            for: "the end of \(member)'s control groups", limit: Self.timeout, every: .milliseconds(20)
        ) {
            // Version 0.1.0 named it after the member alone.
            try await ControlGroups(root).remove([layout.controlGroup(of: member), member.text]) ? true : nil
        }
    }
}
