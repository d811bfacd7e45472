import Provisioning

extension Sandbox {
    /// The provider as `bcmcluster` has it, over the stand-in.
    var provider: MultipassProvider {
        MultipassProvider(
            base: runner, engine: .lxd, templates: TemplateLibrary(runtime: folder, files: LocalFiles()),
            time: SystemTime())
    }

    /// The member of that number.
    func member(_ index: Int = 0) -> MemberName { MemberName(cluster, index) }

    /// The state of a cluster with that many members.
    func state(_ count: Int = 1) -> ClusterState {
        var state = ClusterState(
            name: cluster, identifier: "00000000", created: 0,
            // The guests run the LXD of this host, which is Debian's.
            settings: ClusterSettings(provider: .multipass, storage: .dir, channel: "5.0/stable"))
        state.members = (0..<count).map { .init(name: member($0)) }
        return state
    }

    /// What a member's machine is to be.
    func specification(_ index: Int = 0, limit: Duration = .seconds(40)) -> MachineSpecification {
        MachineSpecification(member: member(index), cpus: "1", memory: "1G", disk: "5G", limit: limit)
    }
}
